import assert from "node:assert/strict";
import { type LocalService, sampleWorkspace } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { nilGuardrail, row } from "./builders";
import { completeRun, configured, failing, type RuleName } from "./fail-open-run";
import { runPolicies } from "./policy-run";
import { keyResource } from "./stack-resource";

const { keyHash } = row(1);
const required = "required-keys-guarded";
const everywhere: readonly RuleName[] = [required, "no-unguarded-keys"];

/*
 * An account that can be read and does not comply: the violation is one of its own, and must not hide behind the keys
 * that do comply.
 */
type Case = readonly [spoil: (service: LocalService) => void, rules: readonly RuleName[], text: RegExp];

const cases: Readonly<Record<string, Case>> = {
  "a required key has no assignment": [
    ({ ledger }) => ledger.unassign(keyHash),
    [...everywhere, "guardrails-enforce-something"],
    /no direct assignment of a guardrail|: see /u,
  ],
  "the guardrail of a required key is the nil UUID, which is none": [
    ({ ledger }) => void ledger.assign({ keyHash, guardrailId: nilGuardrail }),
    [...everywhere, "approved-guardrails-only", "guardrails-enforce-something"],
    /no direct assignment of a guardrail|: see /u,
  ],
  "a key is rotated: the old one of its name is assigned, the new one is not": [
    ({ ledger }) => void ledger.addKey({ keyName: row(1).keyName }),
    everywhere,
    /no direct assignment of a guardrail|: see /u,
  ],
  "a key without an assignment is in another workspace": [
    ({ ledger }) => {
      ledger.workspaces.push(sampleWorkspace(1));
      ledger.addKey({ keyName: "prod-elsewhere", workspaceId: sampleWorkspace(1).id });
    },
    everywhere,
    /no direct assignment of a guardrail\n {2}prod-elsewhere {2}|: see /u,
  ],
  "a key without an assignment has a name no rule requires": [
    ({ ledger }) => void ledger.addKey({ keyName: "staging" }),
    ["no-unguarded-keys"],
    /no direct assignment of a guardrail\n {2}staging {2}/u,
  ],
  "a key without an assignment expires later": [
    ({ ledger }) => void ledger.addKey({ keyName: "prod-later", expiresAt: "2999-01-01T00:00:00Z" }),
    everywhere,
    /no direct assignment of a guardrail\n {2}prod-later {2}|: see /u,
  ],
  "the required key was deleted, and its assignment only counts": [
    ({ ledger }) => ledger.deleteKey(keyHash),
    [required, "guardrails-enforce-something"],
    /no key of the account has that hash|is that of no key: see /u,
  ],
  "an assignment is to a guardrail that is not approved": [
    ({ ledger }) => void ledger.assign({ keyHash, guardrailId: ledger.guardrails.add({ limit_usd: 1 }).id }),
    ["approved-guardrails-only"],
    /is assigned to guardrail .+, which is not an approved one/u,
  ],
  "the guardrail of a required key enforces nothing": [
    ({ ledger }) => void ledger.guardrails.add({ id: guardrailOf(ledger), limit_usd: null }),
    ["guardrails-enforce-something"],
    /which has no spending limit/u,
  ],
  "the guardrail of a required key is gone": [
    ({ ledger }) => ledger.guardrails.remove(guardrailOf(ledger)),
    ["guardrails-enforce-something"],
    /could not be verified: the service answers 404 for its guardrail/u,
  ],
  ...Object.fromEntries(
    ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z", "1999-12-31T23:59:59+00:00"].map((expiresAt) => [
      `a key without a guardrail expires at ${expiresAt}, which is before there were such keys`,
      [
        ({ ledger }) => void ledger.addKey({ keyName: "prod-open", expiresAt }),
        everywhere,
        /no direct assignment of a guardrail\n {2}prod-open {2}|: see /u,
      ] satisfies Case,
    ]),
  ),
  "no key is enabled any more": [
    ({ ledger }) => {
      for (const key of ledger.keys()) ledger.changeKey(key.keyHash, { disabled: true });
    },
    everywhere,
    /could not verify: the account shows no enabled key|no enabled key of the account matches/u,
  ],
  "it is empty, and may be another account's": [
    ({ ledger }) => {
      for (const key of ledger.keys()) ledger.deleteKey(key.keyHash);
      while (ledger.totalCount > 0) ledger.removeAt(0);
    },
    [...everywhere, "approved-guardrails-only", "guardrails-enforce-something"],
    /could not verify: |no enabled key of the account matches|the account shows no key at all|no direct assignment/u,
  ],
};

function guardrailOf(ledger: LocalService["ledger"]): string {
  const found = ledger.assignments().find((one) => one.keyHash === keyHash);
  assert(found !== undefined);
  return found.guardrailId;
}

describe("the pack stops a deployment when the account can be read and", () => {
  const running = useServices();

  for (const [title, [spoil, rules, text]] of Object.entries(cases)) {
    it(title, async () => {
      const service = await running({ rows: 4 });
      spoil(service);
      // Without what the stack declares: that would be a key of the account that is about to be.
      const result = await runPolicies(completeRun(service, { resources: () => [] }));
      assert.deepEqual(failing(result), rules.toSorted());
      for (const violation of result.violations) assert.match(violation.text, text);
    });
  }

  for (const [title, requirement] of [
    ["a pattern matches nothing", { pattern: "nobody-*" }],
    ["a name is nobody's", { name: "nobody" }],
    ["a name differs in its case", { name: row(1).keyName.toUpperCase() }],
    ["a pattern stands where a name is meant", { name: "prod-*" }],
  ] as const) {
    it(`${title}, although every other key complies`, async () => {
      const service = await running({ rows: 4 });
      const requiredKeys = [{ pattern: "*" }, requirement];
      const result = await runPolicies(completeRun(service, configured(required, { requiredKeys })));
      assert.deepEqual(failing(result), [required]);
      assert.match(
        result.violations[0]?.text ?? "",
        /1 required name or pattern matches no key.*\n.*no enabled key of the account matches/u,
      );
    });
  }

  it("a key that the stack declares feeds no assignment", async () => {
    const service = await running({ rows: 4 });
    const resources = () => [keyResource("new", { name: "prod-new" })];
    const result = await runPolicies(completeRun(service, { resources }));
    assert.deepEqual(failing(result), [...everywhere, "declared-keys-guarded"].toSorted());
  });

  it("what complies by a planned assignment does not once it is made, because the list decides", async () => {
    const service = await running({ rows: 4 });
    service.ledger.addKey({ keyName: "prod-new" });
    const result = await runPolicies(completeRun(service, { dryRun: false }));
    assert.deepEqual(failing(result), everywhere.toSorted());
  });
});
