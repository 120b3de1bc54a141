import { passes } from "../../policies/findings/report";
import { describeFix } from "../../policies/report/describe-fix";
import { calledOf } from "../../policies/report/identity";
import { sanitize } from "../../provider/redaction/sanitize";
import { shortId } from "../../provider/short-id";
import { describeChanges } from "./changes";
import { causesOf, sourcesOf } from "./check-report";
import { type CheckedKey, describeExceptions, failedBy, headOf, ownRemedies } from "./checked-key";
import {
  changesToMake,
  describeAsked,
  describeGuardrail,
  describeRules,
  nextStep,
  notesOf,
  shownIn,
} from "./describe-report";
import type { WriteReport } from "./report-writer";
import { writeTerminal } from "./terminal-report";

/**
 * For people on a terminal; in a pipe lines that programs cut too: the verdict, where it was read, a line of
 * tab-separated fields for each key that does not simply pass (state, name, label, beginning of the hash, guardrail, rules
 * it fails, and the reason where the state does not tell it), the rules in force, what to do next.
 */
export const writeText: WriteReport = (report, context) => {
  if (context.terminal !== undefined) return writeTerminal(report, context, context.terminal);
  const { baseline } = context;
  const causes = causesOf(report);
  const next = nextStep(report);
  const lines = [
    report.summary,
    ...(causes.length > 0 ? [`service: ${describeAsked(report)}`] : []),
    ...sourcesOf(report),
    ...causes.map((cause) => `could not verify: ${cause}`),
    ...(baseline === undefined ? [] : describeChanges(baseline, report)),
    ...[...report.keys.failing, ...report.keys.excepted].map(fieldsOf),
    ...notesOf(report),
    describeRules(report),
    ...ownRemedies(report.keys.failing),
    ...changesToMake(report),
    ...report.fixes.flatMap((fix) => [describeFix(fix, shownIn(report)), ...fix.command]),
    ...(next === undefined ? [] : [`next: ${next}`]),
  ];
  return `${lines.join("\n")}\n`;
};

function fieldsOf(checked: CheckedKey): string {
  const { state, key, guardrails } = checked;
  const { label, hash } = key;
  const { reason, reasonKind, voidWaivers } = headOf(checked);
  const failed = failedBy(checked);
  const exceptions = describeExceptions(checked);
  const isKnownByState = reasonKind === "no-assignment" && voidWaivers === undefined;
  const reasons = passes({ state })
    ? [exceptions]
    : [...(isKnownByState ? [] : [reason]), ...(exceptions === "" ? [] : [exceptions])];
  return [
    state,
    sanitize(calledOf(key) ?? "-"),
    label === undefined ? "-" : sanitize(label),
    hash === undefined ? "-" : shortId(hash),
    guardrails.length === 0 ? "-" : guardrails.map(describeGuardrail).join(","),
    failed.length === 0 ? "-" : failed.join(","),
    ...(reasons.length === 0 ? [] : [reasons.join("; ")]),
  ].join("\t");
}
