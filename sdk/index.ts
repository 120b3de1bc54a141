/**
 * What a Pulumi program imports.
 * @module pulumi-guardrails
 */
export { KeyAssignmentsClient, type KeyAssignmentsClientOptions } from "../provider/client";
export type { KeyAssignment } from "../provider/contract";
export type { KeyAssignmentsQuery } from "../provider/query";
export type { Abortable } from "../provider/reading";
export type { ServiceName } from "../provider/services";
export type { KeyAssignmentsSnapshot, SnapshotScope } from "../provider/snapshot";
export {
  type GetKeyAssignmentsArgs,
  getKeyAssignments,
  getKeyAssignmentsOutput,
} from "./get-key-assignments";
export { KeyAssignments, type KeyAssignmentsArgs } from "./key-assignments";
