import { isDoubt, passes, type Report, reportPasses } from "../../policies/report/report";
import { identityOf } from "./fingerprint";

export const verdicts = ["guarded", "violations", "unverified"] as const;
/** What a check comes to: `violations` as soon as one key is known to be without its guardrail; `unverified` if all that fails is a doubt. */
export type Verdict = (typeof verdicts)[number];

interface Judged {
  readonly reports: readonly Report[];
}

export function verdictOf({ reports }: Judged): Verdict {
  // Nothing judged is no pass.
  if (reports.every(({ kind }) => kind === "not-applicable")) return "unverified";
  const failed = reports.filter((report) => !reportPasses(report));
  if (failed.length === 0) return "guarded";
  return failed.every(isDoubt) ? "unverified" : "violations";
}

/** The verdict in one line for people: `not guarded: 2 of 14 keys fail, 1 could not be verified`. */
export function describeVerdict(judged: Judged): string {
  const findings = judged.reports.flatMap((report) => (report.kind === "judged" ? report.findings : []));
  const keys = (chosen: typeof findings): number => new Set(chosen.map(({ key }) => identityOf(key))).size;
  const all = keys(findings);
  const unverified = keys(findings.filter(({ state }) => state === "unverified"));
  const failing = keys(findings.filter((finding) => !passes(finding) && finding.state !== "unverified"));
  const waived = keys(findings.filter(({ state }) => state === "waived"));
  const of = (count: number): string => (all === 1 ? "the one key" : `${count} of ${all} keys`);
  switch (verdictOf(judged)) {
    case "guarded": {
      const passing = all === 1 ? "the one key passes" : `all ${all} keys pass`;
      return `guarded: ${passing}${waived === 0 ? "" : `, ${waived} by exception`}`;
    }
    case "violations": {
      const doubts = unverified === 0 ? "" : `, ${unverified} could not be verified`;
      return `not guarded: ${of(failing)} ${failing === 1 ? "fails" : "fail"}${doubts}`;
    }
    case "unverified":
      if (unverified === 0) return "could not verify: not every rule could be judged";
      return `could not verify: nothing was found out about ${of(unverified)}`;
  }
}
