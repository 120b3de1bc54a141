/** The local service, for tests of programs and policies: `import { startLocalService } from "pulumi-guardrails/testing"`. */
export type { ErrorBody, Flavour, JsonValue } from "./answers.js";
export type { LocalService, LocalServiceBehaviour, LocalServiceOptions } from "./behaviour.js";
export { loopbackCertificate } from "./certificate.js";
export { demoKeys, demoLedger } from "./demo-ledger.js";
export type { PageRequest } from "./endpoints.js";
export type { AnswerFault, DeliveryFault, Fault } from "./faults.js";
export {
  Ledger,
  type LedgerKey,
  type LedgerOptions,
  type LedgerPosition,
  type LedgerPositions,
} from "./ledger.js";
export { LOCAL_MANAGEMENT_KEY, startLocalService } from "./local-service.js";
export { sampleAssignment, sampleGuardrailId, samplePositions } from "./samples.js";
export type { RequestRecord, Traffic } from "./traffic.js";
