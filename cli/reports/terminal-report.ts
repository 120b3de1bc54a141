import { styleText } from "node:util";
import { describeRead } from "../../policies/report/describe";
import { describeMissed } from "../../policies/report/describe-cause";
import { describeFix, fixInPulumi } from "../../policies/report/describe-fix";
import { describeGroup } from "../../policies/report/groups";
import { keyLines } from "../../policies/report/rows";
import { counted } from "../../provider/counted";
import { groupBy } from "../../provider/group-by";
import { describeChanges } from "./changes";
import { type CheckReport, causesOf, judgedRules } from "./check-report";
import {
  type CheckedKey,
  describeExceptions,
  failedBy,
  groupsOf,
  headOf,
  type KeyVerdict,
  ownRemedies,
} from "./checked-key";
import {
  changesToMake,
  describeAsked,
  describeIdle,
  describeRule,
  nextStep,
  notesOf,
  notInForce,
  shownIn,
} from "./describe-report";
import type { ReportContext, Terminal } from "./report-writer";
import { ruleLetters } from "./rule-letters";

type Style = "bold" | "red" | "green" | "yellow" | "dim";

const marks = { guarded: "✓", violations: "✗", unverified: "?" } as const;
const colours = { guarded: "green", violations: "red", unverified: "yellow" } as const;

/** For people who look: keys grouped by what is wrong with them, which is said once, and the command that fixes it. */
export function writeTerminal(report: CheckReport, { baseline }: ReportContext, terminal: Terminal): string {
  const styled = (text: string, ...styles: readonly Style[]): string =>
    terminal.colour ? styleText([...styles], text, { validateStream: false }) : text;
  const { verdict, summary } = report;
  const headline = styled(`${marks[verdict]} ${summary}`, "bold", colours[verdict]);
  const letters = ruleLetters(report);
  const groups = groupsOf(report.keys.failing);
  const next = nextStep(report);
  const blocks = [
    [`${headline}${readAt(report)}`],
    couldNotVerify(report),
    baseline === undefined ? [] : describeChanges(baseline, report),
    ...groups.map((group) => [
      styled(describeGroup(group), "bold"),
      ...rowsOf(
        group.items,
        (one) =>
          `fails ${failedBy(one)
            .map((rule) => letters.get(rule))
            .join(" ")}${placeOf(one)}`,
        terminal,
      ),
      ...ownRemedies(group.items).map((one) => `  ${one}`),
    ]),
    ...exceptions(report.keys.withExceptions, terminal, styled),
    rulesOf(report, letters),
    notesOf(report),
    changesToMake(report),
    ...report.fixes.map((fix) => [
      describeFix(fix, shownIn(report)),
      ...fix.command.map((line) => `  ${line}`),
    ]),
    report.fixes.length === 0 ? [] : [fixInPulumi],
    next === undefined ? [] : [`Next: ${next}`],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** `      OpenRouter, read 13:18:48Z`. */
function readAt(report: CheckReport): string {
  const said = judgedRules(report).flatMap(({ source }) =>
    source === undefined ? [] : describeRead(source),
  );
  return said.length === 0 ? "" : `      ${[...new Set(said)].join("; ")}`;
}

function couldNotVerify(report: CheckReport): readonly string[] {
  const causes = causesOf(report);
  return causes.length === 0
    ? []
    : [`service: ${describeAsked(report)}`, ...causes.map((cause) => `cause: ${cause}`)];
}

function placeOf(key: CheckedKey): string {
  const { requirement } = headOf(key);
  return requirement === undefined ? "" : `  ${describeMissed(requirement)}`;
}

function rulesOf(report: CheckReport, letters: ReadonlyMap<string, string>): readonly string[] {
  // Rows of keys name rules by letters: without such a row nobody asks what a letter means.
  const isNamed = report.keys.failing.length > 0;
  const inForce = judgedRules(report).map(
    (rule) => `  ${isNamed ? `${letters.get(rule.rule)} ` : ""}${describeRule(rule, report)}`,
  );
  const others = notInForce(report).map(({ rule }) => rule);
  return [...inForce, ...describeIdle(others).map((line) => `  ${line}`)];
}

function exceptions(
  keys: readonly CheckedKey[],
  terminal: Terminal,
  styled: (text: string, ...styles: readonly Style[]) => string,
): readonly (readonly string[])[] {
  const states = groupBy(keys, ({ verdicts }) => (verdicts.some(isWaived) ? "waived" : "exempt"));
  return (["waived", "exempt"] as const).flatMap((state) => {
    const those = states.get(state);
    if (those === undefined) return [];
    const head = styled(`${state.toUpperCase()}  ${counted(those.length, "key")}`, "bold");
    return [[head, ...rowsOf(those, describeExceptions, terminal)]];
  });
}

function isWaived({ state }: KeyVerdict): boolean {
  return state === "waived";
}

/** The narrowest terminal that has room for labels; one that tells no width has. */
const roomForLabels = 80;

function rowsOf(
  keys: readonly CheckedKey[],
  last: (key: CheckedKey) => string,
  { columns }: Terminal,
): readonly string[] {
  const lines = keys.map((one) => ({ key: one.key, last: last(one) }));
  return keyLines(lines, { labels: columns === 0 || columns >= roomForLabels });
}
