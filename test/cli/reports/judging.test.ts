import assert from "node:assert/strict";
import { statusOf } from "../../../cli/check";
import { judgeOrUnverified } from "../../../cli/live-judging";
import { prepareRule } from "../../../policies/judge";
import { noUnguardedKeys } from "../../../policies/rules/no-unguarded-keys";
import type { PreparedRule } from "../../../policies/rules/rule";
import { GuardrailsError } from "../../../provider/errors";
import { noEvidence, noon } from "../../policies/builders";

const account = {
  assignments: () => Promise.resolve(noEvidence),
  wholeAccount: () => Promise.resolve({ assignments: noEvidence, inventory: noEvidence }),
  guardrails: () => Promise.resolve(noEvidence),
};

/** A rule that ends its judging so. */
function ruleThat(judge: () => never): PreparedRule {
  const prepared = prepareRule(noUnguardedKeys, { own: { exempt: [] }, settings: undefined }, noon);
  return { ...prepared, configured: { kind: "configured" as const, needs: [], judge } };
}

describe("pulumi-guardrails check with a rule that throws", () => {
  it("reports a doubt of that rule, without what was thrown, and ends with 3", async () => {
    const failing = ruleThat(() => {
      throw new Error("secret of the thrown error");
    });
    const report = await judgeOrUnverified(failing, { account, now: noon });
    assert(report.kind === "judged");
    assert.deepEqual([report.rule, report.findings], ["no-unguarded-keys", []]);
    assert.match(report.problems[0]?.why ?? "", /^could not verify: an unexpected Error was thrown\./u);
    assert.doesNotMatch(JSON.stringify(report), /secret/u);
    assert.equal(statusOf({ reports: [report] }), 3);
  });

  it("ends without a report where it was interrupted", async () => {
    const aborted = new GuardrailsError("aborted", {
      what: "could not verify: aborted",
      advice: "Run it again.",
    });
    const interrupted = ruleThat(() => {
      throw aborted;
    });
    await assert.rejects(judgeOrUnverified(interrupted, { account, now: noon }), aborted);
  });
});
