import assert from "node:assert/strict";
import type { RequiredKey } from "../../policies/configuration/required-key";
import { settingsInForce } from "../../policies/configuration/shared-settings";
import type { Evidence } from "../../policies/evidence/evidence";
import type { AccountEvidence, Guardrails } from "../../policies/evidence/evidence-source";
import type { Finding, Report } from "../../policies/findings/report";
import { type JudgeInput, judge, prepareRule } from "../../policies/judge";
import { describeReason } from "../../policies/report/describe-cause";
import { describeRemedy } from "../../policies/report/describe-remedy";
import { rules } from "../../policies/rules/index";
import { requiredKeysGuarded } from "../../policies/rules/required-keys-guarded";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { KeyInventory } from "../../provider/inventory/inventory";
import { noEvidence, noon } from "./builders";

/** What a rule judges by. Assignments and guardrails that are not given must not be asked for; an inventory cannot be read. */
export interface Given extends Partial<Omit<JudgeInput, "account">> {
  readonly assignments?: Evidence<KeyAssignmentsSnapshot>;
  readonly inventory?: Evidence<KeyInventory>;
  readonly guardrails?: Evidence<Guardrails>;
}

/** A report that was judged, its findings with what people are told of them. */
export type Judged = Omit<Extract<Report, { readonly kind: "judged" }>, "findings"> & {
  readonly findings: readonly Told[];
};
export type Told = Finding & { readonly reason: string; readonly advice: string };

/** What a rule says with this configuration of its own and these shared settings, waivers applied. */
export async function judgeRule(
  name: string,
  own: unknown,
  given: Given = {},
  settings: unknown = {},
): Promise<Report> {
  const rule = rules.find((one) => one.name === name);
  assert(rule !== undefined, name);
  const by = judgedBy(given);
  return judge(prepareRule(rule, { own, settings }, by.now), by);
}

/** What `required-keys-guarded` says of requirements, also of some that no configuration could give. */
export async function judgeRequired(required: readonly RequiredKey[], given: Given): Promise<Judged> {
  const shared = settingsInForce(requiredKeysGuarded.name, {}, {});
  const configured = requiredKeysGuarded.configure({ own: {}, shared, requiredKeys: required, waivers: [] });
  const prepared = { rule: requiredKeysGuarded, shared, waivers: [], configured };
  return judgedIn(await judge(prepared, judgedBy(given)));
}

/** The report of a rule that applies. */
export function judgedIn(report: Report): Judged {
  assert(report.kind === "judged", `${report.rule} does not apply`);
  const findings = report.findings.map((finding) => {
    return { ...finding, reason: describeReason(finding), advice: describeRemedy(finding) ?? "" };
  });
  return { ...report, findings };
}

function judgedBy({ assignments, inventory, guardrails, now = noon, ...stack }: Given): JudgeInput {
  const list = async () => assignments ?? assert.fail("the assignments were asked for");
  const account: AccountEvidence = {
    assignments: list,
    wholeAccount: async () => ({
      assignments: await list(),
      inventory: inventory ?? noEvidence,
    }),
    guardrails: async () => guardrails ?? assert.fail("guardrails were asked for"),
  };
  return { account, now, ...stack };
}
