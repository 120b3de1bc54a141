import { changesSince, describeUncertain, isOfOtherAddress } from "../changes";
import type { CheckReport } from "../check-report";
import { type CheckedKey, failedBy } from "../checked-key";
import { type Markup, markup, nothing } from "../markup";
import { identity } from "./key-row";
import { moment } from "./moment";
import { stateBadge } from "./state-badge";

/** What changed since an earlier report. */
export function changesSection(earlier: CheckReport, now: CheckReport): Markup {
  const { appeared, fixed, gone, unchanged } = changesSince(earlier, now);
  const words = describeUncertain(earlier, now);
  return markup`<section aria-labelledby="changes">
<h2 id="changes">Changes since ${moment(earlier.checkedAt)}</h2>
${isOfOtherAddress(earlier, now) ? markup`<p class="warning">The earlier report is of another address: ${earlier.asked.map(({ baseUrl }) => baseUrl).join(", ")}.</p>\n` : nothing}<div class="changes">
${group(words.appeared.title, words.appeared.explanation, appeared)}${group("fixed", "failed then and pass now", fixed)}${group(words.gone.title, words.gone.explanation, gone)}${group("still failing", "failed then and fail now", unchanged)}</div>
</section>
`;
}

/** Longer lists are folded. */
const mostOpen = 6;

function group(title: string, explanation: string, keys: readonly CheckedKey[]): Markup {
  const list = markup`<ul>
${keys.map((one) => markup`<li>${identity(one.key)} ${stateBadge(one.state)} ${failedBy(one).map((rule) => markup`<span class="rule">${rule}</span> `)}</li>\n`)}</ul>`;
  const folded = markup`<details><summary>List them</summary>\n${list}</details>`;
  const shown = keys.length === 0 ? nothing : keys.length > mostOpen ? folded : list;
  return markup`<div>
<h3><span class="number">${keys.length}</span> ${title}</h3>
<p class="explanation">${explanation}</p>
${shown}</div>
`;
}
