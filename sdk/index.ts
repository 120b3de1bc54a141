/**
 * What a Pulumi program imports.
 * @module pulumi-guardrails
 */

export type { KeyAssignment } from "../provider/assignments/contract";
export type { Abortable } from "../provider/assignments/key-assignments-reading";
export type { KeyAssignmentsQuery } from "../provider/assignments/query";
export type { KeyAssignmentsSnapshot, SnapshotScope } from "../provider/assignments/snapshot";
export { KeyAssignmentsClient, type KeyAssignmentsClientOptions } from "../provider/client";
export type { InventoryKey, KeysQuery, KeysScope, KeysSnapshot } from "../provider/inventory/keys";
export type { ServiceName } from "../provider/settings/services";
export {
  type GetKeyAssignmentsArgs,
  getKeyAssignments,
  getKeyAssignmentsOutput,
} from "./get-key-assignments";
export { type GetKeysArgs, getKeys, getKeysOutput } from "./get-keys";
export { KeyAssignments, type KeyAssignmentsArgs } from "./key-assignments";
