import { existsSync } from "node:fs";
import { plainText } from "../policies/configuration/key-selector";
import { nameMatcher } from "../policies/configuration/name-pattern";
import { type Finding, type KeyIdentity, passes, type Report } from "../policies/findings/report";
import { prepareRule } from "../policies/judge";
import { type FixPlan, planFixes } from "../policies/report/fix";
import { keyEntriesOf } from "../policies/report/key-entries";
import { assignableBy } from "../policies/report/required-guardrails";
import { requiredKeysGuarded } from "../policies/rules/required-keys-guarded";
import { systemClock } from "../provider/clock";
import { GuardrailsError } from "../provider/errors";
import { resolveSettings } from "../provider/settings/settings";
import { nearNames } from "../provider/spelling-suggestions";
import { configurationName, statusOf } from "./check";
import type { CommandContext } from "./command-context";
import { connectionSource } from "./connection-options";
import { describeExplained } from "./describe-explained";
import { defaultConfiguration } from "./init";
import { type AskedRule, type JudgingOptions, LiveJudging, rulesInForce } from "./live-judging";
import {
  type AnsweredRule,
  isMeant,
  lookUp,
  mayMean,
  requirementsFor,
  type ShownAccount,
  shownAccounts,
} from "./look-up-keys";

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
  { config, ...options }: JudgingOptions & { readonly config?: string },
  context: Pick<CommandContext, "environment" | "signal" | "accounts" | "progress" | "input" | "invocation">,
): Promise<Explanation> {
  const { environment, signal, progress } = context;
  refuseRawKey(wanted);
  const now = systemClock.now();
  const file = config ?? (existsSync(defaultConfiguration) ? defaultConfiguration : undefined);
  if (file === undefined) refuseOwn(options);
  const asked = file === undefined ? [] : (await rulesInForce(file, options, context, now)).asked;
  const settings =
    asked.length > 0
      ? asked.flatMap((one) => one.settings ?? [])
      : [resolveSettings({ args: connectionSource(options), environment })];
  return progress(async (onProgress) => {
    const judging = new LiveJudging(context.accounts, { signal, onProgress }, now);
    // First of all, so that nothing which is read for people alone decides what rules judge by.
    const reports = await judging.judgeAll(asked);
    const shown = await shownAccounts(settings, wanted, judging);
    const keys = shown.flatMap((account) => account.keys);
    const isAsked = askedAmong(keys, wanted);
    const names = [...new Set([wanted, ...keys.map(({ identity }) => identity.name)])];
    const isAbout = (finding: Finding) =>
      isAsked(finding.key) || names.some((name) => mayMean(finding, name));
    const about = reports.map((report) => only(report, isAbout));
    const judged = about.filter(judgesOne);
    // Keys that no rule of the file judges are judged as what was asked for.
    const isAsIfRequired = judged.length === 0;
    const asIf = isAsIfRequired ? asIfRequired(shown, wanted, now) : [];
    const answers = await judging.judgeAll(asIf);
    const deciding = isAsIfRequired ? answers : judged;
    const [accounts, plan] = await Promise.all([
      lookUp(shown, [...answeredBy(asked, about), ...answeredBy(asIf, answers)], judging),
      planFor([...reports, ...answers], isAsked, judging),
    ]);
    const others = keys.length > 0 ? [] : shown.flatMap(({ all }) => all.map(({ identity }) => identity));
    const explained = {
      wanted,
      configuration: file === undefined ? undefined : configurationName(file),
      isAsIfRequired,
      accounts,
      near: nearNames(
        wanted,
        others.map(({ name }) => name),
      ),
      byPattern: wanted.includes("*") ? others.filter(({ name }) => nameMatcher(wanted)(name)) : [],
      byLabel: others.filter(({ label }) => label === wanted),
      doubts: problemsOf(deciding),
      reports: about,
      ...plan,
      now,
    };
    return { text: describeExplained(explained), status: statusOf({ reports: deciding }) };
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

/** What is said of a file is not dropped where there is none. */
function refuseOwn({ own = [] }: JudgingOptions): void {
  if (own.length === 0) return;
  throw new GuardrailsError("configuration", {
    what: `--own was given without a configuration file: there is no ${defaultConfiguration} here`,
    advice: "Name the file by --config.",
  });
}

function askedAmong(
  keys: readonly { readonly identity: { readonly hash: string } }[],
  wanted: string,
): (key: KeyIdentity) => boolean {
  const hashes = new Set(keys.map(({ identity }) => identity.hash));
  return (key) => isMeant(key, wanted) || (key.hash !== undefined && hashes.has(key.hash.toLowerCase()));
}

/** What a rule says of these keys only. */
function only(report: Report, isAbout: (finding: Finding) => boolean): Report {
  if (report.kind === "not-applicable") return report;
  return { ...report, findings: report.findings.filter(isAbout) };
}

/** @param reports one for each that was asked, in their order */
function answeredBy(asked: readonly AskedRule[], reports: readonly Report[]): readonly AnsweredRule[] {
  return reports.map((report, nth) => ({ report, settings: asked[nth]?.settings }));
}

function judgesOne(report: Report): boolean {
  return report.kind === "judged" && report.findings.length + report.problems.length > 0;
}

function problemsOf(reports: readonly Report[]): readonly string[] {
  return reports.flatMap((report) => (report.kind === "judged" ? report.problems : [])).map(({ why }) => why);
}

/** What was asked for, as the requirement that `check` would be given: of the accounts that have such a key, or may have it. */
function asIfRequired(shown: readonly ShownAccount[], wanted: string, now: number): readonly AskedRule[] {
  const isSomewhere = shown.some(({ keys }) => keys.length > 0);
  return shown
    .filter(({ keys, assignments }) => !isSomewhere || keys.length > 0 || assignments.kind === "none")
    .map((account) => {
      const own = { requiredKeys: requirementsFor(account, wanted) };
      return {
        rule: prepareRule(requiredKeysGuarded, { own, settings: {} }, now),
        settings: account.settings,
      };
    });
}

/** What `check` would have one do about these keys. Names of guardrails are read only where there is something to do. */
async function planFor(
  reports: readonly Report[],
  isAsked: (key: KeyIdentity) => boolean,
  judging: LiveJudging,
): Promise<FixPlan & { readonly notes: readonly string[] }> {
  const findings = reports.flatMap((report) => (report.kind === "judged" ? report.findings : []));
  if (findings.every((finding) => passes(finding) || !isAsked(finding.key))) {
    return { fixes: [], changes: [], contradictions: [], notes: [] };
  }
  const { accounts: facts, notes } = await judging.facts(assignableBy(reports));
  const entries = keyEntriesOf(reports, facts);
  const plan = planFixes(entries, reports, { among: entries.filter(({ key }) => isAsked(key)) });
  return { ...plan, notes: plan.fixes.length === 0 ? [] : notes };
}
