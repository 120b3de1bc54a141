/**
 * The rules, what they judge by and what they say, for policy packs and checks of your own.
 * @module pulumi-guardrails/policies
 */
export type { GivenConfiguration } from "./configuration/rule-configuration";
export type { Doubt, Evidence } from "./evidence/evidence";
export type { AccountEvidence, Guardrails, WholeAccountEvidence } from "./evidence/evidence-source";
export { type AccountReaders, LiveEvidence, type LiveOptions } from "./evidence/live-evidence";
export type { Cause } from "./findings/cause";
export type { Remedy } from "./findings/remedy";
export {
  type Finding,
  type Judgement,
  type KeyIdentity,
  type KeyState,
  type Report,
  reportPasses,
  type Source,
} from "./findings/report";
export { type JudgeInput, judge, prepareRule } from "./judge";
export { createGuardrailsPolicies, type PackContext } from "./pack/policies";
export { describeReason } from "./report/describe-cause";
export { describeRemedy } from "./report/describe-remedy";
export { describeFailure } from "./report/violation";
export { ruleNames, rules } from "./rules/index";
export type {
  ConfiguredRule,
  Facts,
  Judged,
  NeedsGuardrails,
  NotApplicable,
  PreparedRule,
  Rule,
} from "./rules/rule";
