import type { CheckResult } from "../../../cli/reports/check-result";
import { sampleAssignment, sampleWorkspace } from "../../../local-service/index";
import type { AccountFacts } from "../../../policies/evidence/account-facts";
import { judge, prepareRule } from "../../../policies/judge";
import { rules } from "../../../policies/rules/index";
import type { KeyAssignment } from "../../../provider/assignments/contract";
import { accountOf } from "../../policies/memory-account";
import { resultOf } from "./sample-results";

/** The guardrail that the samples' guarded keys have. */
export const teamDefault = "c1b22b16-05a0-4b24-8353-6273a5c32a0f";

const now = Date.UTC(2026, 2, 1, 10);
const rulesInForce = (require: readonly string[]) => ({
  "required-keys-guarded": { requiredKeys: [{ pattern: "*" }] },
  "no-unguarded-keys": { exempt: [] },
  "guardrails-enforce-something": { require, requiredKeys: [{ pattern: "*" }] },
});

/** What a check by three rules finds in an account of so many keys, of which the last ones have no guardrail. */
export async function checkedAccount(
  keys: number,
  unguarded: number,
  require: readonly string[] = ["limitUsd"],
): Promise<CheckResult> {
  const guarded = Array.from({ length: keys - unguarded }, (_, n) => ({
    ...sampleAssignment(n),
    guardrailId: teamDefault,
  }));
  const open = Array.from({ length: unguarded }, (_, n) => sampleAssignment(n + 1, "new"));
  return checked(guarded, open, require);
}

async function checked(
  assignments: readonly KeyAssignment[],
  open: readonly KeyAssignment[],
  require: readonly string[],
): Promise<CheckResult> {
  const { account, snapshot, inventory } = accountOf(assignments, [...assignments, ...open]);
  const reports = await Promise.all(
    rules.map((rule) => {
      const own = Object.entries(rulesInForce(require)).find(([name]) => name === rule.name)?.[1] ?? {};
      return judge(prepareRule(rule, { own, settings: {} }, now), { account, now });
    }),
  );
  const facts: AccountFacts = {
    service: "openrouter",
    baseUrl: snapshot.baseUrl,
    credentialVariable: "OPENROUTER_MANAGEMENT_KEY",
    assignments: snapshot,
    inventory,
    guardrails: new Map([[teamDefault, { name: "Team default", workspaceId: sampleWorkspace(0).id }]]),
    absentGuardrails: new Set(),
  };
  return resultOf(
    reports.filter(({ rule }) => rule !== "declared-keys-guarded"),
    { accounts: [facts] },
  );
}
