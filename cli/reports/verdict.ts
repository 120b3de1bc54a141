import { isDoubt, type KeyState, type Report, reportPasses } from "../../policies/report/report";
import { isKey, type KeyEntry } from "./key-entries";

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
export function describeVerdict(verdict: Verdict, entries: readonly KeyEntry[]): string {
  const keys = entries.filter(isKey);
  const among = (...states: readonly KeyState[]): number =>
    entries.filter(({ state }) => states.includes(state)).length;
  const failing = among("unguarded", "wrong-guardrail");
  const [missing, unverified, waived] = [among("missing"), among("unverified"), among("waived")];
  const of = (count: number): string =>
    keys.length === 1 && count === 1 ? "the one key" : `${count} of ${keys.length} keys`;
  switch (verdict) {
    case "guarded": {
      const passing = keys.length === 1 ? "the one key passes" : `all ${keys.length} keys pass`;
      return `guarded: ${passing}${waived === 0 ? "" : `, ${waived} by exception`}`;
    }
    case "violations": {
      const said = [
        ...(failing === 0 ? [] : [`${of(failing)} ${failing === 1 ? "fails" : "fail"}`]),
        ...(missing === 0
          ? []
          : [`${missing} required ${missing === 1 ? "name matches" : "names match"} no key`]),
        ...(unverified === 0 ? [] : [`${unverified} could not be verified`]),
      ];
      return `not guarded: ${said.join(", ")}`;
    }
    case "unverified":
      if (entries.length === 0) return "could not verify: nothing is known about any key";
      if (unverified === 0) return "could not verify: not every rule could be judged";
      return `could not verify: nothing was found out about ${unverified} of ${entries.length}`;
  }
}
