import assert from "node:assert/strict";
import fc from "fast-check";
import { sampleGuardrailId } from "../../../local-service/index";
import type { RequiredKey } from "../../../policies/configuration/required-key";
import { reportPasses } from "../../../policies/findings/report";
import { worstFirst } from "../../../policies/report/describe";
import { describeFailure, exceptionsIn } from "../../../policies/report/violation";
import type { KeyAssignment } from "../../../provider/assignments/contract";
import type { ApiKey } from "../../../provider/inventory/contract";
import { cases } from "../../cases";
import { apiKey, hashRequired, inventoryOf, listOf, nameRequired, noEvidence, row } from "../builders";
import { type Judged, judgeRequired } from "../judging";

const names = ["prod-gateway", "batch", "search"] as const;
const guardrailIds = [0, 1, 2].map(sampleGuardrailId);

interface Account {
  readonly list: readonly KeyAssignment[];
  readonly keys: readonly ApiKey[];
}

/** Few keys, names and guardrails, so that requirements often meet them; a few keys have no assignment. */
const accounts: fc.Arbitrary<Account> = fc
  .uniqueArray(
    fc.record({
      key: fc.nat(8),
      keyName: fc.constantFrom(...names),
      guardrailId: fc.constantFrom(...guardrailIds),
      assigned: fc.nat(9).map((one) => one > 0),
    }),
    { selector: ({ key }) => key, maxLength: 9 },
  )
  .map((made) => ({
    list: made.flatMap(({ key, keyName, guardrailId, assigned }) =>
      assigned ? [row(key, { keyName, guardrailId })] : [],
    ),
    keys: made.map(({ key, keyName }) => apiKey(key, { name: keyName })),
  }));

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

/** At least one: a configuration that requires nothing is an error before anything is judged. */
const requirements = fc.array(fc.oneof(hashRequirement, nameRequirement), { minLength: 1, maxLength: 6 });
const runs = { numRuns: cases(1_000) };

function judged(required: readonly RequiredKey[], { list, keys }: Account): Promise<Judged> {
  return judgeRequired(required, { assignments: listOf(list), inventory: inventoryOf(keys) });
}

/** The rule said a second time, without its groups and states. */
function complies(requirement: RequiredKey, { list, keys }: Account): boolean {
  const allowed = ({ guardrailId }: KeyAssignment): boolean =>
    requirement.guardrails === undefined || requirement.guardrails.includes(guardrailId);
  const guarded = (hash: string): boolean => list.some((one) => one.keyHash === hash && allowed(one));
  if (requirement.by === "hash") return guarded(requirement.hash);
  const named = requirement.assignedNameSuffices
    ? list.filter(({ keyName }) => requirement.by === "name" && keyName === requirement.name)
    : keys.filter(({ name }) => requirement.by === "name" && name === requirement.name);
  return named.length > 0 && named.every((one) => guarded("hash" in one ? one.hash : one.keyHash));
}

describe("required-keys-guarded, whatever the account and the requirements", () => {
  it("passes exactly when every key that a requirement means has an allowed guardrail, and it means one", async () => {
    const verdicts = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(accounts, requirements, async (account, required) => {
        const expected = required.every((one) => complies(one, account));
        assert.equal(reportPasses(await judged(required, account)), expected);
        verdicts.add(expected);
      }),
      runs,
    );
    assert.equal(verdicts.size, 2, "the histories must hold both verdicts");
  });

  it("never turns a failing report into a passing one by one more requirement", async () => {
    await fc.assert(
      fc.asyncProperty(accounts, requirements, requirements, async (account, required, more) => {
        fc.pre(!reportPasses(await judged(required, account)));
        assert(!reportPasses(await judged([...more, ...required], account)));
      }),
      runs,
    );
  });

  it("says the same whatever the order of the rows and keys", async () => {
    const shuffled = accounts.chain((account) =>
      fc.record({
        account: fc.constant(account),
        list: fc.shuffledSubarray([...account.list], { minLength: account.list.length }),
        keys: fc.shuffledSubarray([...account.keys], { minLength: account.keys.length }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, requirements, async ({ account, ...other }, required) => {
        const one = await judged(required, account);
        const two = await judged(required, other);
        assert.equal(reportPasses(two), reportPasses(one));
        assert.deepEqual(worstFirst(two.findings), worstFirst(one.findings));
        assert.equal(describeFailure(two), describeFailure(one));
        assert.deepEqual(exceptionsIn(two), exceptionsIn(one));
      }),
      runs,
    );
  });

  it("gives every requirement at least one finding, in their order, and changes neither account nor requirements", async () => {
    await fc.assert(
      fc.asyncProperty(accounts, requirements, async (account, bare) => {
        const required = bare.map((one, index) => ({ ...one, description: `requirement ${index}` }));
        const before = structuredClone([account, required]);
        const frozen = { list: Object.freeze(account.list), keys: Object.freeze(account.keys) };
        const { findings } = await judged(Object.freeze(required), frozen);
        assert.deepEqual(
          [...new Set(findings.map(({ key }) => key.description))],
          required.map(({ description }) => description),
        );
        assert.deepEqual([account, required], before);
      }),
      runs,
    );
  });

  it("never passes without a list", async () => {
    await fc.assert(
      fc.asyncProperty(accounts, requirements, async ({ keys }, required) => {
        const report = await judgeRequired(required, {
          assignments: noEvidence,
          inventory: inventoryOf(keys),
        });
        assert(!reportPasses(report));
        assert.match(describeFailure(report), /^could not verify: /u);
      }),
      runs,
    );
  });
});
