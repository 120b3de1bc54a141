import { groupBy } from "../../provider/group-by";
import { type KeyIdentity, passes, type Report } from "../findings/report";
import { worstFirst } from "./describe";
import type { KeyEntry } from "./key-entries";

/** Settings that no guardrail can satisfy together: each asks for certain ones, and they have none in common. */
export interface Contradiction {
  /** Two, unless it takes more of them to leave none. */
  readonly settings: readonly string[];
  /** The keys that fail for it, whatever they are assigned. */
  readonly keys: readonly KeyIdentity[];
}

/** What contradicts among the settings that these keys are judged by, each once. */
export function contradictionsAmong(entries: readonly KeyEntry[]): readonly Contradiction[] {
  const failing = entries.filter((entry) => entry.contradiction !== undefined && !passes(entry));
  const contradicted = worstFirst(failing).flatMap(({ key, contradiction }) =>
    contradiction === undefined ? [] : [{ key, settings: contradiction }],
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
