import { counted } from "../../../provider/counted";
import { sanitize } from "../../../provider/redaction/sanitize";
import type { Coverage } from "../coverage";
import { type Markup, markup, nothing } from "../markup";
import { stateBadge } from "./state-badge";

/** The most guardrails that have a bar of their own. */
const mostBars = 8;

/** Coverage as pictures: the share that is guarded, how many keys are in each state and at each guardrail. */
export function coverageFigures(coverage: Coverage): Markup {
  if (coverage.keys === 0) return nothing;
  return markup`<section aria-labelledby="coverage">
<h2 id="coverage">Coverage</h2>
<div class="figures">
<figure>
<figcaption>Known to be guarded</figcaption>
${share(coverage)}
</figure>
<figure>
<figcaption>Keys per state</figcaption>
${perState(coverage)}
</figure>
<figure>
<figcaption>Keys per guardrail</figcaption>
${perGuardrail(coverage)}
</figure>
</div>
</section>
`;
}

function share({ keys, guarded }: Coverage): Markup {
  // Rounded down: 100 % is said of all keys only.
  const percent = Math.floor((100 * guarded) / keys);
  const said = `${guarded} of ${counted(keys, "key")} known to be guarded, ${percent} percent`;
  const arc = (100 * guarded) / keys;
  return markup`<svg class="share" viewBox="0 0 120 120" role="img" aria-label="${said}">
<circle class="track" cx="60" cy="60" r="50" pathLength="100"/>
<circle class="arc" cx="60" cy="60" r="50" pathLength="100" stroke-dasharray="${decimal(arc)} 100" transform="rotate(-90 60 60)"/>
<text x="60" y="62" class="percent">${percent}%</text>
<text x="60" y="79" class="of">${guarded} of ${keys}</text>
</svg>`;
}

function perState({ keys, states }: Coverage): Markup {
  let x = 0;
  const parts = [...states].map(([state, count]) => {
    const width = (100 * count) / keys;
    const part = markup`<rect class="is-${state}" x="${decimal(x)}" y="0" width="${decimal(width)}" height="8"/>`;
    x += width;
    return part;
  });
  return markup`<svg class="stack" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>
<ul class="legend">
${[...states].map(([state, count]) => markup`<li>${stateBadge(state)}<span class="count">${count}</span></li>\n`)}</ul>`;
}

function perGuardrail({ guardrails, without }: Coverage): Markup {
  const shown = guardrails.slice(0, mostBars);
  const others = guardrails.slice(mostBars);
  const bars = [
    ...shown.map(({ id, name, keys }) => ({
      name:
        name === undefined
          ? markup`<code>${sanitize(id)}</code>`
          : markup`<span title="${id}">${sanitize(name)}</span>`,
      keys,
    })),
    ...(others.length === 0
      ? []
      : [{ name: markup`${others.length} others`, keys: others.reduce((sum, { keys }) => sum + keys, 0) }]),
    ...(without === 0 ? [] : [{ name: markup`no guardrail known`, keys: without }]),
  ];
  const most = Math.max(...bars.map(({ keys }) => keys));
  return markup`<ul class="bars">
${bars.map(
  ({ name, keys }) => markup`<li><span class="name">${name}</span><span class="count">${keys}</span>
<svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true"><rect width="${decimal((100 * keys) / most)}" height="4"/></svg></li>\n`,
)}</ul>`;
}

function decimal(number: number): string {
  return String(Math.round(number * 100) / 100);
}
