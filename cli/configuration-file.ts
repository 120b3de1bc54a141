import { z } from "zod";
import { didYouMean } from "../policies/configuration/problems";
import { readWaivers } from "../policies/configuration/rule-configuration";
import { settingsName } from "../policies/configuration/shared-settings";
import { prepareRule } from "../policies/judge";
import { describeVoidWaivers } from "../policies/report/waive";
import { ruleNames, rules } from "../policies/rules/index";
import type { PreparedRule, Rule } from "../policies/rules/rule";
import { GuardrailsError } from "../provider/errors";
import { jsonOf } from "../provider/json";
import { jsonProblem } from "../provider/json-problem";
import { sanitize } from "../provider/sanitize";
import type { CommandContext } from "./command-context";
import { readTextFile } from "./text-file";

/** What a configuration file asks to be checked. */
export interface CheckPlan {
  /** The rules in force, those that do not apply by their configuration too. */
  readonly rules: readonly PreparedRule[];
  /** What people should know about the file, as whole sentences. */
  readonly notes: readonly string[];
}

const levels = ["advisory", "mandatory", "remediate", "disabled"] as const;
const level = z.enum(levels);
/** As the engine takes it: a level alone, or the configuration with or without one. */
const entry = z.union([
  level.transform((enforcementLevel) => ({ enforcementLevel, own: {} })),
  z
    .looseObject({ enforcementLevel: level.optional() })
    .transform(({ enforcementLevel, ...own }) => ({ enforcementLevel, own })),
]);
const file = z.record(z.string(), entry);
type Entry = z.infer<typeof entry>;

/** In the place of a file's name: what comes in by standard input. */
export const standardInput = "-";

/**
 * The rules in force by the file that `--policy-pack-config` takes as well. The command always enforces: whatever would
 * let it check nothing is refused, because that would look like a pass.
 * @throws GuardrailsError of kind `configuration`
 */
export async function readConfigurationFile(
  path: string,
  now: number,
  input: CommandContext["input"] = noInput,
): Promise<CheckPlan> {
  const text = path === standardInput ? await input() : await readTextFile(path, refusal);
  const problem = jsonProblem(text);
  if (problem !== undefined) throw refusal(problem);
  const whole = file.safeParse(jsonOf(text));
  if (!whole.success) throw refusal("is not a JSON object with one entry per rule");
  const entries = whole.data;
  const known = [...ruleNames, settingsName, "all"];
  const unknown = Object.keys(entries).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const named = unknown.map((name) => `${sanitize(name)}${didYouMean(name, known)}`);
    throw refusal(`has the unknown rule ${named.join(", ")}`);
  }
  if (Object.keys(entries["all"]?.own ?? {}).length > 0) {
    throw refusal(`gives "all" more than a level: what all rules share stands in ${settingsName}`);
  }
  const settings = entries[settingsName];
  if (settings !== undefined && levelOf(settings, entries) === "disabled") {
    throw refusal(`disables ${settingsName}: the rules judge by its configuration`);
  }
  const disabled = ruleNames.filter((name) => levelOf(entries[name], entries) === "disabled");
  for (const name of disabled) refuseConfiguredThough(name, entries[name]);
  const prepared = rules
    .filter(({ name }) => !disabled.includes(name))
    .map((rule) => prepare(rule, entries[rule.name], settings?.own, now))
    // What a stack declares is seen under an engine only.
    .filter(({ rule }) => rule.target === "account");
  if (prepared.every(({ configured }) => configured.kind === "not-applicable")) {
    throw refusal("puts no rule in force that can be checked here: there is nothing to check");
  }
  const required = "required-keys-guarded";
  if (disabled.includes(required) && Object.hasOwn(settings?.own ?? {}, "requiredKeys")) {
    throw refusal(
      `disables ${required}, which judges the requiredKeys of ${settingsName}: take one of the two out`,
    );
  }
  return { rules: prepared, notes: describeVoidWaivers(readWaivers(settings?.own, ruleNames, now)) };
}

/** The command enforces whatever the level; a rule that was configured and then switched off would pass without a word. */
function refuseConfiguredThough(disabled: string, own: Entry | undefined): void {
  if (Object.keys(own?.own ?? {}).length === 0) return;
  throw refusal(`configures ${disabled} and disables it: take one of the two out`);
}

async function noInput(): Promise<string> {
  throw refusal("is standard input, and there is none");
}

function levelOf(own: Entry | undefined, { all }: Readonly<Record<string, Entry>>): (typeof levels)[number] {
  return own?.enforcementLevel ?? all?.enforcementLevel ?? "mandatory";
}

function prepare(rule: Rule, own: Entry | undefined, settings: unknown, now: number): PreparedRule {
  const prepared = prepareRule(rule, { own: own?.own ?? {}, settings }, now);
  if (own !== undefined && prepared.configured.kind === "not-applicable") {
    throw refusal(`names ${rule.name} and ${prepared.configured.why}`);
  }
  return prepared;
}

function refusal(what: string): GuardrailsError {
  return new GuardrailsError("configuration", {
    what: `could not verify: the file given by --config ${what}`,
    advice: 'It has the form { "required-keys-guarded": { "requiredKeys": [{ "hash": "…" }] } }.',
  });
}
