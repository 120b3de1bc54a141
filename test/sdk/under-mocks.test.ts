import assert from "node:assert/strict";
import { KeyAssignments } from "../../sdk/index";
import { row, snapshotOf } from "../policies/builders";
import { resolved, useProgram } from "./program";

const snapshot = snapshotOf([row(1)]);

/** Gives the tasks that a resource has started time to fail. */
const settled = () => new Promise((done) => setImmediate(() => setImmediate(done)));

describe("KeyAssignments under mocks that give it no value", () => {
  useProgram();

  it("throws nothing, and leaves its outputs unknown: no empty list is made of it", async () => {
    const loose: unknown[] = [];
    const onLoose = (reason: unknown): void => void loose.push(reason);
    process.on("unhandledRejection", onLoose);
    const listed = new KeyAssignments("assignments");
    let seen = 0;
    listed.assignments.apply(() => {
      seen += 1;
    });
    await resolved(listed.urn);
    await settled();
    process.off("unhandledRejection", onLoose);
    assert.deepEqual([loose, seen], [[], 0]);
  });
});

describe("KeyAssignments under mocks that give it a snapshot", () => {
  useProgram(() => ({ snapshot: JSON.stringify(snapshot) }));

  it("shows that list, as the document says", async () => {
    const { assignments, totalCount } = new KeyAssignments("assignments");
    assert.deepEqual(await resolved(assignments), snapshot.assignments);
    assert.equal(await resolved(totalCount), 1);
  });
});
