import assert from "node:assert/strict";
import fc from "fast-check";
import { describeFailure, sortFindings } from "../../../policies/report/describe";
import { reportPasses } from "../../../policies/report/report";
import { inventoryOf, noEvidence } from "../builders";
import { type Given, judgedIn, judgeRule } from "../judging";
import { complies } from "./reference";
import { configurationOf, evidenceOf, type SmallRule, smallAccounts, smallRules } from "./small-account";

const runs = { numRuns: 600 };

async function judged(rule: SmallRule, given: Given) {
  return judgedIn(await judgeRule(rule.name, configurationOf(rule), given));
}

describe("the rules, whatever the account and the configuration", () => {
  it("pass exactly when the rules said a second time do", async () => {
    const verdicts = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(smallAccounts, smallRules, async (keys, rule) => {
        const expected = complies(rule, keys);
        assert.equal(reportPasses(await judged(rule, evidenceOf(keys))), expected);
        const verdict = `${rule.name} ${expected}`;
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      }),
      { numRuns: 2_000 },
    );
    assert.equal(verdicts.size, 8, "each rule must meet both verdicts");
    for (const [verdict, count] of verdicts) assert(count >= 20, `${verdict}: ${count} only`);
  });

  it("never pass when a list is missing that they ask for, and say that they could not verify", async () => {
    await fc.assert(
      fc.asyncProperty(
        smallAccounts,
        smallRules,
        fc.subarray(["assignments", "inventory", "guardrails"] as const, { minLength: 1 }),
        async (keys, rule, missing) => {
          const evidence = evidenceOf(keys);
          const without = Object.fromEntries(missing.map((list) => [list, noEvidence]));
          const report = await judged(rule, { ...evidence, ...without });
          if (report.problems.length === 0) {
            // Nobody asked for it.
            assert.deepEqual(report, await judged(rule, evidence));
            return;
          }
          assert(!reportPasses(report));
          assert.match(describeFailure(report), /^could not verify: /u);
        },
      ),
      runs,
    );
  });

  it("never pass by an empty inventory, unless they ask for none", async () => {
    await fc.assert(
      fc.asyncProperty(smallAccounts, smallRules, async (keys, rule) => {
        const evidence = evidenceOf(keys);
        const empty = await judged(rule, { ...evidence, inventory: inventoryOf([]) });
        if (reportPasses(empty))
          assert.deepEqual(empty, await judged(rule, { ...evidence, inventory: noEvidence }));
      }),
      runs,
    );
  });

  it("say the same whatever the order of rows and keys", async () => {
    const shuffled = smallAccounts.chain((keys) =>
      fc.tuple(fc.constant(keys), fc.shuffledSubarray([...keys], { minLength: keys.length })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, smallRules, async ([keys, others], rule) => {
        const one = await judged(rule, evidenceOf(keys));
        const two = await judged(rule, evidenceOf(others));
        assert.deepEqual(sortFindings(two.findings), sortFindings(one.findings));
        assert.equal(describeFailure(two), describeFailure(one));
      }),
      runs,
    );
  });
});
