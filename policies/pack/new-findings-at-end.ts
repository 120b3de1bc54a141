import { type Finding, passes, reportPasses } from "../findings/report";
import { describeKey } from "../report/describe";
import type { Said } from "./run-reports";

/** What the end has to say that the start has not said; undefined if nothing. */
export function newAtEnd(end: Said, start: Said): Said | undefined {
  if (end.kind === "failed") return start.kind === "failed" && start.why === end.why ? undefined : end;
  if (start.kind === "failed" || start.report.kind !== "judged" || end.report.kind !== "judged") {
    return start.kind === "reported" && start.report.kind === end.report.kind ? undefined : end;
  }
  if (reportPasses(end.report)) return reportPasses(start.report) ? undefined : end;
  const before = new Set(start.report.findings.map(sayingOf));
  const saidProblems = new Set(start.report.problems.map(({ why }) => why));
  const isAdded = (finding: Finding) => !before.has(sayingOf(finding));
  const problems = end.report.problems.filter(({ why }) => !saidProblems.has(why));
  const failing = end.report.findings.filter((finding) => !passes(finding));
  if (failing.some(isAdded) || problems.length > 0 || failing.length + end.report.problems.length === 0) {
    const findings = end.report.findings.filter((finding) => passes(finding) || isAdded(finding));
    return { kind: "reported", report: { ...end.report, findings, problems } };
  }
  return undefined;
}

function sayingOf({ state, key }: Finding): string {
  return `${state} ${describeKey(key)}`;
}
