import { groupBy } from "../../provider/group-by";
import type { Report } from "../findings/report";

/**
 * What is to be said of keys without an assignment, by the rule that says it: nothing of an account of which some rule judged
 * such keys, else what the first rule says of it.
 */
export function unseenKeys(reports: readonly Report[]): ReadonlyMap<string, string> {
  const ofAccounts = reports.flatMap((report) =>
    report.kind === "judged" && report.source !== undefined && report.unassigned !== undefined
      ? [{ rule: report.rule, address: report.source.baseUrl, unassigned: report.unassigned }]
      : [],
  );
  const notes = [...groupBy(ofAccounts, ({ address }) => address).values()].flatMap((those) => {
    const [first] = those;
    if (first?.unassigned.kind !== "unseen" || those.some(({ unassigned }) => unassigned.kind === "judged")) {
      return [];
    }
    return [[first.rule, first.unassigned.note] as const];
  });
  return new Map(notes);
}

/** The same, among what each rule says that changes no verdict. */
export function withUnseenKeys(reports: readonly Report[]): readonly Report[] {
  const notes = unseenKeys(reports);
  return reports.map((report) => {
    const note = notes.get(report.rule);
    if (note === undefined || report.kind === "not-applicable") return report;
    return { ...report, notes: [...report.notes, note] };
  });
}
