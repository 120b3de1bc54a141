import { describeKey } from "../../policies/report/describe";
import { listed } from "../../provider/counted";
import type { CheckReport } from "./check-report";
import type { CheckedKey } from "./checked-key";
import { isNothingKnown } from "./describe-report";

/** What became of the keys that do not pass since an earlier report, matched by their fingerprints. */
export interface Changes {
  /** Fail now and did not then. */
  readonly appeared: readonly CheckedKey[];
  /** Failed then and pass now. */
  readonly fixed: readonly CheckedKey[];
  /** Failed then; no rule judges them now: that may be a repair, a deleted key or a changed configuration. */
  readonly gone: readonly CheckedKey[];
  /** Fail then and now. */
  readonly unchanged: readonly CheckedKey[];
}

export function changesSince(earlier: CheckReport, now: CheckReport): Changes {
  const before = failing(earlier);
  const after = failing(now);
  const judged = new Map(now.keys.all.map((key) => [key.fingerprint, key]));
  const ended = [...before.values()].filter(({ fingerprint }) => !after.has(fingerprint));
  return {
    appeared: [...after.values()].filter(({ fingerprint }) => !before.has(fingerprint)),
    fixed: ended.flatMap(({ fingerprint }) => judged.get(fingerprint) ?? []),
    gone: ended.filter(({ fingerprint }) => !judged.has(fingerprint)),
    unchanged: [...after.values()].filter(({ fingerprint }) => before.has(fingerprint)),
  };
}

/** What a report that knows nothing, as in an outage, lets one say of keys: neither that they are new nor that no rule judges them. */
export function describeUncertain(earlier: CheckReport, now: CheckReport) {
  return {
    appeared: isNothingKnown(earlier)
      ? { title: "failing, not known before", explanation: "fail now; nothing was known then" }
      : { title: "new", explanation: "fail now and did not then" },
    gone: isNothingKnown(now)
      ? { title: "not known now", explanation: "failed then; nothing could be verified now" }
      : { title: "no longer judged", explanation: "failed then, and no rule judges them now" },
  };
}

export function isOfOtherAddress(earlier: CheckReport, now: CheckReport): boolean {
  return JSON.stringify(earlier.asked) !== JSON.stringify(now.asked);
}

/** How many keys a line names. */
const mostNamed = 20;

/**
 * What changed, in lines: the counts, then the keys of each. Those that are new are not named where nothing else fails: the
 * report itself lists them.
 */
export function describeChanges(earlier: CheckReport, now: CheckReport): readonly string[] {
  const { appeared, fixed, gone, unchanged } = changesSince(earlier, now);
  const words = describeUncertain(earlier, now);
  const counts = [
    `${appeared.length} ${words.appeared.title}`,
    `${fixed.length} fixed`,
    `${gone.length} ${words.gone.title}`,
    `${unchanged.length} still failing`,
  ];
  const other = isOfOtherAddress(earlier, now) ? " (a report of another address)" : "";
  return [
    `since ${earlier.checkedAt}${other}: ${counts.join(", ")}`,
    ...named(words.appeared.title, unchanged.length === 0 ? [] : appeared),
    ...named("fixed", fixed),
    ...named(words.gone.title, gone),
  ];
}

function named(change: string, keys: readonly CheckedKey[]): readonly string[] {
  if (keys.length === 0) return [];
  const shown = keys.slice(0, mostNamed).map(({ key }) => describeKey(key));
  return [`${change}: ${listed(shown, mostNamed, keys.length)}`];
}

function failing(report: CheckReport): ReadonlyMap<string, CheckedKey> {
  return new Map(report.keys.failing.map((key) => [key.fingerprint, key]));
}
