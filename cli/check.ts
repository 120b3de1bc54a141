import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { assignableBy } from "../policies/report/required-guardrails";
import { withUnseenKeys } from "../policies/report/unseen-keys";
import { systemClock } from "../provider/clock";
import { version } from "../provider/version";
import type { CommandContext } from "./command-context";
import { standardInput } from "./configuration-file";
import { writtenOptions } from "./connection-options";
import { exitCodes } from "./exit-codes";
import { type JudgingOptions, LiveJudging, rulesInForce } from "./live-judging";
import type { CheckResult } from "./reports/check-result";
import { verdictOf } from "./reports/verdict";
import { shellFile } from "./shell-words";

/**
 * Judges the rules that a configuration file puts in force, by the account as it is now.
 * @throws GuardrailsError of kind `configuration` or `credential` before anything is sent, `aborted` when the signal aborts
 */
export async function check(
  file: string,
  { own = [], ...connection }: JudgingOptions,
  context: Pick<CommandContext, "environment" | "signal" | "accounts" | "progress" | "input" | "invocation">,
): Promise<CheckResult> {
  const { signal, progress } = context;
  const now = systemClock.now();
  const { asked, notes } = await rulesInForce(file, { own, ...connection }, context, now);
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
    options: [
      ...["--config", shellFile(pathBelow(file) ?? "FILE")],
      ...(own.length === 0 ? [] : ["--own", own.join(",")]),
      ...writtenOptions(connection),
    ],
  };
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
  return file === standardInput ? "standard input" : (pathBelow(file) ?? basename(file));
}

/** A file's path below the working directory; undefined where it lies elsewhere or may do so, or is none. */
function pathBelow(file: string): string | undefined {
  if (file === standardInput || leavesFolder(file)) return undefined;
  const inside = relative(process.cwd(), resolve(file));
  return inside.startsWith("..") || isAbsolute(inside) ? undefined : inside.split(sep).join("/");
}

/** Whether it goes out of a folder again, which may be a link: that leads to where it is kept, not to where it is named. */
function leavesFolder(file: string): boolean {
  const steps = file.split(/[/\\]/u);
  const isNamed = (step: string): boolean => !["", ".", ".."].includes(step);
  return steps.lastIndexOf("..") > steps.findIndex(isNamed) && steps.some(isNamed);
}
