import assert from "node:assert/strict";
import fc from "fast-check";
import { describeReport, reportPasses } from "../../policies/finding";
import type { RequiredKey } from "../../policies/required-key";
import { judgeRequiredKeys } from "../../policies/rules/required-keys-guarded";
import type { KeyAssignment } from "../../provider/contract";
import { sampleGuardrailId } from "../../provider/local-service/index";
import { hashRequired, listOf, nameRequired, row } from "./builders";

const names = ["prod-gateway", "batch", "search"] as const;
const guardrailIds = [0, 1, 2].map(sampleGuardrailId);

/** Few keys, names and guardrails, so that requirements often meet the rows. */
const rows: fc.Arbitrary<KeyAssignment[]> = fc
  .uniqueArray(
    fc.record({
      key: fc.nat(8),
      keyName: fc.constantFrom(...names),
      guardrailId: fc.constantFrom(...guardrailIds),
    }),
    { selector: ({ key }) => key, maxLength: 9 },
  )
  .map((made) => made.map(({ key, keyName, guardrailId }) => row(key, { keyName, guardrailId })));

const guardrails = fc.option(
  fc.subarray(guardrailIds, { minLength: 1 }).map((some): readonly string[] => some),
  { nil: undefined },
);

const hashRequirement = fc
  .tuple(fc.nat(8), guardrails)
  .map(([key, allowed]) => hashRequired(row(key).keyHash, allowed));

const nameRequirement = fc
  .tuple(fc.constantFrom(...names), guardrails, fc.boolean())
  .map(([name, allowed, suffices]) =>
    nameRequired(name, { suffices, ...(allowed === undefined ? {} : { guardrails: allowed }) }),
  );

const requirements = fc.array(fc.oneof(hashRequirement, nameRequirement), { maxLength: 6 });
const runs = { numRuns: 2_000 };

/** The rule said a second time, without its groups and states. */
function complies(requirement: RequiredKey, list: readonly KeyAssignment[]): boolean {
  const allowed = ({ guardrailId }: KeyAssignment): boolean =>
    requirement.guardrails === undefined || requirement.guardrails.includes(guardrailId);
  if (requirement.by === "hash") {
    return list.some((one) => one.keyHash === requirement.hash && allowed(one));
  }
  const named = list.filter((one) => one.keyName === requirement.name);
  return requirement.assignedNameSuffices && named.length > 0 && named.every(allowed);
}

describe("required-keys-guarded, whatever the list and the requirements", () => {
  it("passes exactly when every requirement has an assignment in the list with an allowed guardrail", () => {
    const verdicts = new Set<boolean>();
    fc.assert(
      fc.property(rows, requirements, (list, required) => {
        const expected = required.length > 0 && required.every((one) => complies(one, list));
        assert.equal(reportPasses(judgeRequiredKeys(required, listOf(list))), expected);
        verdicts.add(expected);
      }),
      runs,
    );
    assert.equal(verdicts.size, 2, "the histories must hold both verdicts");
  });

  it("never turns a failing report into a passing one by one more requirement", () => {
    fc.assert(
      fc.property(rows, requirements, requirements, (list, required, more) => {
        const before = judgeRequiredKeys(required, listOf(list));
        fc.pre(required.length > 0 && !reportPasses(before));
        assert(!reportPasses(judgeRequiredKeys([...more, ...required], listOf(list))));
      }),
      runs,
    );
  });

  it("says the same whatever the order of the rows", () => {
    const shuffled = rows.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, requirements, ([list, other], required) => {
        const one = judgeRequiredKeys(required, listOf(list));
        const two = judgeRequiredKeys(required, listOf(other));
        assert.equal(reportPasses(two), reportPasses(one));
        assert.deepEqual(two.findings, one.findings);
        assert.equal(describeReport(two), describeReport(one));
      }),
      runs,
    );
  });

  it("gives one finding per requirement, in their order, and changes neither list nor requirements", () => {
    fc.assert(
      fc.property(rows, requirements, (list, required) => {
        const before = structuredClone([list, required]);
        const { findings } = judgeRequiredKeys(Object.freeze(required), listOf(Object.freeze(list)));
        assert.deepEqual(
          findings.map(({ requirement }) => requirement),
          required,
        );
        assert.deepEqual([list, required], before);
      }),
      runs,
    );
  });

  it("never passes without a list", () => {
    fc.assert(
      fc.property(requirements, (required) => {
        const report = judgeRequiredKeys(required, { kind: "none", why: "could not verify: no." });
        assert(!reportPasses(report));
        assert.match(describeReport(report), /^could not verify: /u);
      }),
      runs,
    );
  });
});
