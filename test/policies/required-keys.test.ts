import assert from "node:assert/strict";
import type { Evidence } from "../../policies/evidence";
import { reportPasses } from "../../policies/finding";
import type { RequiredKey } from "../../policies/required-key";
import { judgeRequiredKeys } from "../../policies/rules/required-keys-guarded";
import {
  absentGuardrail,
  guardrail,
  hashRequired,
  listOf,
  nameRequired,
  noEvidence,
  otherGuardrail,
  row,
} from "./builders";

function judged(requirement: RequiredKey, evidence: Evidence) {
  const [finding, ...others] = judgeRequiredKeys([requirement], evidence).findings;
  assert(finding !== undefined && others.length === 0);
  return finding;
}

describe("a key required by its hash", () => {
  const { keyHash } = row(1);

  it("is guarded when the list assigns it any guardrail and none is asked for", () => {
    const finding = judged(hashRequired(keyHash), listOf([row(0), row(1)]));
    assert.equal(finding.state, "guarded");
    assert.deepEqual(finding.assignments, [row(1)]);
    assert.equal(finding.next, "");
  });

  it("is guarded when the assigned guardrail is one of those asked for, whatever its case", () => {
    const shouted = row(1, { guardrailId: guardrail.toUpperCase() });
    assert.equal(
      judged(hashRequired(keyHash, [absentGuardrail, guardrail]), listOf([shouted])).state,
      "guarded",
    );
  });

  it("is guarded when the service writes the hash in upper case", () => {
    const shouted = row(1, { keyHash: keyHash.toUpperCase() });
    assert.equal(judged(hashRequired(keyHash), listOf([shouted])).state, "guarded");
  });

  it("is unguarded when it is not in the list, and the message says what is missing and what to do", () => {
    const finding = judged(hashRequired(keyHash, [guardrail]), listOf([row(0), row(2)]));
    assert.equal(finding.state, "unguarded");
    assert.equal(finding.reason, "has no direct assignment of a guardrail");
    assert.equal(finding.next, `Assign guardrail ${guardrail} to it, then run this again.`);
  });

  it("is unguarded by an empty list, which is a list", () => {
    assert.equal(judged(hashRequired(keyHash), listOf([])).state, "unguarded");
  });

  it("has the wrong guardrail when it is assigned to another than those asked for", () => {
    const finding = judged(
      hashRequired(keyHash, [guardrail, absentGuardrail]),
      listOf([row(1, { guardrailId: otherGuardrail })]),
    );
    assert.equal(finding.state, "wrong-guardrail");
    assert(finding.reason.includes(otherGuardrail));
    assert.equal(
      finding.next,
      `Assign guardrail ${guardrail} or ${absentGuardrail} to it, then run this again.`,
    );
  });

  it("has the wrong guardrail when one of two assignments complies and the other does not", () => {
    const rows = [row(1), row(1, { id: "another", guardrailId: otherGuardrail })];
    assert.equal(judged(hashRequired(keyHash, [guardrail]), listOf(rows)).state, "wrong-guardrail");
  });

  it("is not guarded by a key of which only the name is its hash", () => {
    assert.equal(judged(hashRequired(keyHash), listOf([row(2, { keyName: keyHash })])).state, "unguarded");
  });
});

describe("a key required by its name", () => {
  const gateway = { keyName: "prod-gateway" };

  it("is unverified by the list alone, also when a key of that name is assigned", () => {
    const finding = judged(nameRequired("prod-gateway", { suffices: false }), listOf([row(1, gateway)]));
    assert.equal(finding.state, "unverified");
    assert.match(finding.reason, /^could not be verified by name/u);
    assert.match(finding.next, /by its hash.*"assignedNameSuffices": true/u);
  });

  it("is guarded by any assigned key of that name where the requirement accepts it", () => {
    assert.equal(judged(nameRequired("prod-gateway"), listOf([row(1, gateway)])).state, "guarded");
  });

  it("is unguarded when no key of that name is assigned", () => {
    assert.equal(judged(nameRequired("prod-gateway"), listOf([row(1)])).state, "unguarded");
  });

  it("has the wrong guardrail when one of several assigned keys of that name does not comply", () => {
    const rows = [row(1, gateway), row(2, { ...gateway, guardrailId: otherGuardrail }), row(3, gateway)];
    const finding = judged(nameRequired("prod-gateway", { guardrails: [guardrail] }), listOf(rows));
    assert.equal(finding.state, "wrong-guardrail");
    assert.deepEqual(finding.assignments, rows.slice(1, 2));
  });

  it("says each wrong guardrail once, however many keys of that name have it", () => {
    const rows = Array.from({ length: 50 }, (_, n) => row(n, { ...gateway, guardrailId: otherGuardrail }));
    const { reason } = judged(nameRequired("prod-gateway", { guardrails: [guardrail] }), listOf(rows));
    assert.equal(reason, `is assigned to guardrail ${otherGuardrail}, which is not the one required`);
  });

  it("is compared exactly: neither case nor white space is overlooked", () => {
    for (const keyName of ["Prod-gateway", "prod-gateway ", " prod-gateway", "prod-gateway\u200b"]) {
      assert.equal(judged(nameRequired("prod-gateway"), listOf([row(1, { keyName })])).state, "unguarded");
    }
  });

  it("may be called like a property every object has", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      assert.equal(judged(nameRequired(name), listOf([row(1)])).state, "unguarded");
      assert.equal(judged(nameRequired(name), listOf([row(1, { keyName: name })])).state, "guarded");
    }
  });
});

describe("evidence that is no complete list", () => {
  it("leaves every key unverified when there is none", () => {
    const requirements = [hashRequired(row(1).keyHash), nameRequired("prod-gateway")];
    const report = judgeRequiredKeys(requirements, noEvidence);
    assert.deepEqual(
      report.findings.map(({ state }) => state),
      ["unverified", "unverified"],
    );
    assert.equal(reportPasses(report), false);
  });

  for (const scope of [
    { kind: "filtered", guardrailId: guardrail },
    { kind: "page", offset: 0, limit: 100 },
  ] as const) {
    // The part not shown may hold a key of that name with another guardrail.
    it(`leaves every key unverified when it is ${scope.kind}, although the rows shown comply`, () => {
      const report = judgeRequiredKeys(
        [hashRequired(row(1).keyHash), nameRequired(row(1).keyName, { guardrails: [guardrail] })],
        listOf([row(1)], { scope }),
      );
      assert(report.findings.every(({ state }) => state === "unverified"));
      assert.equal(reportPasses(report), false);
      assert(report.evidence.kind === "none");
      assert.match(report.evidence.why, /^could not verify: /u);
    });
  }
});

describe("a report", () => {
  it("passes when every key is guarded", () => {
    assert(reportPasses(judgeRequiredKeys([hashRequired(row(1).keyHash)], listOf([row(1)]))));
  });

  it("does not pass when one of many keys is not guarded", () => {
    const requirements = [row(1), row(2), row(3)].map(({ keyHash }) => hashRequired(keyHash));
    assert(!reportPasses(judgeRequiredKeys(requirements, listOf([row(1), row(3)]))));
  });

  it("does not pass when nothing was judged", () => {
    assert(!reportPasses(judgeRequiredKeys([], listOf([row(1)]))));
  });

  it("does not pass without a list, whatever its findings say", () => {
    const { rule, findings } = judgeRequiredKeys([hashRequired(row(1).keyHash)], listOf([row(1)]));
    assert(!reportPasses({ rule, findings, evidence: noEvidence }));
  });

  it("passes when the keys not guarded are waived", () => {
    const report = judgeRequiredKeys([hashRequired(row(1).keyHash)], listOf([]));
    const findings = report.findings.map((finding) => ({ ...finding, state: "waived" as const }));
    assert(reportPasses({ ...report, findings }));
  });
});
