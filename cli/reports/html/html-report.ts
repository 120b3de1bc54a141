import { createHash } from "node:crypto";
import { rules } from "../../../policies/rules/index";
import { services } from "../../../provider/settings/services";
import { type CheckReport, describeRule, findingsOf, judgedRules, type RuleReport } from "../check-report";
import { coverageOf } from "../coverage";
import { Markup, markup, nothing } from "../markup";
import type { WriteReport } from "../report-writer";
import { changesSection } from "./changes-section";
import { coverageFigures } from "./coverage-figures";
import { findingsTable } from "./findings-table";
import { moment } from "./moment";
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
${problems(report)}${
  baseline === undefined ? nothing : changesSection(baseline, report)
}${coverageFigures(coverageOf(report))}${findingsTable(findingsOf(report))}${section("rules", "Rules", report.rules.map(ruleItem))}${notes(report)}</main>
<footer>${report.tool.name} ${report.tool.version}</footer>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
};

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function header({ verdict, summary, asked, checkedAt, configuration }: CheckReport): Markup {
  const addresses = asked.map(({ service, baseUrl }) => `${services[service].label} at ${baseUrl}`);
  return markup`<header class="is-${verdict}">
<p class="kicker">pulumi-guardrails check</p>
<h1>${summary}</h1>
<dl>
<div><dt>Asked</dt><dd>${addresses.join(", ")}</dd></div>
<div><dt>Checked</dt><dd>${moment(checkedAt)}</dd></div>
<div><dt>Configuration</dt><dd>${configuration}</dd></div>
</dl>
</header>
`;
}

function problems(report: CheckReport): Markup {
  const all = judgedRules(report).flatMap((rule) => rule.problems);
  return section("problems", "What could not be verified", [...new Set(all)].map(text));
}

function notes(report: CheckReport): Markup {
  const ofRules = judgedRules(report).flatMap((one) => one.notes.map((note) => `${one.rule}: ${note}`));
  return section("notes", "Notes", [...report.notes, ...ofRules].map(text));
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

function ruleItem(report: RuleReport): Markup {
  const title = rules.find(({ name }) => name === report.rule)?.title ?? report.rule;
  return markup`<span class="called">${title}: ${outcomeOf(report)}</span> ${describeRule(report)}`;
}

function outcomeOf(report: RuleReport): string {
  if (report.outcome === "not-applicable") return "not applicable";
  return report.passes ? "passes" : "does not pass";
}
