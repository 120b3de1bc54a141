import { groupBy } from "../../provider/group-by";
import { type KeyIdentity, passes, type Report } from "../findings/report";
import type { KeyEntry } from "./key-entries";

/** Settings that no guardrail can satisfy together: each asks for certain ones, and they have none in common. */
export interface Contradiction {
  /** Two, unless it takes more of them to leave none. */
  readonly settings: readonly string[];
  /** The keys that fail for it, whatever they are assigned. */
  readonly keys: readonly KeyIdentity[];
}

/** The same for reports and messages, which say how many keys fail. */
export interface CountedContradiction extends Pick<Contradiction, "settings"> {
  readonly keys: number;
}

export function countContradicted({ settings, keys }: Contradiction): CountedContradiction {
  return { settings, keys: keys.length };
}

/** What contradicts among the settings that these keys are judged by, each once. */
export function contradictionsAmong(entries: readonly KeyEntry[]): readonly Contradiction[] {
  const contradicted = entries.flatMap((entry) =>
    entry.contradiction === undefined || passes(entry)
      ? []
      : [{ key: entry.key, settings: entry.contradiction }],
  );
  return [...groupBy(contradicted, ({ settings }) => settings.join(" ")).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ settings: first.settings, keys: same.map(({ key }) => key) }];
  });
}

/** Whether there are several settings that could contradict each other: joining what the rules say takes its time. */
export function areSeveralRequired(reports: readonly Report[]): boolean {
  const settings = new Set<string>();
  for (const report of reports) {
    if (report.kind === "not-applicable") continue;
    if (report.requiredOnceAssigned !== undefined) settings.add(report.requiredOnceAssigned.setting);
    for (const { required } of report.findings) {
      if (required !== undefined) settings.add(required.setting);
      if (settings.size > 1) return true;
    }
  }
  return false;
}
