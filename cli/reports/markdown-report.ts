import { passes } from "../../policies/report/report";
import { sanitize } from "../../provider/sanitize";
import { describeChanges } from "./changes";
import { describeRule, findingsOf, judgedRules, type RuledFinding } from "./check-report";
import type { WriteReport } from "./report-writer";
import { shortId } from "./short-id";

/** A comment on a pull request may be 65,536 characters long. */
const longestTable = 48_000;

const marks = { guarded: "✅", violations: "❌", unverified: "⚠️" } as const;

/** Markdown as GitHub and GitLab read it, for a comment or a job summary. */
export const writeMarkdown: WriteReport = (report, { baseline }) => {
  const { verdict, summary, rules, notes, configuration, checkedAt, tool } = report;
  const judged = judgedRules(report);
  const found = findingsOf(report);
  const failing = found.filter((finding) => !passes(finding));
  const waived = found.filter(({ state }) => state === "waived");
  const blocks = [
    `### ${marks[verdict]} ${plain(summary)}`,
    ...list(baseline === undefined ? [] : describeChanges(baseline, report)),
    ...list([...new Set(judged.flatMap(({ problems }) => problems))]),
    ...table(failing),
    ...(waived.length === 0 ? [] : [`**By exception**`, ...table(waived)]),
    ...list([...rules.map(describeRule), ...notes, ...judged.flatMap((rule) => rule.notes)]),
    `<sub>${plain(`${tool.name} ${tool.version}, ${configuration}, ${checkedAt}`)}</sub>`,
  ];
  return `${blocks.join("\n\n")}\n`;
};

function list(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [items.map((item) => `- ${plain(item)}`).join("\n")];
}

function table(findings: readonly RuledFinding[]): readonly string[] {
  if (findings.length === 0) return [];
  const rows: string[] = [];
  let length = 0;
  for (const { state, rule, key, reason, remedy } of findings) {
    const called = [
      key.name ?? key.description,
      key.label,
      key.hash === undefined ? undefined : shortId(key.hash),
    ];
    const shown = called.filter((part) => part !== undefined).map((part) => code(sanitize(part)));
    const row = `| ${[state, shown.join(" "), plain(`${reason}.`), plain(remedy), rule].map(cell).join(" | ")} |`;
    length += row.length;
    if (length > longestTable) break;
    rows.push(row);
  }
  const more = findings.length - rows.length;
  const head = "| State | Key | Why | What to do | Rule |\n| --- | --- | --- | --- | --- |";
  return [
    [head, ...rows].join("\n"),
    ...(more === 0 ? [] : [`… and **${more} more**, which the other formats list.`]),
  ];
}

/** A pipe ends a cell even in a code span, unless escaped; and a backslash before it would escape that escape. */
function cell(text: string): string {
  return text.replace(/\\(?=\|)/gu, "\\ ").replaceAll("|", "\\|");
}

/**
 * Text as text. A word that could be more than a word (markup, a link, a mention, a reference, an emoji) stands as code,
 * where nothing is read into it; escapes would not do, because links and mentions are looked for after they are resolved.
 */
function plain(text: string): string {
  return text.replace(/\S+/gu, (run, offset) => {
    const [, before = "", word = "", after = ""] = /^(["'(]*)(.*?)([)"',.;:]*)$/su.exec(run) ?? [];
    const opens = offset === 0 && opensBlock.test(run);
    return isPlainWord(word) && !opens ? run : `${before}${code(word)}${after}`;
  });
}

/** At its beginning a text of dashes would be a list, a line or a heading, and a number a list. */
const opensBlock = /^(?:-+|\d+[.)])$/u;

function isPlainWord(word: string): boolean {
  return /^[\p{L}\p{M}\p{N}"'(),.;…-]*$/u.test(word) && !/www\.|gh-\d/iu.test(word);
}

/** A code span: its fence is longer than any run of backticks in it. */
function code(text: string): string {
  // Without anything between them, fences are a longer fence.
  if (text === "") return '""';
  const runs = text.match(/`+/gu) ?? [];
  const fence = "`".repeat(1 + Math.max(0, ...runs.map(({ length }) => length)));
  const padding = /^`|`$|^\s+$/u.test(text) ? " " : "";
  return `${fence}${padding}${text}${padding}${fence}`;
}
