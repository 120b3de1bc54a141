import assert from "node:assert/strict";
import type { RequiredKey } from "../../../policies/configuration/required-key";
import { reportPasses } from "../../../policies/findings/report";
import type { KeyAssignment } from "../../../provider/assignments/contract";
import type { ApiKey } from "../../../provider/inventory/contract";
import {
  apiKey,
  guardrail,
  hashRequired,
  inventoryOf,
  listOf,
  nameRequired,
  nilGuardrail,
  otherGuardrail,
  patternRequired,
  row,
} from "../builders";
import { judgeRequired } from "../judging";
import { assignmentResource, keyResource, type StackResource, unknownValue, urnOf } from "../stack-resource";
import { declaredBy, plannedBy } from "./declared";

const { keyHash } = row(1);

interface Account {
  readonly rows?: readonly KeyAssignment[];
  readonly keys?: readonly ApiKey[];
}

async function findingsFor(
  required: RequiredKey,
  resources: readonly StackResource[],
  { rows = [], keys = required.by === "hash" ? [apiKey(1)] : [] }: Account = {},
) {
  const report = await judgeRequired([required], {
    assignments: listOf(rows),
    inventory: inventoryOf(keys),
    ...plannedBy(...resources),
  });
  return report.findings;
}

async function statesFor(...given: Parameters<typeof findingsFor>) {
  return (await findingsFor(...given)).map(({ state }) => state);
}

/** Assigns the guardrail with this id to the key with this hash, both known. */
function assignmentOf(hash: unknown, guardrailId: unknown = guardrail): StackResource {
  return assignmentResource("assignment", [], { keyHash: hash, guardrailId });
}

describe("a key required by its hash, which this deployment is about to assign", () => {
  const required = hashRequired(keyHash);
  const strictly = hashRequired(keyHash, [guardrail]);

  it("is guarded by the deployment, whatever the case its hash is written in", async () => {
    for (const hash of [keyHash, keyHash.toUpperCase()]) {
      const [finding, ...others] = await findingsFor(strictly, [assignmentOf(hash)]);
      assert.equal(others.length, 0);
      assert.equal(finding?.state, "guarded-by-deployment");
      assert.deepEqual(finding?.guardrailIds, [guardrail]);
      assert.deepEqual([finding?.reason, finding?.advice], ["gets a guardrail by this deployment", ""]);
    }
  });

  it("is not guarded by an assignment of another key", async () => {
    assert.deepEqual(await statesFor(required, [assignmentOf(row(2).keyHash)]), ["unguarded"]);
  });

  it("is guarded by the deployment when any guardrail will do and its id is not known yet", async () => {
    const [finding] = await findingsFor(required, [assignmentOf(keyHash, unknownValue)]);
    assert.equal(finding?.state, "guarded-by-deployment");
    assert.deepEqual(finding?.guardrailIds, []);
  });

  it("is unverified when a certain guardrail is required and the planned one is not known yet", async () => {
    const rows = [row(1)];
    for (const account of [{}, { rows }]) {
      const [finding] = await findingsFor(strictly, [assignmentOf(keyHash, unknownValue)], account);
      assert.equal(finding?.state, "unverified");
      assert.match(finding?.reason ?? "", /^could not be verified: the guardrail .* not known before/u);
      assert.match(finding?.advice ?? "", /^Deploy the guardrail first/u);
    }
  });

  it("has the wrong guardrail when the planned one is not one of those required", async () => {
    const [finding] = await findingsFor(strictly, [assignmentOf(keyHash, otherGuardrail)]);
    assert.equal(finding?.state, "wrong-guardrail");
    assert.equal(
      finding?.reason,
      `is about to be assigned to guardrail ${otherGuardrail}, which is not the one required`,
    );
    assert.deepEqual(finding?.guardrailIds, [otherGuardrail]);
  });

  it("is judged by the planned assignment, which replaces the one there is", async () => {
    const wrong = row(1, { guardrailId: otherGuardrail });
    assert.deepEqual(await statesFor(strictly, [assignmentOf(keyHash)], { rows: [wrong] }), [
      "guarded-by-deployment",
    ]);
    const spoiling = [assignmentOf(keyHash, otherGuardrail)];
    assert.deepEqual(await statesFor(strictly, spoiling, { rows: [row(1)] }), ["wrong-guardrail"]);
  });

  it("is simply guarded when the deployment assigns what is assigned already", async () => {
    const shouted = row(1, { guardrailId: guardrail.toUpperCase() });
    for (const rows of [[row(1)], [shouted]]) {
      const [finding] = await findingsFor(required, [assignmentOf(keyHash)], { rows });
      assert.deepEqual([finding?.state, finding?.reason], ["guarded", "has a guardrail"]);
    }
    // Another one than it has, or one nobody knows: that is what the deployment makes of it.
    for (const id of [otherGuardrail, unknownValue]) {
      assert.deepEqual(await statesFor(required, [assignmentOf(keyHash, id)], { rows: [row(1)] }), [
        "guarded-by-deployment",
      ]);
    }
    const rows = [row(1), row(1, { id: "another", guardrailId: otherGuardrail })];
    assert.deepEqual(await statesFor(required, [assignmentOf(keyHash)], { rows }), ["guarded-by-deployment"]);
  });

  it("must comply in every planned assignment: nobody knows which one comes last", async () => {
    const both = [
      assignmentOf(keyHash),
      { ...assignmentOf(keyHash, otherGuardrail), name: "another" },
    ] as const;
    assert.deepEqual(await statesFor(strictly, both), ["wrong-guardrail"]);
    assert.deepEqual(await statesFor(required, both), ["guarded-by-deployment"]);
    const unknown = [assignmentOf(keyHash), { ...assignmentOf(keyHash, unknownValue), name: "another" }];
    assert.deepEqual(await statesFor(strictly, unknown), ["unverified"]);
  });

  for (const [title, resource] of [
    ["names no guardrail", assignmentOf(keyHash, null)],
    ["names an empty guardrail", assignmentOf(keyHash, "")],
    ["names a guardrail that is no text", assignmentOf(keyHash, 7)],
    ["names the nil UUID", assignmentOf(keyHash, nilGuardrail)],
    ["is not registered in this run", { ...assignmentOf(keyHash), registered: false }],
    ["is of another type", { ...assignmentOf(keyHash), type: "other:index:Assignment" }],
    ["names no key", assignmentOf(undefined)],
    ["names a key by something else than its hash", assignmentOf("prod-gateway")],
    ["names an empty list of keys", assignmentOf([])],
    ["names a list of other keys", assignmentOf([row(2).keyHash, row(3).keyHash])],
    ["is for a key that is not known before deployment", assignmentOf(unknownValue)],
  ] as const) {
    it(`is not guarded by an assignment that ${title}`, async () => {
      assert.deepEqual(await statesFor(required, [resource]), ["unguarded"]);
    });
  }

  it("is guarded by an assignment of a list of keys that names it, also beside keys not known yet", async () => {
    for (const list of [[keyHash], [row(2).keyHash, keyHash], [unknownValue, keyHash]]) {
      assert.deepEqual(await statesFor(required, [assignmentOf(list)]), ["guarded-by-deployment"]);
    }
    const spoilt = [assignmentOf([unknownValue, keyHash], otherGuardrail)];
    assert.deepEqual(await statesFor(strictly, spoilt, { rows: [row(1)] }), ["wrong-guardrail"]);
  });

  it("is guarded also when the key's own resource feeds the assignment of a hash not known yet", async () => {
    const resources = [keyResource("gateway", { hash: keyHash }), assignmentResource("a", ["gateway"])];
    assert.deepEqual(await statesFor(required, resources), ["guarded-by-deployment"]);
  });
});

describe("a key that this deployment is about to make", () => {
  const named = nameRequired("prod-gateway", { suffices: false });
  const suffices = nameRequired("prod-gateway");
  const gateway = keyResource("gateway", { name: "prod-gateway" });
  const fed = assignmentResource("assignment", ["gateway"]);

  it("is guarded by the deployment when it feeds an assignment", async () => {
    for (const required of [named, suffices, patternRequired("prod-*")]) {
      const [finding, ...others] = await findingsFor(required, [gateway, fed]);
      assert.equal(others.length, 0);
      assert.equal(finding?.state, "guarded-by-deployment");
      assert.deepEqual([finding?.key.name, finding?.key.hash], ["prod-gateway", undefined]);
    }
  });

  it("is unguarded when it feeds none, and counts as a key that matches", async () => {
    for (const required of [named, suffices, patternRequired("prod-*")]) {
      const [finding, ...others] = await findingsFor(required, [gateway, assignmentResource("a", [])]);
      assert.equal(others.length, 0);
      assert.equal(finding?.reason, "has no direct assignment of a guardrail");
    }
  });

  it("stands beside the key of that name that is assigned already", async () => {
    const account = {
      rows: [row(1, { keyName: "prod-gateway" })],
      keys: [apiKey(1, { name: "prod-gateway" })],
    };
    for (const required of [named, suffices, patternRequired("prod-*")]) {
      assert.deepEqual(await statesFor(required, [gateway], account), ["guarded", "unguarded"]);
      assert.deepEqual(await statesFor(required, [gateway, fed], account), [
        "guarded",
        "guarded-by-deployment",
      ]);
    }
  });

  it("does not count under another name", async () => {
    const other = keyResource("gateway", { name: "prod-search" });
    for (const required of [named, suffices, patternRequired("prod-g*")]) {
      const [finding] = await findingsFor(required, [other, fed]);
      assert.equal(finding?.state, required === suffices ? "unguarded" : "missing");
    }
  });

  it("is judged once when it exists already, as what it is there", async () => {
    const existing = keyResource("gateway", { name: "prod-gateway", hash: keyHash.toUpperCase() });
    const account = {
      rows: [row(1, { keyName: "prod-gateway" })],
      keys: [apiKey(1, { name: "prod-gateway" })],
    };
    for (const required of [named, suffices, patternRequired("prod-*")]) {
      assert.deepEqual(await statesFor(required, [existing], account), ["guarded"]);
    }
  });

  it("is left out when it exists and is disabled", async () => {
    const existing = keyResource("gateway", { name: "prod-gateway", hash: keyHash });
    const keys = [apiKey(1, { name: "prod-gateway", disabled: true }), apiKey(2, { name: "prod-gateway" })];
    assert.deepEqual(await statesFor(named, [existing], { rows: [row(2)], keys }), ["guarded"]);
  });

  it("counts under the name it is about to get, and under the one it has", async () => {
    const renamed = keyResource("gateway", { name: "prod-gateway", hash: keyHash });
    const keys = [apiKey(1, { name: "staging-gateway" })];
    for (const required of [named, patternRequired("prod-*"), patternRequired("staging-*")]) {
      assert.deepEqual(await statesFor(required, [renamed], { keys }), ["unguarded"]);
      assert.deepEqual(await statesFor(required, [renamed], { keys, rows: [row(1)] }), ["guarded"]);
      assert.deepEqual(await statesFor(required, [renamed, assignmentOf(keyHash)], { keys }), [
        "guarded-by-deployment",
      ]);
    }
  });

  for (const [title, changes] of [
    ["not known before deployment", { name: unknownValue }],
    ["not known before deployment, although the key exists", { name: unknownValue, hash: keyHash }],
    ["not shown at all", { name: undefined }],
  ] as const) {
    it(`leaves names and patterns unverified when its own name is ${title}`, async () => {
      const resources = [keyResource("gateway", changes), fed];
      const account = { rows: [row(1)], keys: [apiKey(1, { name: "prod-gateway" })] };
      for (const required of [named, patternRequired("prod-*")]) {
        const [finding, ...others] = await findingsFor(required, resources, account);
        assert.equal(others.length, 0);
        assert.equal(finding?.state, "unverified");
        assert.match(
          finding?.reason ?? "",
          new RegExp(`^could not be verified by ${required.by}: the name`, "u"),
        );
        assert.match(finding?.advice ?? "", /^Give every declared key a name that is known at preview, or /u);
      }
      assert.deepEqual(await statesFor(hashRequired(keyHash), resources, account), [
        changes.hash === undefined ? "guarded" : "guarded-by-deployment",
      ]);
    });
  }

  it("keeps the name it has when it exists and its resource says none", async () => {
    const existing = keyResource("gateway", { name: undefined, hash: keyHash });
    const account = { rows: [row(1)], keys: [apiKey(1, { name: "prod-gateway" })] };
    for (const required of [named, patternRequired("prod-*")]) {
      assert.deepEqual(await statesFor(required, [existing], account), ["guarded"]);
    }
  });
});

describe("a key that is switched off and that this deployment enables", () => {
  const named = nameRequired("prod-gateway", { suffices: false });
  const off = { name: "prod-gateway", disabled: true };
  const enabled = (name: unknown) => keyResource("gateway", { name, hash: keyHash, disabled: false });

  it("keeps the account's name where its resource says none, and is judged by it", async () => {
    const account = { rows: [], keys: [apiKey(1, off)] };
    for (const required of [named, patternRequired("prod-*")]) {
      assert.deepEqual(await statesFor(required, [enabled(undefined)], account), ["unguarded"]);
      assert.deepEqual(await statesFor(required, [], account), ["missing"]);
      const guarded = { rows: [row(1)], keys: [apiKey(1, off)] };
      assert.deepEqual(await statesFor(required, [enabled(undefined)], guarded), ["guarded"]);
    }
  });

  it("is judged by the name that its resource gives it, beside the one it has", async () => {
    const account = { rows: [], keys: [apiKey(1, { ...off, name: "staging-gateway" })] };
    for (const required of [named, patternRequired("prod-*"), patternRequired("staging-*")]) {
      assert.deepEqual(await statesFor(required, [enabled("prod-gateway")], account), ["unguarded"]);
    }
  });
});

describe("which declared keys an assignment is for", () => {
  const keys = ["one", "two", "three"].map((name) => keyResource(name));

  /** The states of the three keys, when these feed the key property of one assignment, which looks like this. */
  async function states(keyProperty: unknown, feeding: readonly string[], of = keys) {
    const resources = [...of, assignmentResource("assignment", feeding, { keyHash: keyProperty })];
    const report = await judgeRequired(
      ["one", "two", "three"].map((name) => nameRequired(name, { suffices: false })),
      { assignments: listOf([]), inventory: inventoryOf([]), ...plannedBy(...resources) },
    );
    assert.equal(
      reportPasses(report),
      report.findings.every(({ state }) => state === "guarded-by-deployment"),
    );
    return report.findings
      .map(({ state }) => (state === "guarded-by-deployment" ? "guarded" : state))
      .join(" ");
  }

  it("is the one that feeds it", async () => {
    assert.equal(await states(unknownValue, ["two"]), "unguarded guarded unguarded");
  });

  it("is none when several feed a single hash: it may be any of theirs", async () => {
    assert.equal(await states(unknownValue, ["one", "two"]), "unguarded unguarded unguarded");
    assert.equal(await states([unknownValue], ["one", "two"]), "unguarded unguarded unguarded");
  });

  it("is each of those that feed a list with a place for each", async () => {
    assert.equal(await states([unknownValue, unknownValue], ["one", "two"]), "guarded guarded unguarded");
    const all = ["one", "two", "three"];
    assert.equal(await states([unknownValue, unknownValue], all), "unguarded unguarded unguarded");
  });

  it("counts a key that feeds it twice once", async () => {
    assert.equal(await states(unknownValue, ["one", "one"]), "guarded unguarded unguarded");
  });

  it("has no place for a key not known yet where the hash is known", async () => {
    assert.equal(await states(keyHash, ["one"]), "unguarded unguarded unguarded");
    assert.equal(await states([keyHash, row(2).keyHash], ["one"]), "unguarded unguarded unguarded");
  });

  it("has no place for a key whose name feeds it instead of its hash", async () => {
    assert.equal(await states("one", ["one"]), "unguarded unguarded unguarded");
    assert.equal(await states(["one", unknownValue], ["one", "two"]), "unguarded unguarded unguarded");
    assert.equal(await states(undefined, ["one"]), "unguarded unguarded unguarded");
  });

  it("gives no place of an unknown key to one whose hash stands in the list", async () => {
    const [, two, three] = keys;
    assert(two !== undefined && three !== undefined);
    const of = [keyResource("one", { hash: keyHash }), two, three];
    assert.equal(await states([keyHash, unknownValue], ["one", "two"], of), "guarded guarded unguarded");
    const all = ["one", "two", "three"];
    assert.equal(await states([keyHash, unknownValue], all, of), "guarded unguarded unguarded");
  });

  it("is none through a known hash where keys show no property called hash: it may be another key's", async () => {
    const of = ["one", "two", "three"].map((name) => keyResource(name, { hash: undefined }));
    assert.equal(await states(unknownValue, ["one"], of), "guarded unguarded unguarded");
    assert.equal(await states(keyHash, ["one"], of), "unguarded unguarded unguarded");
    assert.equal(await states([keyHash, unknownValue], ["one"], of), "guarded unguarded unguarded");
    assert.equal(await states([keyHash, unknownValue], ["one", "two"], of), "unguarded unguarded unguarded");
  });

  it("is named in the assignment; where any of several may be meant, none is", () => {
    const keyUrnsOf = (feeding: readonly string[]) =>
      declaredBy([...keys, assignmentResource("assignment", feeding)]).assignments.map(
        ({ keyUrns }) => keyUrns,
      );
    assert.deepEqual(keyUrnsOf(["two"]), [[urnOf(keyResource("two"))]]);
    assert.deepEqual(keyUrnsOf(["one", "two"]), [[]]);
  });

  it("is none of other types, and none that this run does not register", async () => {
    const [one, two, three] = keys;
    assert(one !== undefined && two !== undefined && three !== undefined);
    const bucket = { ...keyResource("bucket"), type: "aws:s3:Bucket" };
    assert.equal(
      await states(unknownValue, ["one", "bucket"], [...keys, bucket]),
      "guarded unguarded unguarded",
    );
    const unregistered = [one, { ...two, registered: false }, three];
    assert.equal(await states(unknownValue, ["two"], unregistered), "unguarded missing unguarded");
  });
});
