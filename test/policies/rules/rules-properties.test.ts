import assert from "node:assert/strict";
import fc from "fast-check";
import { type Finding, reportPasses } from "../../../policies/findings/report";
import { worstFirst } from "../../../policies/report/describe";
import { describeFailure } from "../../../policies/report/violation";
import { inventoryOf, noEvidence, row } from "../builders";
import { type Given, judgedIn, judgeRule } from "../judging";
import { complies } from "./reference";
import { configurationOf, evidenceOf, type SmallRule, smallAccounts, smallRules } from "./small-account";

const runs = { numRuns: 600 };

async function judged(rule: SmallRule, given: Given) {
  return judgedIn(await judgeRule(rule.name, configurationOf(rule), given));
}

function countsTwice(finding: Finding, findings: readonly Finding[]): boolean {
  const text = JSON.stringify(finding);
  return findings.filter((one) => JSON.stringify(one) === text).length > 1;
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
            const whole = await judged(rule, evidence);
            if (report.findings.some(({ cause }) => cause.kind === "no-assignment-or-key")) {
              // It was asked for only to say more of a key that fails either way.
              assert(!reportPasses(report) && !reportPasses(whole));
              return;
            }
            // Nobody asked for it.
            assert.deepEqual(report, whole);
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

  it("doubt exactly the expired keys where the clocks disagree, and never pass for that", async () => {
    let doubts = 0;
    await fc.assert(
      fc.asyncProperty(smallAccounts, smallRules, async (keys, rule) => {
        const evidence = evidenceOf(keys);
        const right = await judged(rule, evidence);
        const { inventory } = evidence;
        assert(inventory.kind === "read");
        const clock = { kind: "no-date" } as const;
        const wrong = await judged(rule, {
          ...evidence,
          inventory: { ...inventory, value: { ...inventory.value, clock } },
        });
        if (reportPasses(wrong)) assert(reportPasses(right));
        const isDoubt = ({ cause }: Finding) => cause.kind === "expiry-unknown";
        const expired = new Set(keys.filter(({ is }) => is === "expired").map(({ n }) => row(n).keyHash));
        const doubted = wrong.findings.filter(isDoubt);
        doubts += doubted.length;
        for (const { state, key } of doubted) {
          assert.equal(state, "unverified");
          assert(expired.has(key.hash ?? ""));
        }
        const others = new Set(
          wrong.findings.filter((one) => !isDoubt(one)).map((one) => JSON.stringify(one)),
        );
        for (const one of right.findings) {
          const isStill = others.delete(JSON.stringify(one));
          assert(
            isStill || (one.state === "missing" && doubted.length > 0) || countsTwice(one, right.findings),
          );
        }
        assert.equal(others.size, 0);
        if (doubted.length === 0) assert.deepEqual(wrong, right);
      }),
      runs,
    );
    assert(doubts >= 50, `${doubts} only`);
  });

  it("say the same whatever the order of rows and keys", async () => {
    const shuffled = smallAccounts.chain((keys) =>
      fc.tuple(fc.constant(keys), fc.shuffledSubarray([...keys], { minLength: keys.length })),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, smallRules, async ([keys, others], rule) => {
        const one = await judged(rule, evidenceOf(keys));
        const two = await judged(rule, evidenceOf(others));
        assert.deepEqual(worstFirst(two.findings), worstFirst(one.findings));
        assert.equal(describeFailure(two), describeFailure(one));
      }),
      runs,
    );
  });
});
