import { countStates, type KeyState, keyStates, passes } from "../../../policies/report/report";
import { sanitize } from "../../../provider/sanitize";
import type { RuledFinding } from "../check-report";
import { type Markup, markup, nothing } from "../markup";
import { shortId } from "../short-id";
import { stateBadge } from "./state-badge";

/**
 * Every finding as a row, the worst state first. Complete without the page's script, which only searches, filters and
 * sorts it. The roles are written out because a narrow page lays the rows out as cards, and with that browsers forget them.
 */
export function findingsTable(findings: readonly RuledFinding[]): Markup {
  if (findings.length === 0) return nothing;
  const rows = findings.toSorted((one, other) => order(one.state) - order(other.state));
  const heads = ["State", "Key", "Rule", "Guardrail", "Why and what to do"];
  return markup`<section aria-labelledby="keys">
<h2 id="keys">Keys</h2>
${controls(findings)}
<table role="table" aria-labelledby="keys">
<thead role="rowgroup"><tr role="row">${heads.map((head) => markup`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map(row)}</tbody>
</table>
<p class="none" hidden>No row matches.</p>
<button type="button" id="all" hidden>Show all rows</button>
</section>
`;
}

function controls(findings: readonly RuledFinding[]): Markup {
  const states = countStates(findings);
  const failing = findings.filter((finding) => !passes(finding)).length;
  const ruleNames = [...new Set(findings.map(({ rule }) => rule))];
  return markup`<div class="controls" role="search" aria-label="Keys" hidden>
<label>Search <input type="search" id="search" autocomplete="off" spellcheck="false"></label>
<label>State <select id="state">
<option value="">all (${findings.length})</option>
<option value="failing">all that fail (${failing})</option>
${[...states].map(([state, count]) => markup`<option value="${state}">${state} (${count})</option>\n`)}</select></label>
<label>Rule <select id="rule">
<option value="">all</option>
${ruleNames.map((rule) => markup`<option>${rule}</option>\n`)}</select></label>
<p role="status" id="shown"></p>
</div>`;
}

function row(finding: RuledFinding): Markup {
  const { state, key, rule, guardrailIds, reason, remedy } = finding;
  const failing = passes(finding) ? "" : "failing";
  return markup`<tr role="row" data-state="${state}" data-failing="${failing}" data-rule="${rule}">
<td role="cell" data-order="${order(state)}">${stateBadge(state)}</td>
<th role="rowheader" scope="row">${identity(key)}</th>
<td role="cell"><code>${rule}</code></td>
<td role="cell">${guardrailIds.map((id) => markup`<code title="${id}">${shortId(id)}…</code> `)}</td>
<td role="cell">${sentence(reason)}${remedy === "" ? nothing : markup` <span class="remedy">${remedy}</span>`}</td>
</tr>
`;
}

/** The name people know the key by, and under it what tells it from others of that name. */
export function identity({ name, label, hash, description }: RuledFinding["key"]): Markup {
  const called = name ?? description;
  const details = [
    ...(label === undefined ? [] : [markup`${sanitize(label)}`]),
    ...(hash === undefined ? [] : [markup`<span title="${hash}">hash ${shortId(hash)}</span>`]),
    ...(description === undefined || description === called ? [] : [markup`${sanitize(description)}`]),
  ].map((detail, index) => (index === 0 ? detail : markup`, ${detail}`));
  const shown = called === undefined ? nothing : markup`<span class="called">${sanitize(called)}</span> `;
  return markup`${shown}<span class="details">${details}</span>`;
}

function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

function order(state: KeyState): number {
  return keyStates.indexOf(state);
}
