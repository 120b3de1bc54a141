import { calledOf } from "../../../policies/report/identity";
import { sanitize } from "../../../provider/redaction/sanitize";
import { shortId } from "../../../provider/short-id";
import { type CheckedKey, failedBy, headOf, ownRemedy } from "../checked-key";
import { type Markup, markup, nothing } from "../markup";
import { stateBadge } from "./state-badge";

/**
 * A key as a row of plain HTML. The page's script draws the same from data (script.ts). The roles are written out because a
 * narrow page lays the rows out as cards, and with that browsers forget them. On paper a rule is its letter.
 */
export function keyRow(checked: CheckedKey, letters: ReadonlyMap<string, string>): Markup {
  const { state, key, guardrails } = checked;
  const { reason } = headOf(checked);
  const remedy = ownRemedy(checked);
  const mark = checked.isRequirement === true ? markup` data-requirement` : nothing;
  return markup`<tr role="row" data-state="${state}"${mark}>
<td role="cell">${stateBadge(state)}</td>
<th role="rowheader" scope="row">${identity(key)}</th>
<td role="cell">${guardrails.map(({ id, name }) => markup`<span class="guardrail" title="${id}">${name ?? `${shortId(id)}…`}</span> `)}</td>
<td role="cell">${factsOf(checked).map((fact) => markup`<span class="fact">${fact}</span> `)}</td>
<td role="cell">${failedBy(checked).map((rule) => markup`<span class="rule" data-letter="${letters.get(rule) ?? rule}">${rule}</span> `)}<span class="why">${sentence(reason)}</span>${remedy === undefined ? nothing : markup` <span class="remedy">${remedy}</span>`}</td>
</tr>
`;
}

/** The name people know the key by, and under it what tells it from others of that name. */
export function identity(key: CheckedKey["key"]): Markup {
  const { label, hash, description } = key;
  const called = calledOf(key);
  const details = [
    ...(label === undefined || label === "" ? [] : [markup`${sanitize(label)}`]),
    ...(hash === undefined ? [] : [markup`<span title="${hash}">${shortId(hash)}</span>`]),
    ...(description === undefined || description === called ? [] : [markup`${sanitize(description)}`]),
  ].map((detail, index) => (index === 0 ? detail : markup`, ${detail}`));
  const shown = called === undefined ? nothing : markup`<span class="called">${sanitize(called)}</span> `;
  return markup`${shown}<span class="details">${details}</span>`;
}

/** What is known of a key besides, in words; people stand with the ids that the service has for them. */
export function factsOf(checked: CheckedKey): readonly string[] {
  const { workspace, createdAt, createdBy, limitUsd, limitReset, usageMonthUsd, assignedBy, assignedAt } =
    checked;
  const by = (person: string | undefined): string => (person === undefined ? "" : ` by ${sanitize(person)}`);
  const limit =
    limitUsd === null
      ? "no limit of its own"
      : `limit ${dollars(limitUsd ?? 0)} ${sanitize(limitReset ?? "in all")}`;
  return [
    ...(workspace === undefined ? [] : [sanitize(workspace)]),
    ...(createdAt === undefined && createdBy === undefined ? [] : [`made ${day(createdAt)}${by(createdBy)}`]),
    ...(limitUsd === undefined ? [] : [limit]),
    ...(usageMonthUsd === undefined ? [] : [`spent ${dollars(usageMonthUsd)} this month`]),
    ...(assignedAt === undefined ? [] : [`assigned ${day(assignedAt)}${by(assignedBy)}`]),
  ];
}

export function dollars(amount: number): string {
  return `${amount.toFixed(2)} USD`;
}

function day(moment: string | undefined): string {
  return moment === undefined ? "" : sanitize(moment.slice(0, 10));
}

export function sentence(reason: string): string {
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}
