import assert from "node:assert/strict";
import { LOCAL_MANAGEMENT_KEY } from "../../local-service/index";
import { keyAssignmentsType } from "../../policies/evidence/stack-evidence";
import { writeSnapshot } from "../../provider/assignments/snapshot";
import { KeyAssignments, type KeyAssignmentsArgs } from "../../sdk/index";
import { row, snapshotOf } from "../policies/builders";
import { configure, resolved, runErrorOf, useProgram } from "./program";

describe("KeyAssignments in a program", () => {
  const snapshot = snapshotOf([row(1)], { totalCount: 3, missingRows: 2 });
  const registered = useProgram(() => ({ snapshot: writeSnapshot(snapshot) }));

  it("is registered with the type that the policy looks for", async () => {
    await resolved(new KeyAssignments("assignments").urn);
    assert.deepEqual(
      registered.map(({ type }) => type),
      [keyAssignmentsType],
    );
  });

  it("gives the parts of its snapshot, parsed", async () => {
    const listed = new KeyAssignments("assignments");
    assert.deepEqual(await resolved(listed.assignments), snapshot.assignments);
    assert.deepEqual(await resolved(listed.scope), { kind: "complete" });
    assert.equal(await resolved(listed.totalCount), 3);
    assert.equal(await resolved(listed.missingRows), 2);
    assert.equal(await resolved(listed.readAt), snapshot.readAt);
  });

  it("hands its arguments on as inputs, and no key with them", async () => {
    configure({ managementKey: LOCAL_MANAGEMENT_KEY }, ["managementKey"]);
    const args: KeyAssignmentsArgs = { service: "modelgates", keyNames: ["prod-gateway"] };
    await resolved(new KeyAssignments("assignments", args).urn);
    const { __provider, stackStates, ...own } = registered[0]?.inputs ?? {};
    assert.deepEqual(own, args);
    assert.equal(stackStates, '{"managementKey":true}');
    assert(!JSON.stringify(registered).includes(LOCAL_MANAGEMENT_KEY));
  });

  it("serializes code that holds no path of this machine and requires the package by its name", async () => {
    await resolved(new KeyAssignments("assignments").urn);
    const code = String(registered[0]?.inputs["__provider"]);
    assert(code.includes('require("pulumi-guardrails/dynamic-provider")'));
    assert(!code.includes(process.cwd()));
    assert(code.length < 20_000, String(code.length));
  });

  it("refuses a management key as an argument: inputs are kept in the state", async () => {
    const args = { managementKey: LOCAL_MANAGEMENT_KEY } as KeyAssignmentsArgs;
    const message = await runErrorOf(() => new KeyAssignments("assignments", args));
    assert.match(message, /argument it does not know: managementKey\. .*The management key is never one/u);
    assert.deepEqual(registered, []);
  });

  it("refuses a misspelt argument and a snapshot of the user's own", async () => {
    for (const [args, said] of [
      [{ keyname: "x" }, /does not know: keyname \(did you mean keyNames\?\)\. /u],
      [{ snapshot: writeSnapshot(snapshot) }, /does not know: snapshot\. /u],
    ] as const) {
      const given: object = args;
      const message = await runErrorOf(() => new KeyAssignments("assignments", given));
      assert.match(message, said);
    }
    assert.deepEqual(registered, []);
  });

  it("refuses a management key of the stack that is not a secret", async () => {
    configure({ managementKey: LOCAL_MANAGEMENT_KEY });
    const message = await runErrorOf(() => new KeyAssignments("assignments"));
    assert.match(message, /guardrails:managementKey is not a secret/u);
  });
});
