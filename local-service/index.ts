/**
 * The local service, for tests of programs and policies: `import { startLocalService } from "pulumi-guardrails/testing"`.
 * @module pulumi-guardrails/testing
 */
export type { ErrorBody, Flavour, JsonValue } from "./answers";
export type { LocalService, LocalServiceBehaviour, LocalServiceOptions, PageRequest } from "./behaviour";
export { demoKeys, demoLedger } from "./demo-ledger";
export type { AnswerFault, DeliveryFault, Fault } from "./faults";
export type { Guardrails, LedgerGuardrail } from "./guardrails";
export type { KeyFilter } from "./key-inventory";
export { Ledger, type LedgerOptions } from "./ledger";
export type { LedgerKey } from "./ledger-key";
export { LOCAL_MANAGEMENT_KEY, startLocalService } from "./local-service";
export type { LedgerPosition, LedgerPositions } from "./positions";
export { sampleAssignment, sampleGuardrailId, samplePositions } from "./samples";
export type { RequestRecord, Traffic } from "./traffic";
export { type LedgerWorkspace, sampleWorkspace } from "./workspaces";
