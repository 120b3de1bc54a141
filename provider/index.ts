/**
 * The client and what it gives, for programs and pipelines without Pulumi.
 * @module pulumi-guardrails/provider
 */
export { KeyAssignmentsClient, type KeyAssignmentsClientOptions } from "./client";
export type { KeyAssignment } from "./contract";
export { type ErrorKind, GuardrailsError } from "./errors";
export { foreignText } from "./foreign-text";
export type { ApiKey, Guardrail, Workspace } from "./inventory/contract";
export { isActive, type KeyInventory } from "./inventory/inventory";
export type { OnInventoryProgress, ReadInventoryOptions } from "./inventory/reading";
export { defaultLimits, type Limits } from "./limits";
export type { KeyAssignmentsQuery } from "./query";
export type { Abortable, KeyAssignmentsReading, OnProgress, ReadAllOptions } from "./reading";
export { type ServiceName, services } from "./services";
export { type KeyAssignmentsSnapshot, parseSnapshot, type SnapshotScope, writeSnapshot } from "./snapshot";
