import { styleText } from "node:util";
import Table from "cli-table3";
import { describeFinding, describeKey } from "../../policies/report/describe";
import { passes } from "../../policies/report/report";
import { describeChanges } from "./changes";
import {
  type CheckReport,
  describeRule,
  type JudgedRule,
  judgedRules,
  type ReportedFinding,
} from "./check-report";
import type { Terminal, WriteReport } from "./report-writer";

/**
 * For people: the verdict, what changed since an earlier report, each key that does not pass, the counts. A table on a
 * terminal, else a line for each key.
 */
export const writeText: WriteReport = (report, { terminal, baseline }) => {
  const judged = judgedRules(report);
  const blocks = [
    [headline(report, terminal)],
    baseline === undefined ? [] : describeChanges(baseline, report),
    ...judged.map((rule) => exceptions(rule, terminal)),
    [
      ...judged.map(describeRule),
      ...report.notes,
      ...judged.flatMap(({ rule, notes }) => notes.map((note) => `${rule}: ${note}`)),
    ],
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
};

const colours = { guarded: "green", violations: "red", unverified: "yellow" } as const;

function headline({ verdict, summary }: CheckReport, terminal: Terminal | undefined): string {
  if (terminal?.colour !== true) return summary;
  return styleText(["bold", colours[verdict]], summary, { validateStream: false });
}

/** What of a rule does not simply pass, under its name; nothing where everything does. */
function exceptions(rule: JudgedRule, terminal: Terminal | undefined): readonly string[] {
  const failing = rule.findings.filter((finding) => !passes(finding));
  const waived = rule.findings.filter(({ state }) => state === "waived");
  const lines = [
    ...rule.problems,
    ...(terminal === undefined || terminal.columns < narrowest
      ? failing.map((finding) => describeFinding(finding, rule.source))
      : tableOf(failing, terminal.columns)),
    ...waived.map((finding) => describeFinding(finding, undefined)),
  ];
  return lines.length === 0 ? [] : [`${rule.rule}:`, ...lines];
}

/** In characters: below this the cells of a table would be too narrow to read. */
const narrowest = 80;
const stateColumn = 17;

function tableOf(findings: readonly ReportedFinding[], columns: number): readonly string[] {
  if (findings.length === 0) return [];
  const rest = Math.min(columns, 160) - stateColumn - 5;
  const keyColumn = Math.floor(rest * 0.3);
  const whyColumn = Math.floor(rest * 0.4);
  const table = new Table({
    head: ["state", "key", "why", "what to do"],
    colWidths: [stateColumn, keyColumn, whyColumn, rest - keyColumn - whyColumn],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { state, key, reason, remedy } of findings)
    table.push([state, describeKey(key), reason, remedy]);
  return [table.toString()];
}
