/**
 * The client and what it gives, for programs and pipelines without Pulumi.
 * @module pulumi-guardrails/provider
 */

export type { KeyAssignment } from "./assignments/contract";
export type {
  Abortable,
  KeyAssignmentsReading,
  OnProgress,
  ReadAllOptions,
} from "./assignments/key-assignments-reading";
export type { KeyAssignmentsQuery } from "./assignments/query";
export {
  type KeyAssignmentsSnapshot,
  parseSnapshot,
  type SnapshotScope,
  writeSnapshot,
} from "./assignments/snapshot";
export { KeyAssignmentsClient, type KeyAssignmentsClientOptions } from "./client";
export { type ErrorKind, GuardrailsError } from "./errors";
export type { ApiKey, Guardrail, Workspace } from "./inventory/contract";
export { isActive, type KeyInventory } from "./inventory/inventory";
export type { OnInventoryProgress, ReadInventoryOptions } from "./inventory/inventory-reading";
export { redact, sanitize } from "./redaction/sanitize";
export type { ServiceClock } from "./service-clock";
export { defaultLimits, type Limits } from "./settings/limits";
export { type ServiceName, services } from "./settings/services";
