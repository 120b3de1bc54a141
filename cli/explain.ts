import { existsSync } from "node:fs";
import type { KnownKey } from "../policies/account/account";
import { plainText } from "../policies/configuration/key-selector";
import { nameMatcher } from "../policies/configuration/name-pattern";
import type { Evidence } from "../policies/evidence/evidence";
import { LiveAccounts } from "../policies/evidence/live-evidence";
import { RecordedAccounts } from "../policies/evidence/recorded-account";
import { type KeyIdentity, passes, type Report } from "../policies/findings/report";
import { accountOf, prepareRule } from "../policies/judge";
import { type FixPlan, planFixes } from "../policies/report/fix";
import { keyEntriesOf } from "../policies/report/key-entries";
import { assignableBy } from "../policies/report/required-guardrails";
import { requiredKeysGuarded } from "../policies/rules/required-keys-guarded";
import { assignedGuardrails } from "../provider/assignments/by-key";
import { systemClock } from "../provider/clock";
import { GuardrailsError } from "../provider/errors";
import type { KeyInventory } from "../provider/inventory/inventory";
import { resolveSettings } from "../provider/settings/settings";
import { nearNames } from "../provider/spelling-suggestions";
import {
  configurationName,
  connectedBy,
  judgeOrUnverified,
  liveInputs,
  settingsFor,
  statusOf,
} from "./check";
import type { CommandContext } from "./command-context";
import { readConfigurationFile } from "./configuration-file";
import { type ConnectionOptions, connectionSource } from "./connection-options";
import { describeExplained } from "./describe-explained";
import { exitCodes } from "./exit-codes";
import { defaultConfiguration } from "./init";

/** What is said of a key, and the exit status that goes with it. */
export interface Explanation {
  readonly text: string;
  readonly status: number;
}

/**
 * Tells why the keys of this hash or exact name have a guardrail or not, what would change it, and what each rule of the
 * configuration file says of them: of the one that is named, else of the default one if it is there.
 * @param wanted a name, a hash, or the beginning of a hash: at least the 8 characters that messages show
 * @throws GuardrailsError of kind `configuration` or `credential` before anything is read: a raw key is not looked up
 */
export async function explain(
  wanted: string,
  { config, ...options }: ConnectionOptions & { readonly config?: string },
  context: Pick<CommandContext, "environment" | "signal" | "accounts" | "progress" | "input" | "invocation">,
): Promise<Explanation> {
  const { environment, signal, progress } = context;
  refuseRawKey(wanted);
  const now = systemClock.now();
  const file = config ?? (existsSync(defaultConfiguration) ? defaultConfiguration : undefined);
  const configured = file === undefined ? [] : (await readConfigurationFile(file, now, context)).rules;
  const asked = configured.map((one) => {
    const rule = connectedBy(one, options);
    return { rule, settings: settingsFor(rule, environment) };
  });
  const settings = asked[0]?.settings ?? resolveSettings({ args: connectionSource(options), environment });
  return progress(async (onProgress) => {
    const live = new LiveAccounts(context.accounts, { signal, onProgress });
    const accounts = new RecordedAccounts(live);
    const inputFor = liveInputs(accounts, now);
    const input = inputFor(settings);
    const account = await accountOf(input, ["assignments", "inventory"]);
    const { assignments, inventory } = account;
    if (assignments.kind === "none") {
      return { text: `${assignments.why}\n`, status: exitCodes.couldNotVerify };
    }
    const keys = account.knownKeys().filter(({ identity }) => isMeant(identity, wanted));
    const required = requiredOf(
      wanted,
      keys.filter((key) => account.isInUse(key)),
      keys,
      inventory.kind,
    );
    const byKeys = prepareRule(requiredKeysGuarded, { own: { requiredKeys: required }, settings: {} }, now);
    const [guardrails, answer, ...reports] = await Promise.all([
      // Not recorded: what a command assigns is chosen among those that check would know of.
      live.for(settings).guardrails(guardrailsOf(keys)),
      judgeOrUnverified(byKeys, input),
      ...asked.map((one) => judgeOrUnverified(one.rule, inputFor(one.settings))),
    ]);
    const source = assignments.value;
    const withoutInventory = inventory.kind === "none" ? inventory.why : undefined;
    const isAsked = askedAmong(keys, wanted);
    const about = reports.map((report) => aboutKeys(report, isAsked));
    // A key that no rule of the file judges is judged as what was asked for.
    const judging = about.some(judgesOne) ? reports : [...reports, answer];
    const plan = await planFor(judging, isAsked, accounts);
    const others = keys.length > 0 ? [] : account.knownKeys().map(({ identity }) => identity);
    const near = nearNames(
      wanted,
      others.map(({ name }) => name),
    );
    const explained = {
      wanted,
      configuration: file === undefined ? undefined : configurationName(file),
      keys,
      near,
      byPattern: wanted.includes("*") ? others.filter(({ name }) => nameMatcher(wanted)(name ?? "")) : [],
      byLabel: others.filter(({ label }) => label === wanted),
      guardrails,
      source,
      withoutInventory,
      reports: about,
      ...plan,
      now,
    };
    return { text: describeExplained(explained), status: statusFor(about, answer) };
  });
}

function refuseRawKey(wanted: string): void {
  const checked = plainText("a key's hash or name").safeParse(wanted);
  if (checked.success) return;
  throw new GuardrailsError("configuration", {
    what: `could not verify: the argument ${checked.error.issues[0]?.message}`,
    advice: "Give the key's hash (its first 8 characters suffice) or its exact name.",
  });
}

const hashOrStart = /^[0-9a-f]{8,64}$/iu;
const wholeHash = /^[0-9a-f]{64}$/iu;

function isMeant({ hash, name }: KeyIdentity, wanted: string): boolean {
  if (name === wanted) return true;
  return hashOrStart.test(wanted) && hash?.toLowerCase().startsWith(wanted.toLowerCase()) === true;
}

/**
 * What was asked for, as the requirement that `check` would be given: so both say the same of it. The beginning of a hash
 * means the keys in use that have it, and the others where there are none.
 */
function requiredOf(
  wanted: string,
  inUse: readonly KnownKey[],
  keys: readonly KnownKey[],
  inventory: Evidence<KeyInventory>["kind"],
): readonly object[] {
  const byHash = (some: readonly KnownKey[]) =>
    some.flatMap(({ identity: { hash, name } }) => (name === wanted ? [] : [hash]));
  const found = byHash(inUse).length > 0 ? byHash(inUse) : byHash(keys);
  const hashes = wholeHash.test(wanted) ? [wanted] : found;
  const isName = keys.some(({ identity }) => identity.name === wanted);
  // The list of assignments decides over a hash; of a name there may be another key, which only the inventory shows.
  const inDoubt = inventory === "none" && !wholeHash.test(wanted);
  const names = isName || inDoubt || hashes.length === 0 ? [wanted] : [];
  return [...hashes.map((hash) => ({ hash })), ...names.map((name) => ({ name }))];
}

function guardrailsOf(keys: readonly KnownKey[]): readonly string[] {
  return [...new Set(keys.flatMap(({ assignments }) => assignedGuardrails(assignments)))];
}

function askedAmong(keys: readonly KnownKey[], wanted: string): (key: KeyIdentity) => boolean {
  const hashes = new Set(keys.map(({ identity }) => identity.hash));
  return (key) => isMeant(key, wanted) || (key.hash !== undefined && hashes.has(key.hash.toLowerCase()));
}

/** What a rule says of these keys only. */
function aboutKeys(report: Report, isAsked: (key: KeyIdentity) => boolean): Report {
  if (report.kind === "not-applicable") return report;
  return { ...report, findings: report.findings.filter(({ key }) => isAsked(key)) };
}

function judgesOne(report: Report): boolean {
  return report.kind === "judged" && report.findings.length + report.problems.length > 0;
}

/** What `check` would have one do about these keys. Names of guardrails are read only where there is something to do. */
async function planFor(
  reports: readonly Report[],
  isAsked: (key: KeyIdentity) => boolean,
  accounts: RecordedAccounts,
): Promise<FixPlan & { readonly notes: readonly string[] }> {
  const findings = reports.flatMap((report) => (report.kind === "judged" ? report.findings : []));
  if (findings.every((finding) => passes(finding) || !isAsked(finding.key))) {
    return { fixes: [], changes: [], contradictions: [], notes: [] };
  }
  const { accounts: facts, notes } = await accounts.facts(assignableBy(reports));
  const entries = keyEntriesOf(reports, facts);
  const plan = planFixes(entries, reports, { among: entries.filter(({ key }) => isAsked(key)) });
  return { ...plan, notes: plan.fixes.length === 0 ? [] : notes };
}

/**
 * As the rules of the file say, if any of them says something of the keys; else as the rule says that was asked. Where
 * nothing shows whether there are other keys of that name, no rule of the file makes that certain.
 */
function statusFor(reports: readonly Report[], answer: Report): number {
  const judged = reports.filter(judgesOne);
  const asked = statusOf({ reports: [answer] });
  if (judged.length === 0) return asked;
  const status = statusOf({ reports: judged });
  return status === exitCodes.ok && asked === exitCodes.couldNotVerify ? asked : status;
}
