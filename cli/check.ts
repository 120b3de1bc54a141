import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { assignableBy } from "../policies/report/required-guardrails";
import { withUnseenKeys } from "../policies/report/unseen-keys";
import { systemClock } from "../provider/clock";
import { version } from "../provider/version";
import type { CommandContext } from "./command-context";
import { standardInput } from "./configuration-file";
import { exitCodes } from "./exit-codes";
import { type JudgingOptions, LiveJudging, rulesInForce } from "./live-judging";
import type { CheckResult } from "./reports/check-result";
import { verdictOf } from "./reports/verdict";

/**
 * Judges the rules that a configuration file puts in force, by the account as it is now.
 * @throws GuardrailsError of kind `configuration` or `credential` before anything is sent, `aborted` when the signal aborts
 */
export async function check(
  file: string,
  options: JudgingOptions,
  context: Pick<CommandContext, "environment" | "signal" | "accounts" | "progress" | "input" | "invocation">,
): Promise<CheckResult> {
  const { signal, progress } = context;
  const now = systemClock.now();
  const { asked, notes } = await rulesInForce(file, options, context, now);
  const { reports, facts } = await progress(async (onProgress) => {
    const judging = new LiveJudging(context.accounts, { signal, onProgress }, now);
    const judged = await judging.judgeAll(asked);
    return { reports: withUnseenKeys(judged), facts: await judging.facts(assignableBy(judged)) };
  });
  return {
    reports,
    notes: [...notes, ...facts.notes],
    accounts: facts.accounts,
    checkedAt: new Date(now).toISOString(),
    version,
    configuration: configurationName(file),
    options: givenOptions(options),
  };
}

/** What of the command line the verdict depends on beside the file, as it is written on one. */
function givenOptions({ own = [], service, baseUrl, readTimeout }: JudgingOptions): readonly string[] {
  const given = { "--own": own.join(","), "--service": service, "--base-url": baseUrl };
  return Object.entries({ ...given, "--read-timeout": readTimeout }).flatMap(([name, value = ""]) =>
    value === "" ? [] : [name, value],
  );
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

/** What people are told of the file that was judged by: reports leave the machine, and where on it the file lies stays here. */
export function configurationName(file: string): string {
  if (file === standardInput) return "standard input";
  const inside = relative(process.cwd(), resolve(file));
  return inside.startsWith("..") || isAbsolute(inside) ? basename(file) : inside.split(sep).join("/");
}
