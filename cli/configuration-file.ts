import * as z from "zod";
import { readWaivers } from "../policies/configuration/rule-configuration";
import { settingsForm, settingsName } from "../policies/configuration/shared-settings";
import { prepareRule } from "../policies/judge";
import { engineProperties } from "../policies/pack/engine-schema";
import { describeInvalidWaivers } from "../policies/report/waive";
import { ruleNames, rules } from "../policies/rules/index";
import type { PreparedRule, Rule } from "../policies/rules/rule";
import { GuardrailsError } from "../provider/errors";
import { jsonOf } from "../provider/json";
import { jsonProblem } from "../provider/json-problem";
import { sanitize } from "../provider/redaction/sanitize";
import { serviceAt } from "../provider/settings/services";
import { resolveAddress } from "../provider/settings/settings";
import { didYouMean, listUnknown } from "../provider/spelling-suggestions";
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
const alone = level.transform((enforcementLevel) => ({ enforcementLevel, own: {} }));
const settled = z
  .looseObject({ enforcementLevel: level.optional() })
  .transform(({ enforcementLevel, ...own }) => ({ enforcementLevel, own }));
const file = z.record(z.string(), z.unknown());
type Entry = z.infer<typeof alone> | z.infer<typeof settled>;

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
  { input, invocation }: Pick<CommandContext, "input" | "invocation">,
): Promise<CheckPlan> {
  const refusal = refusalOf(path);
  const unreadable = refusalOf(path, `Name another file by --config; ${invocation} init writes one.`);
  const text = path === standardInput ? await input() : await readTextFile(path, unreadable);
  const problem = jsonProblem(text);
  if (problem !== undefined) throw refusal(problem);
  const whole = file.safeParse(jsonOf(text));
  if (!whole.success) throw refusal("is not a JSON object with one entry per rule");
  refuseUnknownNames(Object.keys(whole.data), refusal);
  const entries = Object.fromEntries(
    Object.entries(whole.data).map(([name, given]) => [name, entryOf(name, given, refusal)]),
  );
  const settings = entries[settingsName];
  if (Object.keys(entries["all"]?.own ?? {}).length > 0) {
    throw refusal(`gives "all" more than a level: what all rules share stands in ${settingsName}`);
  }
  if (settings !== undefined && levelOf(settings, entries) === "disabled") {
    throw refusal(`disables ${settingsName}: the rules judge by its configuration`);
  }
  const disabled = ruleNames.filter((name) => levelOf(entries[name], entries) === "disabled");
  for (const name of disabled) {
    // The command enforces whatever the level; a rule that was configured and then switched off would pass without a word.
    if (Object.keys(entries[name]?.own ?? {}).length === 0) continue;
    throw refusal(`configures ${name} and disables it: take one of the two out`);
  }
  const isNamed = ({ name }: Rule): boolean => entries[name] !== undefined;
  const asked = rules.filter(({ name }) => !disabled.includes(name));
  // What the file names first: else it would hear of the rule alone that is in force without being named.
  const prepared = asked
    .toSorted((one, other) => Number(isNamed(other)) - Number(isNamed(one)))
    .map((rule) => prepare(rule, { entry: entries[rule.name], settings: settings?.own, now }, refusal))
    .toSorted((one, other) => rules.indexOf(one.rule) - rules.indexOf(other.rule))
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
  refuseSeveralAddresses(prepared, refusal);
  return { rules: prepared, notes: describeInvalidWaivers(readWaivers(settings?.own, ruleNames, now)) };
}

type Refusal = (what: string, advice?: string) => GuardrailsError;

/** The credential of an address that is no service's own comes from a variable of which one run has one. */
function refuseSeveralAddresses(prepared: readonly PreparedRule[], refusal: Refusal): void {
  const own = new Map<string, string>();
  for (const { rule, shared, configured } of prepared) {
    if (configured.kind === "not-applicable" || shared.connection.baseUrl === undefined) continue;
    const { baseUrl } = resolveAddress({ args: shared.connection, environment: {} });
    if (serviceAt(baseUrl) === undefined && !own.has(baseUrl)) own.set(baseUrl, rule.name);
  }
  if (own.size < 2) return;
  const addresses = [...own].map(([baseUrl, name]) => `${baseUrl} (${name})`);
  throw refusal(
    `names ${own.size === 2 ? "two" : own.size} addresses of its own: ${addresses.join(" and ")}`,
    "One run reads one: write a file for each, and run each with its own GUARDRAILS_BASE_URL and GUARDRAILS_MANAGEMENT_KEY.",
  );
}

function refuseUnknownNames(names: readonly string[], refusal: Refusal): void {
  const known = [...ruleNames, settingsName, "all"];
  const unknown = names.filter((name) => !known.includes(name));
  const [setting] = unknown;
  if (setting === undefined) return;
  const place = entryWith(setting);
  if (place !== undefined) throw refusal(`has ${setting} outside of an entry: it belongs in ${place}`);
  throw refusal(`has the unknown rule ${listUnknown(unknown, known)}`);
}

/** The entry that a setting belongs in; undefined where no entry has such a setting. */
function entryWith(setting: string): string | undefined {
  const forms = [{ name: settingsName, form: settingsForm }, ...rules];
  return forms.find(({ form }) => Object.hasOwn(engineProperties(form), setting))?.name;
}

/** What is written in the place of a level is not shown: it may be a pasted key. */
function entryOf(name: string, given: unknown, refusal: Refusal): Entry {
  const text = z.string().safeParse(given);
  if (text.success) {
    const read = alone.safeParse(given);
    if (read.success) return read.data;
    throw refusal(`gives ${name} an unknown level${nearestLevel(text.data)}; ${theLevels}`);
  }
  const read = settled.safeParse(given);
  if (read.success) return read.data;
  const isLevel = read.error.issues.some(({ path }) => path.length > 0);
  throw refusal(
    isLevel
      ? `gives ${name} an unknown enforcementLevel; ${theLevels}`
      : `gives ${name} neither a level nor an object with settings; ${theLevels}`,
  );
}

const theLevels = `levels are ${levels.join(", ")}`;

function nearestLevel(written: string): string {
  return didYouMean(written.toLowerCase(), levels);
}

function levelOf(own: Entry | undefined, { all }: Readonly<Record<string, Entry>>): (typeof levels)[number] {
  return own?.enforcementLevel ?? all?.enforcementLevel ?? "mandatory";
}

interface GivenEntry {
  readonly entry: Entry | undefined;
  readonly settings: unknown;
  readonly now: number;
}

function prepare(rule: Rule, { entry, settings, now }: GivenEntry, refusal: Refusal): PreparedRule {
  const prepared = prepareRule(rule, { own: entry?.own ?? {}, settings }, now);
  if (entry !== undefined && prepared.configured.kind === "not-applicable") {
    throw refusal(`names ${rule.name}, which is ${prepared.configured.why}`, "Or take the entry out.");
  }
  return prepared;
}

const formOfFile = 'It has the form { "guardrails-settings": { "requiredKeys": [{ "name": "…" }] } }.';

function refusalOf(path: string, advice = formOfFile): Refusal {
  const named = path === standardInput ? "standard input" : sanitize(path);
  return (what, other = advice) =>
    new GuardrailsError("configuration", {
      what: `could not verify: ${named} ${what}`,
      advice: other,
    });
}
