/** The rules and what they judge by, for policy packs of your own. */
export { parseConfiguration, type RequiredKeysConfiguration } from "./configuration";
export { type Evidence, readLiveEvidence } from "./evidence";
export { describeReport, type Finding, type KeyState, type Report, reportPasses } from "./finding";
export type { RequiredKey } from "./required-key";
export { createRequiredKeysPolicy } from "./required-keys-policy";
export { judgeRequiredKeys } from "./rules/required-keys-guarded";
export { keyAssignmentsType, StackEvidence } from "./stack-evidence";
