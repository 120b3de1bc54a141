import assert from "node:assert/strict";
import type { KeyAssignment } from "../../../provider/assignments/contract";
import {
  apiKey,
  guardrail,
  hashRequired,
  inventoryOf,
  listOf,
  nilGuardrail,
  otherGuardrail,
  row,
} from "../builders";
import { judgeRequired } from "../judging";
import { assignmentResource, type StackResource, unknownValue } from "../stack-resource";
import { declaredBy } from "./declared";

/*
 * A key whose assignment the stack declares, and of which a preview shows that it exists or does not tell whether it is yet
 * to be made: the list decides, unless what is declared differs from it.
 */

const { keyHash } = row(1);
const untellingType = "acme:index:Assignment";
const assignmentTypes = [
  { type: "openrouter:index/guardrailKeyAssignment:GuardrailKeyAssignment", createdProperty: "id" },
  untellingType,
  "acme:index:Other",
];

function declared(guardrailId: unknown = guardrail, name = "a"): StackResource {
  return assignmentResource(name, [], { keyHash, guardrailId });
}

function existing(guardrailId: unknown = guardrail, name = "a"): StackResource {
  const resource = declared(guardrailId, name);
  return { ...resource, outputs: { ...resource.props, id: "made" } };
}

async function findingFor(
  resources: readonly StackResource[],
  rows: readonly KeyAssignment[],
  required?: readonly string[],
) {
  const planned = declaredBy(resources, { assignmentTypes });
  const given = { assignments: listOf(rows), inventory: inventoryOf([apiKey(1)]), planned };
  const [finding, ...others] = (await judgeRequired([hashRequired(keyHash, required)], given)).findings;
  assert(finding !== undefined && others.length === 0);
  return finding;
}

describe("a key whose declared assignment exists", () => {
  it("is guarded where the list has it, and unguarded where somebody took it away", async () => {
    assert.equal((await findingFor([existing()], [row(1)], [guardrail])).state, "guarded");
    const finding = await findingFor([existing()], [], [guardrail]);
    assert.deepEqual(
      [finding.state, finding.reason],
      ["unguarded", "has no direct assignment of a guardrail"],
    );
  });

  it("has the wrong guardrail where that is declared, whatever the list has", async () => {
    for (const rows of [[row(1)], []]) {
      const finding = await findingFor([existing(otherGuardrail)], rows, [guardrail]);
      assert.equal(finding.state, "wrong-guardrail");
      assert.equal(
        finding.reason,
        `is declared with guardrail ${otherGuardrail}, which is not the one required`,
      );
      assert.deepEqual(finding.required?.guardrails, [guardrail]);
    }
  });

  it("could not be verified where the list has another than the required one that is declared", async () => {
    for (const [declaredId, ids] of [
      [guardrail, [otherGuardrail, guardrail]],
      [unknownValue, [otherGuardrail]],
    ] as const) {
      const rows = [row(1, { guardrailId: otherGuardrail })];
      const finding = await findingFor([existing(declaredId)], rows, [guardrail]);
      assert.equal(finding.state, "unverified");
      assert.deepEqual(finding.guardrailIds, ids);
      assert.equal(
        finding.reason,
        "could not be verified: this stack declares another guardrail for it than it is assigned to, " +
          "and a preview does not show whether this deployment changes that",
      );
      assert.equal(finding.advice, "Run pulumi up --refresh, or deploy that change first.");
    }
  });

  it("is guarded by both where any will do, and the list has another than is declared", async () => {
    const finding = await findingFor([existing(otherGuardrail)], [row(1)]);
    assert.deepEqual([finding.state, finding.guardrailIds], ["guarded", [guardrail, otherGuardrail]]);
    assert.equal(finding.required?.guardrails, undefined);
  });

  it("is guarded where one of several required ones is declared, and the list has another of them", async () => {
    const finding = await findingFor([existing(otherGuardrail)], [row(1)], [guardrail, otherGuardrail]);
    assert.deepEqual([finding.state, finding.guardrailIds], ["guarded", [guardrail, otherGuardrail]]);
  });

  it("is guarded by what the list has where any will do, and the declared one is not known", async () => {
    const finding = await findingFor([existing(unknownValue)], [row(1)]);
    assert.deepEqual([finding.state, finding.guardrailIds], ["guarded", [guardrail]]);
  });

  it("could not be verified where one of two declared ones differs from the list and is not known", async () => {
    const both = [existing(guardrail, "a"), existing(unknownValue, "b")];
    assert.equal((await findingFor(both, [row(1)], [guardrail])).state, "unverified");
  });

  it("is judged by the list alone where that has what is declared, and a wrong one besides", async () => {
    const rows = [row(1), row(1, { id: "another", guardrailId: otherGuardrail })];
    const finding = await findingFor([existing()], rows, [guardrail]);
    assert.equal(finding.state, "wrong-guardrail");
    assert.match(finding.reason, /^is assigned to guardrail /u);
  });

  it("is guarded by the deployment where another assignment of it will be made", async () => {
    for (const both of [
      [existing(guardrail, "a"), declared(guardrail, "b")],
      [declared(guardrail, "b"), existing(guardrail, "a")],
    ]) {
      assert.equal((await findingFor(both, [])).state, "guarded-by-deployment");
    }
  });

  it("is unguarded where the list has an assignment to the nil UUID alone", async () => {
    const nil = row(1, { guardrailId: nilGuardrail });
    assert.equal((await findingFor([existing()], [nil])).state, "unguarded");
  });
});

describe("a key whose declared assignment does not tell whether it is yet to be made", () => {
  const untelling = { ...declared(), type: untellingType };

  it("could not be verified where the list has none, and is told what would tell, for each type once", async () => {
    const resources = [untelling, { ...untelling, name: "b" }, { ...untelling, type: "acme:index:Other" }];
    const finding = await findingFor(resources, []);
    assert.equal(finding.state, "unverified");
    assert.equal(
      finding.reason,
      "could not be verified: it has no assignment, and the one that this stack declares does not tell whether it is yet to be made",
    );
    assert.equal(
      finding.advice,
      'In "assignmentTypes", name for acme:index:Assignment, acme:index:Other the "createdProperty": an output that only its creation tells.',
    );
  });

  it("is guarded where the list has it", async () => {
    assert.equal((await findingFor([untelling], [row(1)])).state, "guarded");
  });

  it("is guarded by the deployment as soon as an output that it has besides is not known yet", async () => {
    const made = { ...untelling, outputs: { ...untelling.props, createdAt: unknownValue } };
    assert.equal((await findingFor([made], [])).state, "guarded-by-deployment");
  });
});
