import { describeMissed } from "../../policies/report/describe-cause";
import { describeFix } from "../../policies/report/describe-fix";
import { firstOfEach } from "../../policies/report/groups";
import { calledOf } from "../../policies/report/identity";
import { groupBy } from "../../provider/group-by";
import { sanitize } from "../../provider/redaction/sanitize";
import { shortId } from "../../provider/short-id";
import { describeChanges } from "./changes";
import { type CheckReport, causesOf, judgedRules, sourcesOf } from "./check-report";
import { type CheckedKey, describeExceptions, failedBy, groupsOf, headOf, ownRemedies } from "./checked-key";
import {
  changesToMake,
  describeAsked,
  describeGuardrail,
  describeRule,
  nextStep,
  notesOf,
  notInForce,
  shownIn,
} from "./describe-report";
import { cell, code, plain } from "./markdown-text";
import type { WriteReport } from "./report-writer";
import { ruleLetters } from "./rule-letters";

/** A comment on a pull request may be 65,536 characters long. */
const longestTable = 48_000;

const marks = { guarded: "✅", violations: "❌", unverified: "⚠️" } as const;

/** Markdown as GitHub and GitLab read it, for a comment or a job summary: one row a key, fix and rules folded away. */
export const writeMarkdown: WriteReport = (report, { baseline }) => {
  const { verdict, summary, configuration, checkedAt, tool } = report;
  const causes = causesOf(report);
  const next = nextStep(report);
  const excepted = report.keys.withExceptions;
  const blocks = [
    `### ${marks[verdict]} ${plain(summary)}`,
    ...(causes.length > 0 ? [plain(`Service: ${describeAsked(report)}`)] : []),
    ...list(causes),
    ...list(baseline === undefined ? [] : describeChanges(baseline, report)),
    ...table(report.keys.failing, report),
    ...(excepted.length === 0 ? [] : ["**Waived or exempt**", ...exceptions(excepted)]),
    ...list([...ownRemedies(report.keys.failing), ...changesToMake(report)]),
    ...report.fixes.map((fix) =>
      folded("How to fix it", `${plain(describeFix(fix, shownIn(report)))}\n\n${fenced(fix.command)}`),
    ),
    ...(next === undefined ? [] : [`Next: ${code(next)}`]),
    folded("Rules and notes", rulesAndNotes(report)),
    `<sub>${plain([`${tool.name} ${tool.version}`, configuration, ...sources(report)].join(", "))}</sub>`,
  ];
  return `${blocks.join("\n\n")}\n`;

  function sources(one: CheckReport): readonly string[] {
    const read = sourcesOf(one);
    return read.length === 0 ? [checkedAt] : read;
  }
};

function list(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [items.map((item) => `- ${plain(item)}`).join("\n")];
}

/** @param title stands in HTML, where nothing is escaped: a text of ours, never a foreign one */
function folded(title: "How to fix it" | "Rules and notes", body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** The lines hold no backticks: commands are made of hashes, ids and an address. */
function fenced(lines: readonly string[]): string {
  return ["```sh", ...lines, "```"].join("\n");
}

function rulesAndNotes(report: CheckReport): string {
  const others = notInForce(report).map(({ rule, why }) => `${rule}: ${why}`);
  return list([
    ...judgedRules(report).map((rule) => describeRule(rule, report)),
    ...others,
    ...notesOf(report),
  ]).join("\n");
}

/** Rules are named by a letter where there are many rows, and the letters below them. */
function table(keys: readonly CheckedKey[], report: CheckReport): readonly string[] {
  if (keys.length === 0) return [];
  const letters = ruleLetters(report);
  const isWide = keys.some(({ workspace }) => workspace !== undefined);
  const isMissing = keys.some((one) => headOf(one).requirement !== undefined);
  const heads = [
    "State",
    "Key",
    ...(isWide ? ["Workspace"] : []),
    "Guardrail",
    "Fails",
    ...(isMissing ? ["Requirement"] : []),
  ];
  const { rows, more } = fitting(keys, (one) => [
    one.state,
    called(one),
    ...(isWide ? [one.workspace === undefined ? "-" : code(sanitize(one.workspace))] : []),
    one.guardrails.length === 0 ? "-" : one.guardrails.map((each) => code(describeGuardrail(each))).join(" "),
    failedBy(one)
      .map((rule) => letters.get(rule) ?? rule)
      .join(" "),
    ...(isMissing ? [placeOf(one)] : []),
  ]);
  const legend = [...letters].map(([rule, letter]) => `${letter} ${rule}`).join(", ");
  return [
    [row(heads), row(heads.map(() => "---")), ...rows].join("\n"),
    ...(more === 0 ? [] : [`… and **${more} more**, which the other formats list.`]),
    ...list([...reasonsOf(keys), legend]),
  ];
}

function placeOf(key: CheckedKey): string {
  const { requirement } = headOf(key);
  return requirement === undefined ? "-" : plain(describeMissed(requirement));
}

const mostReasons = 8;

/** Each once. Where they are many, of each kind at least one, and how many are not said. */
function reasonsOf(keys: readonly CheckedKey[]): readonly string[] {
  const kinds = groupBy(groupsOf(keys), ({ state, cause }) => `${state} ${cause}`);
  const ofKinds = firstOfEach(
    [...kinds.values()].map((items) => ({ items })),
    mostReasons,
  );
  const left = ofKinds.reduce((sum, kind) => sum + kind.left, 0);
  return [
    ...ofKinds.flatMap(({ shown }) => shown.map(({ state, reason }) => `${state}: ${reason}`)),
    ...(left === 0
      ? []
      : [`… and ${left} more ${left === 1 ? "reason" : "reasons"}, which the other formats list`]),
  ];
}

function exceptions(keys: readonly CheckedKey[]): readonly string[] {
  const { rows, more } = fitting(keys, (one) => [called(one), plain(describeExceptions(one))]);
  return [
    [row(["Key", "Why"]), row(["---", "---"]), ...rows].join("\n"),
    ...(more === 0 ? [] : [`… and **${more} more**, which the other formats list.`]),
  ];
}

function fitting(
  keys: readonly CheckedKey[],
  cells: (key: CheckedKey) => readonly string[],
): { readonly rows: readonly string[]; readonly more: number } {
  const rows: string[] = [];
  let length = 0;
  for (const key of keys) {
    const written = row(cells(key).map(cell));
    length += written.length;
    if (length > longestTable) break;
    rows.push(written);
  }
  return { rows, more: keys.length - rows.length };
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function called({ key }: CheckedKey): string {
  const { label, hash } = key;
  return [calledOf(key), label, hash === undefined ? undefined : shortId(hash)]
    .filter((part) => part !== undefined)
    .map((part) => code(sanitize(part)))
    .join(" ");
}
