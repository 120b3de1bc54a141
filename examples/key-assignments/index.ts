import * as pulumi from "@pulumi/pulumi";
import { getKeyAssignments, getKeyAssignmentsOutput, getKeys, KeyAssignments } from "pulumi-guardrails";

// Whether a name is guarded: by every key in use that has it. After a rotation there are two, and the new one, without a
// guardrail yet, is in no list of assignments.
export const gatewayIsGuarded = getKeys({ keyNames: ["prod-gateway"] }).then(({ keys }) => {
  const inUse = keys.filter(({ state }) => state === "active");
  return inUse.length > 0 && inUse.every(({ guardrailId }) => guardrailId !== null);
});

// The assignments in three forms. Each is known at preview already; the first two share one read.

// As a promise, for programs that decide what to create.
const byName = getKeyAssignments({ keyNames: ["prod-gateway"] });
export const gatewayGuardrails = byName.then(({ assignments }) => assignments.map((row) => row.guardrailId));

// As an output, for arguments that other resources give.
const wanted = pulumi.output("prod-gateway");
const sameByOutput = getKeyAssignmentsOutput({ keyNames: wanted.apply((name) => [name]) });
export const gatewayAssignments = sameByOutput.assignments.apply((rows) => rows.length);

// As a resource: kept in the state, a change of it shows in the preview, and policies can see it.
const listed = new KeyAssignments("key-assignments");
export const assignedKeys = listed.assignments.apply((rows) => rows.length);
export const assignmentsOfDeletedKeys = listed.missingRows;
