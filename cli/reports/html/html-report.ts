import { createHash } from "node:crypto";
import { rules } from "../../../policies/rules/index";
import { type CheckReport, causesOf, type RuleReport, sourcesOf } from "../check-report";
import { coverageOf } from "../coverage";
import { describeAsked, describeRule, isNothingKnown, notesOf } from "../describe-report";
import { Markup, markup, nothing } from "../markup";
import type { WriteReport } from "../report-writer";
import { ruleLetters } from "../rule-letters";
import { changesSection } from "./changes-section";
import { coverageFigures } from "./coverage-figures";
import { exceptionsSection, spending } from "./exceptions";
import { keysSection } from "./keys-section";
import { script } from "./script";
import { style } from "./style";

/** One page that needs nothing else: it asks no network, and its policy lets nothing run but the script in it. */
export const writeHtml: WriteReport = (report, { baseline }) => {
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>pulumi-guardrails check: ${report.summary}</title>
<link rel="icon" href="data:,">
<style>${new Markup(style)}</style>
</head>
<body>
${header(report)}<main>
${problems(report)}${keysSection(report)}${
  baseline === undefined ? nothing : changesSection(baseline, report)
}${exceptionsSection(report)}${isNothingKnown(report) ? nothing : coverageFigures(coverageOf(report))}${section(
  "rules",
  "Rules",
  report.rules.map((rule) => ruleItem(rule, report)),
)}${section("notes", "Notes", notesOf(report).map(text))}</main>
<footer>${report.tool.name} ${report.tool.version}</footer>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
};

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function header(report: CheckReport): Markup {
  const { verdict, summary, asked, configuration } = report;
  const read = sourcesOf(report);
  // Where each list was read it says so itself.
  const isAllRead = read.length > 0 && read.length >= asked.length;
  const where = isAllRead ? read : [`service: ${describeAsked(report)}`, ...read];
  return markup`<header class="is-${verdict}">
<p class="kicker">pulumi-guardrails check</p>
<h1>${summary}</h1>
${spending(report)}<p class="where">${where.join("; ")}; ${configuration}</p>
</header>
`;
}

function problems(report: CheckReport): Markup {
  const causes = causesOf(report);
  if (causes.length === 0) return nothing;
  return section(
    "problems",
    "What could not be verified",
    causes.map((cause) => markup`${capital(cause)}`),
  );
}

function capital(sentence: string): string {
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}`;
}

function text(sentence: string): Markup {
  return markup`${sentence}`;
}

function section(id: string, title: string, items: readonly Markup[]): Markup {
  if (items.length === 0) return nothing;
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
<ul class="plain">
${items.map((item) => markup`<li>${item}</li>\n`)}</ul>
</section>
`;
}

function ruleItem(rule: RuleReport, report: CheckReport): Markup {
  const title = rules.find(({ name }) => name === rule.rule)?.title ?? rule.rule;
  if (rule.kind === "not-applicable") {
    return markup`<span class="called">${title}: not in force</span> ${rule.rule}: ${rule.why}`;
  }
  const isOpen = rule.failing === 0 && rule.problems.length > 0;
  const outcome = rule.passes ? "passes" : isOpen ? "could not be verified" : "does not pass";
  const counts = describeRule(rule, report);
  const letter = ruleLetters(report).get(rule.rule) ?? "";
  return markup`<span class="called">${title}: ${outcome}</span> <span class="letter">${letter} </span>${counts}`;
}
