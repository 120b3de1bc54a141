import { countStates } from "../../../policies/findings/report";
import { describeFix, fixInPulumi } from "../../../policies/report/describe-fix";
import { type CheckReport, judgedRules } from "../check-report";
import type { CheckedKey } from "../checked-key";
import { changesToMake, nextStep, shownIn } from "../describe-report";
import { type Markup, markup, nothing } from "../markup";
import { ruleLetters } from "../rule-letters";
import { isSpending } from "./exceptions";
import { keyRow } from "./key-row";
import { pageData } from "./page-data";

/** The most rows of plain HTML: with more, a browser is busy laying them out before anybody can read the first. */
const mostRows = 1_000;

/** The keys that fail as rows, complete without the page's script; all others as data, which it draws when asked to. */
export function keysSection(report: CheckReport): Markup {
  const { keys } = report;
  if (keys.all.length === 0) return nothing;
  const failing = bySpending(keys.failing);
  const plain = failing.slice(0, mostRows);
  const rest = [...failing.slice(mostRows), ...keys.excepted, ...keys.passing];
  const heads = ["State", "Key", "Guardrail", "About", "Rules and reason"];
  const left = failing.length - plain.length;
  const letters = ruleLetters(report);
  return markup`<section aria-labelledby="keys">
<h2 id="keys">${failing.length === 0 ? "Keys" : "Failing keys"}</h2>
${controls(report)}<table role="table" aria-labelledby="keys"${failing.length === 0 ? markup` hidden` : nothing}>
<thead role="rowgroup"><tr role="row">${heads.map((head) => markup`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">
${plain.map((one) => keyRow(one, letters))}</tbody>
</table>
${left === 0 ? nothing : markup`<p class="left">… and ${left} more that fail: the other formats list them all.</p>\n`}<p class="none" hidden>No key matches.</p>
<button type="button" id="more" hidden>Show more</button>
${fixes(report)}</section>
${pageData(rest)}`;
}

/** What can cost the most stands first: keys that spend without a limit of any kind. */
function bySpending(keys: readonly CheckedKey[]): readonly CheckedKey[] {
  const spent = (key: CheckedKey): number => (isSpending(key) ? (key.usageMonthUsd ?? 0) : 0);
  return keys.toSorted((one, other) => spent(other) - spent(one));
}

function controls(report: CheckReport): Markup {
  const {
    all,
    failing: { length: failing },
  } = report.keys;
  const states = countStates(all);
  const first = markup`<option value="failing">all that fail (${failing})</option>\n`;
  return markup`<div class="controls" role="search" aria-label="Keys" hidden>
<label>Search <input type="search" id="search" autocomplete="off" spellcheck="false"></label>
<label>State <select id="state">
${failing === 0 ? nothing : first}<option value="">all (${all.length})</option>
${[...states].map(([state, count]) => markup`<option value="${state}">${state} (${count})</option>\n`)}</select></label>
<label>Fails <select id="rule">
<option value="">any rule</option>
${judgedRules(report).map(({ rule }) => markup`<option>${rule}</option>\n`)}</select></label>
<p role="status" id="shown"></p>
</div>
`;
}

function fixes(report: CheckReport): Markup {
  const next = nextStep(report);
  const shown = report.fixes.map(
    (fix, index) => markup`<div class="fix">
<p id="fix-${index}">${describeFix(fix, shownIn(report))}</p>
<pre><code>${fix.command.join("\n")}</code></pre>
<button type="button" class="copy" aria-describedby="fix-${index}" hidden>Copy</button>
</div>
`,
  );
  const changes = changesToMake(report).map((change) => markup`<p class="fix">${change}</p>\n`);
  if (shown.length > 0) return markup`${changes}${shown}<p class="explanation">${fixInPulumi}</p>\n`;
  return next === undefined
    ? markup`${changes}`
    : markup`${changes}<p class="fix">Next: <code>${next}</code></p>\n`;
}
