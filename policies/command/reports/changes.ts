import { passes } from "../../report/report";
import { type CheckReport, findingsOf, type RuledFinding } from "./check-report";

/** What became of the keys that do not pass since an earlier report, matched by their fingerprints. */
export interface Changes {
  /** Fail now and did not then. */
  readonly appeared: readonly RuledFinding[];
  /** Failed then and pass now. */
  readonly fixed: readonly RuledFinding[];
  /** Failed then; no rule says anything of them now: that may be a repair, a deleted key or a changed configuration. */
  readonly gone: readonly RuledFinding[];
  /** Fail then and now. */
  readonly unchanged: readonly RuledFinding[];
}

export function changesSince(earlier: CheckReport, now: CheckReport): Changes {
  const before = failing(earlier);
  const after = failing(now);
  const judged = new Map(findingsOf(now).map((finding) => [finding.fingerprint, finding]));
  const ended = [...before.values()].filter(({ fingerprint }) => !after.has(fingerprint));
  return {
    appeared: [...after.values()].filter(({ fingerprint }) => !before.has(fingerprint)),
    fixed: ended.flatMap(({ fingerprint }) => judged.get(fingerprint) ?? []),
    gone: ended.filter(({ fingerprint }) => !judged.has(fingerprint)),
    unchanged: [...after.values()].filter(({ fingerprint }) => before.has(fingerprint)),
  };
}

function failing(report: CheckReport): ReadonlyMap<string, RuledFinding> {
  const found = findingsOf(report).filter((finding) => !passes(finding));
  return new Map(found.map((finding) => [finding.fingerprint, finding]));
}
