import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { evidenceOf } from "../policies/evidence/evidence";
import type { AccountEvidence } from "../policies/evidence/evidence-source";
import { LiveAccounts } from "../policies/evidence/live-evidence";
import { RecordedAccounts } from "../policies/evidence/recorded-account";
import type { Report } from "../policies/findings/report";
import { type JudgeInput, judge } from "../policies/judge";
import { assignableBy } from "../policies/report/required-guardrails";
import { withUnseenKeys } from "../policies/report/unseen-keys";
import type { PreparedRule } from "../policies/rules/rule";
import { systemClock } from "../provider/clock";
import { type Environment, resolveSettings, type Settings } from "../provider/settings/settings";
import { version } from "../provider/version";
import type { CommandContext } from "./command-context";
import { type ReadFor, readConfigurationFile, standardInput } from "./configuration-file";
import { type ConnectionOptions, withOptions } from "./connection-options";
import { exitCodes } from "./exit-codes";
import type { CheckResult } from "./reports/check-result";
import { verdictOf } from "./reports/verdict";

/**
 * Judges the rules that a configuration file puts in force, by the account as it is now.
 * @throws GuardrailsError of kind `configuration` or `credential` before anything is sent, `aborted` when the signal aborts
 */
export async function check(
  file: string,
  { own = [], ...options }: ConnectionOptions & Pick<ReadFor, "own">,
  context: Pick<CommandContext, "environment" | "signal" | "accounts" | "progress" | "input" | "invocation">,
): Promise<CheckResult> {
  const { environment, signal, progress } = context;
  const now = systemClock.now();
  const { rules: configured, notes } = await readConfigurationFile(file, now, context, { own });
  const rules = configured.map((rule) => connectedBy(rule, options));
  // Settings that cannot work are wrong usage (2), told apart from a service that could not be read (3).
  const asked = rules.map((rule) => ({ rule, settings: settingsFor(rule, environment) }));
  const { reports, facts } = await progress(async (onProgress) => {
    const accounts = new RecordedAccounts(new LiveAccounts(context.accounts, { signal, onProgress }));
    const inputFor = liveInputs(accounts, now);
    const judged = await Promise.all(
      asked.map(({ rule, settings }) => judgeOrUnverified(rule, inputFor(settings))),
    );
    return { reports: withUnseenKeys(judged), facts: await accounts.facts(assignableBy(judged)) };
  });
  return {
    reports,
    notes: [...notes, ...facts.notes],
    accounts: facts.accounts,
    checkedAt: new Date(now).toISOString(),
    version,
    configuration: configurationName(file),
  };
}

/** Where a rule's configuration and the environment of this process say that the account is. */
export function settingsFor({ shared }: PreparedRule, environment: Environment): Settings {
  return resolveSettings({ args: shared.connection, environment });
}

/** The rule, to be judged by the account that the file and the command line together name. */
export function connectedBy(rule: PreparedRule, options: ConnectionOptions): PreparedRule {
  const { shared } = rule;
  return { ...rule, shared: { ...shared, connection: withOptions(shared.connection, options) } };
}

const statuses = {
  guarded: exitCodes.ok,
  violations: exitCodes.violations,
  unverified: exitCodes.couldNotVerify,
} as const;

/** 1 as soon as one key is known to be without its guardrail; 3 if all that fails is a doubt. */
export function statusOf(result: Pick<CheckResult, "reports">): number {
  return statuses[verdictOf(result)];
}

/** What rules judge by live: one and the same for all that read the same account, which is joined once for them. */
export function liveInputs(
  accounts: { for(settings: Settings): AccountEvidence },
  now: number,
): (settings: Settings) => JudgeInput {
  const inputs = new Map<AccountEvidence, JudgeInput>();
  return (settings) => {
    const account = accounts.for(settings);
    const input = inputs.get(account) ?? { account, now };
    inputs.set(account, input);
    return input;
  };
}

/** A rule that fails to judge is a doubt of its own: what the others found is reported all the same. */
export async function judgeOrUnverified(rule: PreparedRule, by: JudgeInput): Promise<Report> {
  const judged = await evidenceOf(() => judge(rule, by));
  if (judged.kind === "read") return judged.value;
  const { name } = rule.rule;
  const nothing = { subject: "keys" as const, source: undefined, findings: [], notes: [] };
  return { rule: name, kind: "judged", ...nothing, problems: [judged] };
}

/** What people are told of the file that was judged by: reports leave the machine, and where on it the file lies stays here. */
export function configurationName(file: string): string {
  if (file === standardInput) return "standard input";
  const inside = relative(process.cwd(), resolve(file));
  return inside.startsWith("..") || isAbsolute(inside) ? basename(file) : inside.split(sep).join("/");
}
