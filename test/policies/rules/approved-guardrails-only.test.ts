import assert from "node:assert/strict";
import { reportPasses } from "../../../policies/findings/report";
import {
  absentGuardrail,
  apiKey,
  guardrail,
  inventoryOf,
  listOf,
  noEvidence,
  otherGuardrail,
  row,
} from "../builders";
import { type Given, judgedIn, judgeRule } from "../judging";
import { assignmentResource, keyResource, unknownValue } from "../stack-resource";
import { plannedBy } from "./declared";

const name = "approved-guardrails-only";
const approved = [guardrail.toUpperCase()];
const other = { guardrailId: otherGuardrail };

async function judged(own: object, given: Given) {
  return judgedIn(await judgeRule(name, { approved, ...own }, given));
}

async function statesOf(own: object, given: Given) {
  return (await judged(own, given)).findings.map(({ state, key }) => [state, key.hash ?? key.name]);
}

describe("approved-guardrails-only", () => {
  it("does not apply until it is configured, and then asks nothing", async () => {
    assert.deepEqual(await judgeRule(name, {}), {
      rule: name,
      kind: "not-applicable",
      why: 'not configured: add "approved" with the UUIDs of guardrails',
    });
  });

  it("passes when every assignment of the account is to an approved guardrail, whatever the case", async () => {
    const rows = [row(1), row(2, { guardrailId: guardrail.toUpperCase() })];
    const report = await judged({}, { assignments: listOf(rows) });
    assert(reportPasses(report));
    assert.deepEqual([report.subject, report.findings.length], ["assigned keys", 2]);
    const both = { approved: [absentGuardrail, guardrail, otherGuardrail] };
    assert(reportPasses(await judged(both, { assignments: listOf([row(1), row(2, other)]) })));
  });

  it("names every key whose guardrail is not approved, by name and label", async () => {
    const report = await judged({}, { assignments: listOf([row(1), row(2, other), row(3, other)]) });
    assert(!reportPasses(report));
    const wrong = report.findings.filter(({ state }) => state === "wrong-guardrail");
    assert.deepEqual(
      wrong.map(({ key }) => [key.hash, key.name, key.label]).toSorted(),
      [2, 3].map((n) => [row(n).keyHash, row(n).keyName, row(n).keyLabel]).toSorted(),
    );
    assert.equal(wrong[0]?.advice, `Assign guardrail ${guardrail} to it, then run this again.`);
  });

  it("judges the two assignments of one key, each on its own", async () => {
    const rows = [row(1), row(1, { id: "another", ...other })];
    assert.deepEqual(await statesOf({}, { assignments: listOf(rows) }), [
      ["wrong-guardrail", row(1).keyHash],
    ]);
  });

  it("cannot verify an account in which no key has an assignment: it may be another one", async () => {
    const report = await judged({}, { assignments: listOf([]) });
    assert(!reportPasses(report));
    assert.match(report.problems[0]?.why ?? "", /^could not verify: no key has an assignment\. Check/u);
  });

  const onlyPart = "could not verify: only a part of the list was read. Read it without filters.";
  for (const [title, assignments, why] of [
    ["without the list", noEvidence, "could not verify: the list was not read."],
    ["by a page of it", listOf([row(1)], { scope: { kind: "page", offset: 0, limit: 100 } }), onlyPart],
    [
      "by a filtered list",
      listOf([row(1)], { scope: { kind: "filtered", guardrailId: guardrail } }),
      onlyPart,
    ],
  ] as const) {
    it(`cannot verify anything ${title}`, async () => {
      const report = await judged({}, { assignments });
      assert(!reportPasses(report));
      assert.deepEqual([report.subject, report.findings, report.notes], ["assigned keys", [], []]);
      assert.deepEqual(
        report.problems.map((problem) => problem.why),
        [why],
      );
    });
  }

  for (const [title, own, problem] of [
    [
      "an empty list of guardrails",
      { approved: [] },
      /approved must be a list of guardrail UUIDs .* not empty/u,
    ],
    ["one guardrail that is no list", { approved: guardrail }, /approved must be a list/u],
    ["a guardrail that is no UUID", { approved: [guardrail, "prod"] }, /approved\[1\] must be the UUID/u],
    ["null", { approved: null }, /approved must be a list/u],
    ["an empty list of keys", { approved, keys: [] }, /keys must be a list of keys that is not empty/u],
    ["keys that are no list", { approved, keys: "*" }, /keys must be a list of keys/u],
    ["a key misspelt", { approved, keys: [{ nmae: "x" }] }, /keys\[0\] must have exactly one/u],
    ["a guardrail for a key", { approved, keys: [{ name: "x", guardrail }] }, /unknown setting guardrail/u],
    [
      "keys and nothing approved",
      { keys: [{ name: "x" }] },
      /of approved-guardrails-only names no approved guardrails\. Give it "approved"/u,
    ],
    ["a misspelt list", { aproved: [guardrail] }, /it has the unknown setting aproved/u],
  ] as const) {
    it(`is refused when it is configured with ${title}`, async () => {
      await assert.rejects(judgeRule(name, own), problem);
    });
  }
});

describe("approved-guardrails-only, over what a deployment declares", () => {
  const assignment = assignmentResource("a", [], { keyHash: row(2).keyHash, guardrailId: guardrail });
  const judgedKeys = async (given: Given) => statesOf({}, { assignments: listOf([row(1)]), ...given });

  it("judges the key of an assignment that will be made, and leaves one that exists to the list", async () => {
    assert.deepEqual(await judgedKeys(plannedBy(assignment)), [
      ["guarded", row(1).keyHash],
      ["guarded-by-deployment", row(2).keyHash],
    ]);
    const existing = { ...assignment, outputs: { ...assignment.props, id: "made" } };
    assert.deepEqual(await judgedKeys(plannedBy(existing)), [["guarded", row(1).keyHash]]);
  });
});

describe("approved-guardrails-only, for the keys named", () => {
  it("judges those and no others; by hash without the inventory", async () => {
    const keys = [{ hash: row(1).keyHash.toUpperCase() }];
    const assignments = listOf([row(1), row(2, other)]);
    assert.deepEqual(await statesOf({ keys }, { assignments }), [["guarded", row(1).keyHash]]);
    assert.deepEqual(await statesOf({ keys: [{ hash: row(2).keyHash }] }, { assignments }), [
      ["wrong-guardrail", row(2).keyHash],
    ]);
  });

  it("finds them by name and pattern in the inventory, those without an assignment too", async () => {
    const given = {
      assignments: listOf([row(1)]),
      inventory: inventoryOf([apiKey(1, { name: "prod-a" }), apiKey(2, { name: "prod-b" })]),
    };
    assert.deepEqual(await statesOf({ keys: [{ name: "prod-a" }] }, given), [["guarded", row(1).keyHash]]);
    assert.deepEqual(await statesOf({ keys: [{ pattern: "prod-*" }] }, given), [
      ["guarded", row(1).keyHash],
      ["unguarded", row(2).keyHash],
    ]);
    assert.deepEqual(await statesOf({ keys: [{ pattern: "none-*" }] }, given), [["missing", "none-*"]]);
  });

  it("cannot verify names without the inventory", async () => {
    const report = await judged(
      { keys: [{ name: "prod-a" }] },
      { assignments: listOf([row(1)]), inventory: noEvidence },
    );
    assert.deepEqual(
      report.findings.map(({ state }) => state),
      ["unverified"],
    );
    assert.deepEqual([report.subject, report.problems.length, report.notes], ["selected keys", 1, []]);
  });
});

describe("approved-guardrails-only, over what a deployment is about to assign", () => {
  const assignments = listOf([row(1)]);
  const given = (...resources: Parameters<typeof plannedBy>) => ({ assignments, ...plannedBy(...resources) });

  it("judges the planned assignment of a key in the place of the one it has", async () => {
    const { keyHash } = row(1);
    const spoiling = assignmentResource("a", [], { keyHash, guardrailId: otherGuardrail });
    assert.deepEqual(await statesOf({}, given(spoiling)), [["wrong-guardrail", keyHash]]);
    const repair = assignmentResource("a", [], { keyHash: row(2).keyHash, guardrailId: guardrail });
    const before = { ...given(repair), assignments: listOf([row(1), row(2, other)]) };
    assert.deepEqual((await statesOf({}, before)).map(([state]) => state).toSorted(), [
      "guarded",
      "guarded-by-deployment",
    ]);
  });

  it("judges the planned assignment of a key that has none, or that does not exist yet", async () => {
    for (const [guardrailId, state] of [
      [guardrail, "guarded-by-deployment"],
      [otherGuardrail, "wrong-guardrail"],
      [unknownValue, "unverified"],
    ] as const) {
      const ofAnother = assignmentResource("a", [], { keyHash: row(2).keyHash, guardrailId });
      const ofNew = assignmentResource("b", ["new"], { guardrailId });
      const found = await statesOf({}, given(keyResource("new", { name: "prod-new" }), ofAnother, ofNew));
      assert.deepEqual(
        found.toSorted(),
        [
          ["guarded", row(1).keyHash],
          [state, row(2).keyHash],
          [state, "prod-new"],
        ].toSorted(),
      );
    }
  });

  it("calls an assignment by its own name where its key is not known, and judges it all the same", async () => {
    for (const [keyHash, feeding] of [
      [unknownValue, []],
      [
        [unknownValue, unknownValue],
        ["one", "two"],
      ],
      [unknownValue, ["one", "two"]],
      [undefined, []],
      ["prod-gateway", []],
      [[], []],
    ] as const) {
      const resource = assignmentResource("prod-assignment", feeding, {
        keyHash,
        guardrailId: otherGuardrail,
      });
      const report = await judged({}, given(keyResource("one"), keyResource("two"), resource));
      assert.deepEqual(
        report.findings.map(({ state, key }) => [state, key.description]),
        [
          ["guarded", undefined],
          ["wrong-guardrail", "prod-assignment"],
        ],
      );
    }
  });

  it("calls an assignment by the key that feeds it, whichever of the declared ones that is", async () => {
    const keys = ["one", "two"].map((key) => keyResource(key, { name: `prod-${key}` }));
    const resource = assignmentResource("prod-assignment", ["two"], { guardrailId: otherGuardrail });
    assert.deepEqual(await statesOf({}, { ...given(...keys, resource), assignments: listOf([]) }), [
      ["wrong-guardrail", "prod-two"],
    ]);
  });

  it("judges a list of known and unknown keys for the known ones and once for the others", async () => {
    const keyHash = [row(2).keyHash, unknownValue];
    const resource = assignmentResource("a", [], { keyHash, guardrailId: otherGuardrail });
    assert.deepEqual(
      (await statesOf({}, given(resource))).map(([state]) => state),
      ["guarded", "wrong-guardrail", "wrong-guardrail"].toSorted(),
    );
  });

  it("has something to judge when the account's first assignments are about to be made", async () => {
    const first = assignmentResource("a", [], { keyHash: row(2).keyHash, guardrailId: guardrail });
    assert(reportPasses(await judged({}, { assignments: listOf([]), ...plannedBy(first) })));
  });
});
