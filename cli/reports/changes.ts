import { describeKey } from "../../policies/report/describe";
import { passes } from "../../policies/report/report";
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

export function isOfOtherAddress(earlier: CheckReport, now: CheckReport): boolean {
  return JSON.stringify(earlier.asked) !== JSON.stringify(now.asked);
}

/** How many new keys are named: the report itself lists them all. */
const mostNamed = 20;

/** What changed, in lines: the counts, then what is new. */
export function describeChanges(earlier: CheckReport, now: CheckReport): readonly string[] {
  const { appeared, fixed, gone, unchanged } = changesSince(earlier, now);
  const counts = [
    `${appeared.length} new`,
    `${fixed.length} fixed`,
    `${gone.length} no longer judged`,
    `${unchanged.length} unchanged`,
  ];
  const other = isOfOtherAddress(earlier, now) ? " (a report of another address)" : "";
  const more = appeared.length - mostNamed;
  return [
    `since ${earlier.checkedAt}${other}: ${counts.join(", ")}`,
    ...appeared
      .slice(0, mostNamed)
      .map(({ state, key, rule }) => `new: ${state}: key ${describeKey(key)} (${rule})`),
    ...(more > 0 ? [`new: ${more} more`] : []),
  ];
}

function failing(report: CheckReport): ReadonlyMap<string, RuledFinding> {
  const found = findingsOf(report).filter((finding) => !passes(finding));
  return new Map(found.map((finding) => [finding.fingerprint, finding]));
}
