import type { KnownKey } from "../policies/account/account";
import type { FixGuardrail } from "../policies/report/choose-guardrail";
import { type Fix, fitsCommand, fixesFor } from "../policies/report/fix";
import type { Finding, Report } from "../policies/report/report";
import { judgeKey } from "../policies/rules/judge-key";
import type { Settings } from "../provider/settings/settings";

/**
 * What assigns a guardrail to the keys asked for: the one that a rule requires of them, or one to fill in for those that have
 * none.
 * @param reports what the rules say of these keys only
 */
export function explainedFixes(
  keys: readonly KnownKey[],
  reports: readonly Report[],
  { service, baseUrl, credential }: Settings,
): readonly Fix[] {
  const account = { service, baseUrl, credentialVariable: credential.variable };
  const chosen = keys.flatMap(({ identity, ...key }) => {
    const required = requiredOf(identity.hash, reports);
    const isUnguarded = judgeKey({ identity, ...key }, undefined).state === "unguarded";
    if (!fitsCommand(identity.hash, account) || (required === undefined && !isUnguarded)) return [];
    const guardrail: FixGuardrail =
      required === undefined ? { kind: "open" } : { kind: "required", id: required };
    return [{ key: identity, account, guardrail }];
  });
  return fixesFor(chosen);
}

/** The guardrail that a rule requires of a key that does not have it: of several that would do the first. */
function requiredOf(hash: string, reports: readonly Report[]): string | undefined {
  const failing = reports.flatMap((report) =>
    report.kind === "judged" ? report.findings.filter(lacksOne) : [],
  );
  return failing.find(({ key }) => key.hash?.toLowerCase() === hash)?.requiredGuardrails?.[0];
}

function lacksOne({ state, requiredGuardrails }: Finding): boolean {
  return requiredGuardrails !== undefined && (state === "unguarded" || state === "wrong-guardrail");
}
