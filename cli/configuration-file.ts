import * as z from "zod";
import { whereSettingsAre } from "../policies/configuration/problems";
import { readWaivers } from "../policies/configuration/rule-configuration";
import { settingsForm, settingsName } from "../policies/configuration/shared-settings";
import { prepareRule } from "../policies/judge";
import { engineProperties } from "../policies/pack/engine-schema";
import {
  describeIdleWaivers,
  describeInvalidWaivers,
  describeMalformedWaivers,
} from "../policies/report/waive";
import { ruleNames, rules } from "../policies/rules/index";
import type { PreparedRule, Rule } from "../policies/rules/rule";
import { GuardrailsError } from "../provider/errors";
import { jsonOf } from "../provider/json";
import { jsonProblem } from "../provider/json-problem";
import { sanitize } from "../provider/redaction/sanitize";
import { limitNames } from "../provider/settings/limits";
import { serviceAt } from "../provider/settings/services";
import {
  argumentSource,
  refuseUnusable,
  resolveAddress,
  type SettingsSource,
} from "../provider/settings/settings";
import { didYouMean, listUnknown, nearNames } from "../provider/spelling-suggestions";
import type { CommandContext } from "./command-context";
import { ConfigurationFaults } from "./configuration-faults";
import { inUtf8, readTextFile, withoutMark } from "./text-file";

/** What a configuration file asks to be checked. */
export interface CheckPlan {
  /** The rules in force, those that do not apply by their configuration too. */
  readonly rules: readonly PreparedRule[];
  /** The names of those that the engine only warns for. */
  readonly advisory: readonly string[];
  /** What people should know about the file, as whole sentences. */
  readonly notes: readonly string[];
  /** Those of the notes that say of a waiver that it can never have an effect. */
  readonly impossible: readonly string[];
  /** Waivers of hashes that nothing in the file requires, as whole sentences: a run says which ones it did not use. */
  readonly idle: readonly string[];
}

export interface ReadFor {
  /** Whom it is read for: the engine takes no byte order mark. */
  readonly reader?: "command" | "engine";
  /** Policies of a pack of one's own, whose entries the file has beside those of our rules. */
  readonly own?: readonly string[];
}

const levels = ["advisory", "mandatory", "remediate", "disabled"] as const;
const level = z.enum(levels);
/** As the engine takes it: a level alone, or the configuration with or without one. */
const alone = level.transform((enforcementLevel) => ({ enforcementLevel, own: {} }));
const settled = z
  .looseObject({ enforcementLevel: level.optional() })
  .transform(({ enforcementLevel, ...own }) => ({ enforcementLevel, own }));
/** Whatever level that is. */
const levelled = z.looseObject({ enforcementLevel: z.string() });
const file = z.record(z.string(), z.unknown());
type Entry = z.infer<typeof settled>;

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
  { reader = "command", own = [] }: ReadFor = {},
): Promise<CheckPlan> {
  refuseOurs(own);
  const refusal = refusalOf(path);
  const unreadable = refusalOf(
    path,
    `Name another file by --config; ${invocation} init writes one, and has options of its own.`,
  );
  const malformed = refusalOf(path, formOfFile);
  const given =
    path === standardInput ? inUtf8(await input(), refusal) : await readTextFile(path, unreadable);
  const text = withoutMark(given);
  if (reader === "engine" && text !== given) {
    throw refusal("begins with a byte order mark, which the engine refuses", "Save it as UTF-8 without one.");
  }
  if (text.trim() === "")
    throw refusal("is empty", path === standardInput ? formOfFile : `${emptied} ${formOfFile}`);
  const problem = jsonProblem(text);
  if (problem !== undefined) throw refusal(problem, "Correct it there.");
  const whole = file.safeParse(jsonOf(text));
  if (!whole.success) throw malformed("is not a JSON object with one entry per rule");
  const faults = new ConfigurationFaults(calledAs(path));
  for (const fault of unknownNames(Object.keys(whole.data), own, refusal)) faults.add(fault);
  for (const [name, given] of Object.entries(whole.data)) {
    if (own.includes(name)) faults.attempt(() => entryOf(name, given, refusal));
  }
  const entries: Entries = Object.fromEntries(
    Object.entries(whole.data)
      .filter(([name]) => knownNames.includes(name))
      .map(([name, given]) => [name, faults.attempt(() => entryOf(name, given, refusal))]),
  );
  const settings = entries[settingsName];
  for (const fault of levelFaults(entries, refusal)) faults.add(fault);
  for (const [name, entry] of Object.entries(entries)) {
    for (const source of statedOf(name, entry)) faults.attempt(() => refuseUnusable(source));
  }
  const disabled = disabledRules(entries);
  const isNamed = (name: string): boolean => Object.hasOwn(entries, name);
  const isUnread = (name: string): boolean => isNamed(name) && entries[name] === undefined;
  const asked = rules.filter(({ name }) => !disabled.includes(name) && !isUnread(name));
  const waivers = faults.attempt(() => readWaivers(settings?.own, ruleNames, now));
  const inForce = (isUnread(settingsName) ? [] : asked)
    .toSorted((one, other) => Number(isNamed(other.name)) - Number(isNamed(one.name)))
    .flatMap((rule) => {
      // What a rule lacks that is in force without being named may stand in what is wrong with the others.
      if (!isNamed(rule.name) && !faults.isNone()) return [];
      const given = { entry: entries[rule.name], settings: settings?.own, now };
      return faults.attempt(() => prepare(rule, given, refusal)) ?? [];
    })
    .toSorted((one, other) => rules.indexOf(one.rule) - rules.indexOf(other.rule));
  // What a stack declares is seen under an engine only.
  const prepared = inForce.filter(({ rule }) => rule.target === "account");
  faults.attempt(() => refuseSeveralAddresses(prepared, refusal));
  faults.refuseAny();
  if (asked.length === 0) {
    throw refusal("disables every rule: there is nothing to check", "Enable one, or take its level out.");
  }
  if (prepared.every(({ configured }) => configured.kind === "not-applicable")) {
    throw malformed("puts no rule in force that judges an account: there is nothing to check");
  }
  const advisory = ruleNames.filter((name) => levelOf(entries[name], entries) === "advisory");
  const placed = (notes: readonly string[]) => notes.map((note) => `${settingsName}: ${note}`);
  const { ofNoRule, ofNoKey } = describeIdleWaivers(waivers ?? [], inForce);
  return {
    rules: prepared,
    advisory,
    notes: placed([...describeInvalidWaivers(waivers ?? []), ...ofNoRule]),
    impossible: placed([...describeMalformedWaivers(waivers ?? []), ...ofNoRule]),
    idle: placed(ofNoKey),
  };
}

/** By name; undefined where one cannot be read. */
type Entries = Readonly<Record<string, Entry | undefined>>;

/** What an entry says of address and limits, one source for each: a wrong one hides none of the others. */
function statedOf(name: string, entry: Entry | undefined): readonly SettingsSource[] {
  return Object.entries(entry?.own ?? {})
    .filter(([setting, value]) => hasItsType(setting, value))
    .map(([setting, value]) => ({
      ...argumentSource({ [setting]: value }),
      name: (named) => `${name}.${named}`,
    }));
}

/** What has another type is refused by the form of its entry, in words of its own. */
function hasItsType(setting: string, value: unknown): boolean {
  return limitNames.some((name) => name === setting) ? typeof value === "number" : typeof value === "string";
}

function disabledRules(entries: Entries): readonly string[] {
  return ruleNames.filter((name) => levelOf(entries[name], entries) === "disabled");
}

/** Whatever would let the command check less than somebody wrote down. */
function levelFaults(entries: Entries, refusal: Refusal): readonly GuardrailsError[] {
  const settings = entries[settingsName];
  const disabled = disabledRules(entries);
  const required = "required-keys-guarded";
  const isConfigured = (name: string): boolean => Object.keys(entries[name]?.own ?? {}).length > 0;
  const isUnjudged = disabled.includes(required) && Object.hasOwn(settings?.own ?? {}, "requiredKeys");
  const what = [
    ...(isConfigured("all")
      ? [`gives "all" more than a level: what all rules share stands in ${settingsName}`]
      : []),
    ...(settings !== undefined && levelOf(settings, entries) === "disabled"
      ? [`disables ${settingsName}: the rules judge by its configuration`]
      : []),
    // The command enforces whatever the level; a rule that was configured and then switched off would pass without a word.
    ...disabled
      .filter(isConfigured)
      .map((name) => `configures ${name} and disables it: take one of the two out`),
    ...(isUnjudged
      ? [`disables ${required}, which judges the requiredKeys of ${settingsName}: take one of the two out`]
      : []),
  ];
  return what.map((one) => refusal(one));
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
    "The environment holds one such address and key: write a file for each, and run each with its own GUARDRAILS_BASE_URL and GUARDRAILS_MANAGEMENT_KEY.",
  );
}

const policyNames: readonly string[] = [...ruleNames, settingsName];
const knownNames: readonly string[] = [...policyNames, "all"];

function unknownNames(
  names: readonly string[],
  own: readonly string[],
  refusal: Refusal,
): readonly GuardrailsError[] {
  const known = [...knownNames, ...own];
  const unknown = names.filter((name) => !known.includes(name));
  const places = new Map(unknown.map((name) => [name, entryWith(name)]));
  const misplaced = [...places].flatMap(([name, place]) =>
    place === undefined
      ? []
      : [refusal(`has ${name} outside of an entry: it belongs in ${place}`, "Move it there.")],
  );
  const others = unknown.filter((name) => places.get(name) === undefined);
  if (others.length === 0) return misplaced;
  const list = listUnknown(others, known);
  const what = others.length === 1 ? `names an unknown rule: ${list}` : `names unknown rules: ${list}`;
  return [...misplaced, refusal(what, "Correct the name; a policy of a pack of your own is named by --own.")];
}

/**
 * @throws GuardrailsError of kind `configuration` where one of ours is named as somebody's own, or a name that looks like a
 * misspelling of one: what the file has by that name would go unread
 */
function refuseOurs(own: readonly string[]): void {
  for (const name of own) {
    if (knownNames.includes(name)) {
      throw new GuardrailsError("configuration", {
        what: `--own names ${name}, which is a policy of this pack`,
        advice: "Name by it the policies of a pack of your own only.",
      });
    }
    const [near] = nearNames(name, policyNames);
    if (near === undefined) continue;
    throw new GuardrailsError("configuration", {
      what: `--own names ${sanitize(name)}, which looks like a misspelling of ${near}, a policy of this pack`,
      advice:
        "Correct the name in the configuration file; a policy of your own needs a name that is less like it.",
    });
  }
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
  const written = levelled.safeParse(given);
  const near = written.success ? nearestLevel(written.data.enforcementLevel) : "";
  throw refusal(
    isLevel
      ? `gives ${name} an unknown enforcementLevel${near}; ${theLevels}`
      : `gives ${name} neither a level nor an object with settings; ${theLevels}`,
  );
}

const theLevels = `levels are ${levels.join(", ")}`;

function nearestLevel(written: string): string {
  return didYouMean(written.toLowerCase(), levels);
}

function levelOf(own: Entry | undefined, { all }: Entries): (typeof levels)[number] {
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

const emptied = "A shell empties the file that it sends output to (> FILE) before the command can read it.";
const formOfFile = 'Write it like this: { "guardrails-settings": { "requiredKeys": [{ "name": "…" }] } }.';

function calledAs(path: string): string {
  return path === standardInput ? "standard input" : sanitize(path);
}

function refusalOf(path: string, advice = whereSettingsAre): Refusal {
  const named = calledAs(path);
  return (what, other = advice) =>
    new GuardrailsError("configuration", {
      what: `could not verify: ${named} ${what}`,
      advice: other,
    });
}
