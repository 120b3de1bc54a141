import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { evidenceOf } from "../policies/evidence/evidence";
import { LiveAccounts } from "../policies/evidence/live-evidence";
import { type JudgeInput, judge, type PreparedRule } from "../policies/judge";
import type { Report } from "../policies/report/report";
import { systemClock } from "../provider/clock";
import { type Address, resolveSettings } from "../provider/settings/settings";
import { version } from "../provider/version";
import type { CommandContext } from "./command-context";
import { readConfigurationFile } from "./configuration-file";
import { exitCodes } from "./exit-codes";
import type { CheckResult } from "./reports/check-result";
import { verdictOf } from "./reports/verdict";

/**
 * Judges the rules that a configuration file puts in force, by the account as it is now.
 * @throws GuardrailsError of kind `configuration` or `credential` before anything is sent, `aborted` when the signal aborts
 */
export async function check(
  file: string,
  { environment, signal, progress }: Pick<CommandContext, "environment" | "signal" | "progress">,
): Promise<CheckResult> {
  const now = systemClock.now();
  const { rules, notes } = await readConfigurationFile(file, now);
  // Settings that cannot work are wrong usage (2), told apart from a service that could not be read (3).
  const asked = rules.map(({ shared }) => resolveSettings({ args: shared.connection, environment }));
  const reports = await progress(async (onProgress) => {
    const accounts = new LiveAccounts(environment, { signal, onProgress });
    return Promise.all(
      rules.map((rule) => judgeOrUnverified(rule, { account: accounts.for(rule.shared.connection), now })),
    );
  });
  const checkedAt = new Date(now).toISOString();
  return { reports, notes, asked: distinct(asked), checkedAt, version, configuration: nameOf(file) };
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

/** A rule that fails to judge is a doubt of its own: what the others found is reported all the same. */
export async function judgeOrUnverified(rule: PreparedRule, by: JudgeInput): Promise<Report> {
  const judged = await evidenceOf(() => judge(rule, by));
  if (judged.kind === "read") return judged.value;
  const { name } = rule.rule;
  const nothing = { subject: "keys", source: undefined, findings: [], notes: [] };
  return { rule: name, outcome: "judged", ...nothing, problems: [judged.why] };
}

function distinct(addresses: readonly Address[]): readonly Address[] {
  const byText = new Map(
    addresses.map(({ service, baseUrl }) => [`${service} ${baseUrl}`, { service, baseUrl }] as const),
  );
  return [...byText.values()];
}

/** Reports leave the machine: where on it the file lies is nobody's business. */
function nameOf(file: string): string {
  const inside = relative(process.cwd(), resolve(file));
  return inside.startsWith("..") || isAbsolute(inside) ? basename(file) : inside.split(sep).join("/");
}
