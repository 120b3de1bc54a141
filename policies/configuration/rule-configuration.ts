import type { z } from "zod";
import { GuardrailsError } from "../../provider/errors";
import { jsonOf } from "../../provider/json";
import { jsonProblem } from "../../provider/json-problem";
import { invalidConfiguration } from "./problems";
import { type RequiredKey, requiredIn, requiredKeys, type StatedKey } from "./required-key";
import {
  type Overridable,
  type SharedSettings,
  settingsForm,
  settingsInForce,
  settingsName,
} from "./shared-settings";
import { parseWaivers, type WaiverEntry } from "./waiver";

/** What a pack or a file gives for one rule, not yet checked. */
export interface GivenConfiguration {
  /** The rule's own entry. */
  readonly own: unknown;
  /** The entry of `guardrails-settings`. */
  readonly settings: unknown;
  /** The text of the stack configuration `guardrails:requiredKeys`: its keys are added to the pack's. */
  readonly stackRequiredKeys?: string | undefined;
}

/** What the own entry of any rule may state. @internal */
export type OwnEntry = Overridable & { readonly requiredKeys?: readonly StatedKey[] | undefined };

/** The configuration in force for one rule. @internal */
export interface RuleConfiguration<Own extends OwnEntry> {
  readonly own: Own;
  readonly shared: SharedSettings;
  /** The keys required by the rule's own entry, the shared settings and the stack configuration together. */
  readonly requiredKeys: readonly RequiredKey[];
  readonly waivers: readonly WaiverEntry[];
}

/**
 * Reads a rule's configuration strictly: a name it does not know is an error, not an option that does nothing.
 * @param form the whole of the rule's own entry
 * @param rules all rules' names, which waivers may be for
 * @throws GuardrailsError of kind `configuration`, which names the place and never the value
 * @internal
 */
export function parseRuleConfiguration<Own extends OwnEntry>(
  rule: string,
  form: z.ZodType<Own>,
  given: GivenConfiguration,
  rules: readonly string[],
  now: number,
): RuleConfiguration<Own> {
  const own = parsed(`the configuration of ${rule}`, form, given.own);
  const settings = parsedSettings(given.settings);
  return {
    own,
    shared: settingsInForce(rule, own, settings),
    requiredKeys: [
      ...requiredIn(`${rule}.requiredKeys`, own.requiredKeys),
      ...requiredIn(`${settingsName}.requiredKeys`, settings.requiredKeys),
      ...parseStackKeys(given.stackRequiredKeys),
    ],
    waivers: parseWaivers(settings.waivers, rules, now, settings.maxWaiverDays),
  };
}

/**
 * The waivers that `guardrails-settings` gives.
 * @throws GuardrailsError of kind `configuration` if it is not valid
 */
export function readWaivers(
  settings: unknown,
  rules: readonly string[],
  now: number,
): readonly WaiverEntry[] {
  const { waivers, maxWaiverDays } = parsedSettings(settings);
  return parseWaivers(waivers, rules, now, maxWaiverDays);
}

/** Nothing given is no settings; null is given, and wrong. */
function parsedSettings(given: unknown = {}): z.infer<typeof settingsForm> {
  return parsed(`the configuration of ${settingsName}`, settingsForm, given);
}

function parsed<Parsed>(what: string, form: z.ZodType<Parsed>, given: unknown): Parsed {
  const result = form.safeParse(given);
  if (result.success) return result.data;
  throw invalidConfiguration(what, result.error, form);
}

function parseStackKeys(text: string | undefined): readonly RequiredKey[] {
  if (text === undefined) return [];
  const place = "the stack configuration guardrails:requiredKeys";
  const problem = jsonProblem(text);
  if (problem === undefined) return requiredIn(place, parsed(place, requiredKeys, jsonOf(text)));
  throw new GuardrailsError("configuration", {
    what: `could not verify: ${place} ${problem}`,
    advice: "Set it again, as a JSON list of keys.",
  });
}

/** The error of a rule that is in force and says nothing to judge. */
export function nothingConfigured(rule: string, what: string, advice: string): GuardrailsError {
  return new GuardrailsError("configuration", {
    what: `could not verify: the configuration of ${rule} names no ${what}`,
    advice,
  });
}
