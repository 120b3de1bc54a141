import { isDoubt, type Report, reportPasses } from "../../policies/findings/report";
import { describeFailing, describePassing, oneOf, subjectOf } from "../../policies/report/counts";
import { isKey, type KeyEntry } from "../../policies/report/key-entries";

export const verdicts = ["guarded", "violations", "unverified"] as const;
/** What a check comes to: `violations` as soon as one key is known to be without its guardrail; `unverified` if all that fails is a doubt. */
export type Verdict = (typeof verdicts)[number];

export function verdictOf({ reports }: { readonly reports: readonly Report[] }): Verdict {
  // Nothing judged is no pass.
  if (reports.every(({ kind }) => kind === "not-applicable")) return "unverified";
  const failed = reports.filter((report) => !reportPasses(report));
  if (failed.length === 0) return "guarded";
  return failed.every(isDoubt) ? "unverified" : "violations";
}

/** The verdict in one line for people: `not guarded: 2 of 14 required keys fail, 1 could not be verified`. */
export function describeVerdict(
  verdict: Verdict,
  reports: readonly Report[],
  entries: readonly KeyEntry[],
): string {
  const subject = subjectOf(reports, entries);
  switch (verdict) {
    case "guarded":
      return `guarded: ${describePassing(entries, subject)}`;
    case "violations":
      return `not guarded: ${describeFailing(entries, subject)}`;
    case "unverified": {
      const unverified = entries.filter(({ state }) => state === "unverified").length;
      if (entries.length === 0) return "could not verify: nothing is known about any key";
      if (unverified === 0) return "could not verify: not every rule could be judged";
      const count = `${unverified} of ${entries.length}`;
      if (entries.every(isKey)) {
        return `could not verify: ${entries.length === 1 ? `the only ${oneOf(subject)}` : `${count} ${subject}`}`;
      }
      return `could not verify: ${entries.length === 1 ? "the only requirement" : `${count} requirements`} could not be judged`;
    }
  }
}
