/** Colours keep a contrast of 4.5 to 1 as text and 3 to 1 as shapes, in light and in dark. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #f7f6f3; --card: #fff; --ink: #1d1c1a; --quiet: #5f5c57; --line: #e2dfd9; --focus: #1f5fbf;
  --unguarded: #b3261e; --wrong-guardrail: #9a4a00; --missing: #8c2f6b; --unverified: #735c00; --waived: #5d4a94; --exempt: #4d5a66;
  --guarded-by-deployment: #17667f; --guarded: #1f7240;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #151514; --card: #1e1d1c; --ink: #ebe9e5; --quiet: #a8a49d; --line: #37342f; --focus: #8ab8ff;
    --unguarded: #ff8f86; --wrong-guardrail: #ffb273; --missing: #f0a3d4; --unverified: #e8cc66; --waived: #c2b2f5; --exempt: #b4c1cc;
    --guarded-by-deployment: #84cfe8; --guarded: #84d9a0;
  }
}
.is-unguarded, .is-violations { --state: var(--unguarded); }
.is-wrong-guardrail { --state: var(--wrong-guardrail); }
.is-missing { --state: var(--missing); }
.is-unverified { --state: var(--unverified); }
.is-waived { --state: var(--waived); }
.is-exempt { --state: var(--exempt); }
.is-guarded-by-deployment { --state: var(--guarded-by-deployment); }
.is-guarded { --state: var(--guarded); }

*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  max-width: 76rem; margin: 0 auto; padding: 2.5rem clamp(1rem, 4vw, 3rem) 4rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
h1, h2, h3, p, ul, figure, pre { margin: 0; padding: 0; }
ul { list-style: none; }
code { font: .8125em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: .25rem; }

header { padding-left: 1.25rem; border-left: .375rem solid var(--state); }
.kicker, .explanation, .details, footer { color: var(--quiet); font-size: .875rem; }
h1 { margin: .25rem 0 1rem; font-size: clamp(1.5rem, 1.1rem + 1.8vw, 2.25rem); line-height: 1.2; font-weight: 650; letter-spacing: -.015em; color: var(--state); text-wrap: balance; }
h1::first-letter { text-transform: uppercase; }
.where { color: var(--quiet); font-size: .875rem; }
.spending { margin-bottom: .75rem; font-weight: 650; }
section { margin-top: 2.5rem; }
h2 { margin-bottom: 1rem; font-size: 1.25rem; line-height: 1.3; font-weight: 650; }
h3 { font-size: 1rem; font-weight: 650; }
.plain li { padding: .5rem 0; border-top: 1px solid var(--line); }
.warning { margin-bottom: 1rem; }
footer { margin-top: 3rem; }

.figures, .changes { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: 1rem; }
figure, .changes > div { padding: 1.25rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); }
figcaption { margin-bottom: 1rem; font-weight: 650; }
.count, .number { font-weight: 650; }
.number { font-size: 1.5rem; }
summary { margin-top: .75rem; cursor: pointer; font-size: .875rem; }
.share { display: block; width: 11rem; max-width: 100%; margin: 0 auto; }
.share circle { fill: none; stroke: var(--line); stroke-width: 11; }
.share .arc { stroke: var(--guarded); }
.share text { fill: var(--ink); text-anchor: middle; }
.share .percent { font-size: 24px; font-weight: 650; }
.share .of { font-size: 11px; fill: var(--quiet); }
.stack { display: block; width: 100%; height: .75rem; margin-bottom: 1rem; border-radius: .375rem; }
.stack rect { fill: var(--state); stroke: var(--card); stroke-width: .5; }
.legend li, .bars li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: .1875rem 0; }
.bars .name { flex: 1 1 0; min-width: 0; }
.bars svg { flex: 0 0 100%; height: .375rem; border-radius: .1875rem; }
.bars rect { fill: var(--quiet); }

.badge { display: inline-flex; gap: .375em; color: var(--state); font-weight: 600; overflow-wrap: normal; }
.symbol { flex: 0 0 1em; text-align: center; }
.changes ul { margin-top: .75rem; font-size: .875rem; }
.changes li { padding: .5rem 0; border-top: 1px solid var(--line); }
.called { font-weight: 600; }

.controls { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem 1rem; margin-bottom: 1rem; }
.controls label { display: grid; gap: .25rem; font-size: .875rem; color: var(--quiet); }
.controls label:first-child { flex: 1 1 16rem; }
.controls p { flex: 0 1 auto; padding: .5rem 0; color: var(--quiet); font-size: .875rem; }
input, select {
  width: 100%; min-height: 2.5rem; padding: .375rem .75rem; border: 1px solid var(--quiet); border-radius: .5rem;
  background: var(--card); color: var(--ink); font: inherit; font-size: 1rem;
}
table { width: 100%; table-layout: fixed; border-collapse: collapse; border: 1px solid var(--line); background: var(--card); font-size: .9375rem; }
th, td { padding: .75rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; font-weight: 400; }
thead th { border-top: 0; color: var(--quiet); font-size: .875rem; white-space: nowrap; }
th button { padding: .25rem 0; border: 0; background: none; color: inherit; font: inherit; font-weight: 600; cursor: pointer; }
th button::after { content: "↕"; display: inline-block; width: 1.25em; text-align: center; opacity: .6; }
[aria-sort] button { color: var(--ink); }
[aria-sort] button::after { opacity: 1; }
[aria-sort="ascending"] button::after { content: "↑"; }
[aria-sort="descending"] button::after { content: "↓"; }
.called, .details, .remedy, .why { display: block; }
.details [title] { white-space: nowrap; }
.remedy, .fact { color: var(--quiet); }
.fact { font-size: .875rem; }
.fact:not(:last-child)::after { content: ","; }
.guardrail { font-weight: 600; }
.rule { display: inline-block; margin: 0 .25rem .25rem 0; padding: 0 .5rem; border: 1px solid var(--quiet); border-radius: 1rem; font-size: .8125rem; }
.letter { display: none; }
.why, .remedy { font-size: .875rem; }
.fix { margin-top: 1.5rem; }
.fix + .explanation { margin-top: .75rem; }
.fix pre { margin: .5rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); white-space: pre-wrap; }
.left { padding: 1rem 0; color: var(--quiet); }
.none { padding: 1.5rem 0; color: var(--quiet); }
#more, .copy {
  min-height: 2.5rem; margin-top: .5rem; padding: .375rem 1rem; border: 1px solid var(--quiet); border-radius: .5rem;
  background: var(--card); color: var(--ink); font: inherit; cursor: pointer;
}

@media screen and (width <= 60rem) {
  body { padding-top: 1.5rem; }
  section { margin-top: 1.5rem; }
  h2 { margin-bottom: .5rem; }
  .controls { gap: .5rem; margin-bottom: .5rem; }
  .controls label { flex: 1 1 8rem; }
  .controls label:first-child { flex: 1 1 100%; }
  .controls p { padding: 0; }
  table, tbody, tbody tr, tbody th, tbody td, thead { display: block; }
  table { border: 0; background: none; }
  thead tr { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin-bottom: .75rem; }
  thead th { padding: 0; }
  tbody tr { margin-bottom: .75rem; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); }
  tbody th, tbody td { padding: .125rem 0; border: 0; }
  tbody td:empty { display: none; }
}
@media screen and (width > 60rem) {
  thead th:nth-child(1) { width: 8.75rem; }
  thead th:nth-child(2) { width: 15.25rem; }
  thead th:nth-child(3) { width: 8rem; }
  thead th:nth-child(4) { width: 15.25rem; }
}
@page { margin: 12mm; }
@media print {
  body { max-width: none; padding: 0; background: none; font-size: 9pt; line-height: 1.35; }
  section, footer { margin-top: 1rem; }
  .plain li { padding: .25rem 0; }
  h1 { margin-bottom: .25rem; font-size: 16pt; }
  .spending { margin-bottom: .25rem; }
  .kicker, .where, .explanation, footer, .changes ul { font-size: inherit; }
  .figures { grid-template-columns: repeat(3, 1fr); }
  h2 { margin-bottom: .5rem; font-size: 12pt; }
  figure, .changes > div { padding: .5rem .75rem; }
  .share { width: 6rem; }
  .fix pre { padding: .5rem; font-size: 6.5pt; line-height: 1.2; }
  table { font-size: 6pt; line-height: 1.2; }
  table[role] *, .fix code { font-size: inherit; line-height: inherit; }
  th, td { padding: .5mm 1mm; }
  thead th:nth-child(1) { width: 10%; }
  thead th:nth-child(2) { width: 20%; }
  thead th:nth-child(3) { width: 12%; }
  thead th:nth-child(4) { width: 32%; }
  .rule { display: inline; margin: 0; padding: 0; border: 0; }
  .rule[data-letter] { font-size: 0; }
  .rule::after { content: attr(data-letter); font-size: 6pt; font-weight: 650; }
  .letter { display: inline; font-weight: 650; }
  .why, .remedy { display: inline; }
  tr, li, figure, [aria-labelledby="rules"] { break-inside: avoid; }
  .controls, #more, .copy, th button::after { display: none; }
}
`;
