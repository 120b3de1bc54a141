import assert from "node:assert/strict";
import { reportPasses } from "../../../policies/findings/report";
import { guardrail, row } from "../builders";
import { judgedIn, judgeRule } from "../judging";
import { assignmentResource, keyResource, type StackResource, unknownValue } from "../stack-resource";
import { declaredBy } from "./declared";

const name = "declared-keys-guarded";

/** The judgement over what these resources declare. No list of the account may be asked for. */
async function judged(resources: readonly StackResource[], settings: object = {}) {
  return judgedIn(await judgeRule(name, {}, { declared: declaredBy(resources, settings) }, settings));
}

async function statesOf(...given: Parameters<typeof judged>) {
  return (await judged(...given)).findings.map(({ state, key }) => [state, key.description]);
}

const gateway = keyResource("gateway", { name: "prod-gateway" });

describe("declared-keys-guarded", () => {
  it("does not apply to a stack that declares no key, nor where there is no stack", async () => {
    const why = "the stack has no resource of openrouter:index/apiKey:ApiKey";
    const notApplicable = { rule: name, kind: "not-applicable", why };
    assert.deepEqual(await judgeRule(name, {}), notApplicable);
    const declared = declaredBy([assignmentResource("a", [])]);
    assert.deepEqual(await judgeRule(name, {}, { declared }), notApplicable);
  });

  it("passes a key that feeds an assignment, at preview, when nothing of either is known", async () => {
    const report = await judged([gateway, assignmentResource("a", ["gateway"])]);
    assert(reportPasses(report));
    assert.deepEqual([report.subject, report.problems, report.notes], ["declared keys", [], []]);
    assert.deepEqual(
      report.findings.map(({ state, key, guardrailIds, reason, advice }) => [
        state,
        key.name,
        guardrailIds,
        reason,
        advice,
      ]),
      [["guarded", "prod-gateway", [], "feeds an assignment", ""]],
    );
  });

  it("passes a key whose known hash an assignment names, once both are made", async () => {
    const { keyHash } = row(1);
    const resources = [
      keyResource("gateway", { hash: keyHash }),
      { ...assignmentResource("a", [], { keyHash, guardrailId: guardrail.toUpperCase() }), fedBy: {} },
    ];
    const report = await judged(resources);
    assert(reportPasses(report));
    assert.deepEqual(report.findings[0]?.guardrailIds, [guardrail]);
  });

  it("stops a key that feeds nothing, and names it", async () => {
    const report = await judged([gateway, keyResource("search"), assignmentResource("a", ["search"])]);
    assert(!reportPasses(report));
    const [finding, other] = report.findings;
    assert.deepEqual([finding?.state, other?.state], ["unguarded", "guarded"]);
    assert.deepEqual(finding?.key, { name: "prod-gateway", hash: undefined, description: "gateway" });
    assert.equal(finding?.reason, "is declared in this stack and feeds no guardrail assignment of it");
    assert.equal(finding?.advice, "Declare an assignment with this key's hash.");
  });

  it("judges every declared key, and none that this run does not register", async () => {
    const resources = [
      keyResource("one"),
      keyResource("two"),
      { ...keyResource("three"), registered: false },
      assignmentResource("a", ["two"]),
      { ...assignmentResource("b", ["one"]), registered: false },
    ];
    assert.deepEqual(await statesOf(resources), [
      ["unguarded", "one"],
      ["guarded", "two"],
    ]);
  });

  for (const [title, assignment] of [
    [
      "feeds another property of an assignment",
      { ...assignmentResource("a", []), fedBy: { guardrailId: ["gateway"] } },
    ],
    [
      "feeds a resource that is no assignment",
      { ...assignmentResource("a", ["gateway"]), type: "aws:s3:Bucket" },
    ],
    ["feeds an assignment with its name", assignmentResource("a", ["gateway"], { keyHash: "prod-gateway" })],
    [
      "feeds an assignment of another hash",
      assignmentResource("a", ["gateway"], { keyHash: row(2).keyHash }),
    ],
    ["feeds an assignment of no guardrail", assignmentResource("a", ["gateway"], { guardrailId: null })],
    ["feeds an assignment of an empty guardrail", assignmentResource("a", ["gateway"], { guardrailId: "" })],
    [
      "feeds an assignment of a guardrail that is no UUID",
      assignmentResource("a", ["gateway"], { guardrailId: "prod-guardrail" }),
    ],
    // What a stack policy sees of a new assignment that --target leaves out: what feeds it, and nothing else.
    [
      "feeds an assignment of which this run shows nothing",
      { ...assignmentResource("a", ["gateway"]), outputs: {} },
    ],
  ] as const) {
    it(`stops a key that ${title}`, async () => {
      assert.deepEqual(await statesOf([gateway, assignment]), [["unguarded", "gateway"]]);
    });
  }

  it("stops both of two keys of which a single hash is chosen", async () => {
    const resources = [keyResource("one"), keyResource("two"), assignmentResource("a", ["one", "two"])];
    assert.deepEqual(await statesOf(resources), [
      ["unguarded", "one"],
      ["unguarded", "two"],
    ]);
  });

  it("cannot verify a key of which this run shows nothing, as where --target leaves a new one out", async () => {
    const hidden = { ...gateway, outputs: {} };
    assert.deepEqual(await statesOf([keyResource("gateway", { name: "", hash: "" })]), [
      ["unverified", "gateway"],
    ]);
    const report = await judged([hidden, { ...assignmentResource("a", ["gateway"]), outputs: {} }]);
    const [finding] = report.findings;
    assert.equal(finding?.state, "unverified");
    assert.match(finding?.reason ?? "", /^could not be verified: this run shows nothing of it .*--target/u);
    assert.match(finding?.advice ?? "", /\S/u);
    assert.deepEqual(await statesOf([hidden, assignmentResource("b", ["gateway"])]), [
      ["guarded", "gateway"],
    ]);
  });

  it("judges a key of which the name or the hash alone is shown", async () => {
    for (const props of [
      { hash: undefined },
      { name: undefined },
      { name: undefined, hash: row(1).keyHash },
    ]) {
      assert.deepEqual(await statesOf([keyResource("gateway", props)]), [["unguarded", "gateway"]]);
    }
  });
});

describe("declared-keys-guarded, over a key type without the property hash", () => {
  const hashless = keyResource("gateway", { hash: undefined });

  it("stops a key by whose side an assignment names the known hash of whatever key", async () => {
    const unrelated = assignmentResource("a", ["gateway"], {
      keyHash: row(2).keyHash,
      guardrailId: guardrail,
    });
    const report = await judged([hashless, unrelated]);
    assert.deepEqual(
      report.findings.map(({ state }) => state),
      ["unguarded"],
    );
    assert.match(report.findings[0]?.advice ?? "", /its type must have the property hash/u);
  });

  it("passes it while the hash that it feeds is not known yet", async () => {
    assert.deepEqual(await statesOf([hashless, assignmentResource("a", ["gateway"])]), [
      ["guarded", "gateway"],
    ]);
  });
});

describe("declared-keys-guarded, with types of one's own", () => {
  const key: StackResource = {
    type: "acme:keys:Key",
    name: "own",
    props: { name: "own", hash: unknownValue },
  };
  const assignment: StackResource = {
    type: "acme:keys:Bulk",
    name: "bulk",
    props: { keys: [unknownValue], policy: guardrail },
    fedBy: { keys: ["own"] },
  };
  const bulk = { type: "acme:keys:Bulk", keyProperty: "keys", guardrailProperty: "policy" };

  it("knows keys and assignments by the types named, with their properties", async () => {
    const settings = { keyTypes: [key.type], assignmentTypes: [bulk] };
    assert.deepEqual(await statesOf([key, assignment], settings), [["guarded", "own"]]);
    assert.deepEqual(await statesOf([key], settings), [["unguarded", "own"]]);
  });

  it("takes the usual properties of a type that is named alone", async () => {
    const usual = {
      ...assignment,
      props: { keyHash: unknownValue, guardrailId: guardrail },
      fedBy: { keyHash: ["own"] },
    };
    for (const type of [bulk.type, { type: bulk.type }]) {
      const settings = { keyTypes: [key.type], assignmentTypes: [type] };
      assert.deepEqual(await statesOf([key, usual], settings), [["guarded", "own"]]);
      assert.deepEqual(await statesOf([key, assignment], settings), [["unguarded", "own"]]);
    }
  });

  it("looks at each form of a type that is named with several", async () => {
    const settings = { keyTypes: [key.type], assignmentTypes: [bulk.type, bulk] };
    assert.deepEqual(await statesOf([key, assignment], settings), [["guarded", "own"]]);
  });

  it("does not know the usual types any more: those named stand in their place", async () => {
    const settings = { keyTypes: [key.type], assignmentTypes: [bulk] };
    assert.deepEqual(await statesOf([gateway, key, assignmentResource("a", ["own"])], settings), [
      ["unguarded", "own"],
    ]);
  });

  for (const [title, settings, problem] of [
    [
      "an empty list of key types",
      { keyTypes: [] },
      /keyTypes must be a list of resource types .* not empty/u,
    ],
    ["an empty list of assignment types", { assignmentTypes: [] }, /assignmentTypes must be a list/u],
    ["an empty key type", { keyTypes: [""] }, /keyTypes\[0\] must not be empty/u],
    ["a misspelt property", { assignmentTypes: [{ ...bulk, keyPropery: "x" }] }, /assignmentTypes\[0\]/u],
    [
      "no type",
      { assignmentTypes: [{ keyProperty: "keys" }] },
      /assignmentTypes\[0\]\.type must be a resource type/u,
    ],
    ["an empty property", { assignmentTypes: [{ ...bulk, keyProperty: "" }] }, /assignmentTypes\[0\]/u],
  ] as const) {
    it(`is refused when it is configured with ${title}`, async () => {
      await assert.rejects(judgeRule(name, {}, {}, settings), problem);
      await assert.rejects(judgeRule(name, settings), problem);
    });
  }
});
