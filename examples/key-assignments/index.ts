import * as pulumi from "@pulumi/pulumi";
import { getKeyAssignments, getKeyAssignmentsOutput, KeyAssignments } from "pulumi-guardrails";

// The same list in three forms. Each has the assignments at preview already; the first two share one read.

// As a promise, for programs that decide what to create.
const byName = getKeyAssignments({ keyNames: ["prod-gateway"] });
export const gatewayGuardrails = byName.then(({ assignments }) => assignments.map((row) => row.guardrailId));

// As an output, for arguments that other resources give.
const wanted = pulumi.output("prod-gateway");
const sameByOutput = getKeyAssignmentsOutput({ keyNames: wanted.apply((name) => [name]) });
export const gatewayIsGuarded = sameByOutput.assignments.apply((rows) => rows.length > 0);

// As a resource: kept in the state, a change of it shows in the preview, and policies can see it.
const listed = new KeyAssignments("key-assignments");
export const assignedKeys = listed.assignments.apply((rows) => rows.length);
export const assignmentsOfDeletedKeys = listed.missingRows;
