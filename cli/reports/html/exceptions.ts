import type { CheckReport } from "../check-report";
import { type CheckedKey, describeExceptions } from "../checked-key";
import { type Markup, markup, nothing } from "../markup";
import { dollars, identity, sentence } from "./key-row";

/** Whether nothing limits what a key spends, and it does spend: neither a guardrail nor a limit of its own. */
export function isSpending({ state, limitUsd, usageMonthUsd }: CheckedKey): boolean {
  return state === "unguarded" && limitUsd === null && (usageMonthUsd ?? 0) > 0;
}

/** What is spent without a limit, where that is known: one sentence above everything else. */
export function spending({ keys: { failing } }: CheckReport): Markup {
  const open = failing.filter(isSpending);
  if (open.length === 0) return nothing;
  const sum = open.reduce((total, { usageMonthUsd }) => total + (usageMonthUsd ?? 0), 0);
  const who = open.length === 1 ? "1 key spends" : `${open.length} keys spend`;
  return markup`<p class="spending">${who} without a limit: ${dollars(sum)} this month, under no guardrail and no limit of ${open.length === 1 ? "its" : "their"} own.</p>\n`;
}

/** The waived and the exempt keys: waivers with who answers for them, the first to end first, then exemptions. */
export function exceptionsSection(report: CheckReport): Markup {
  const excepted = report.keys.withExceptions;
  if (excepted.length === 0) return nothing;
  const end = ({ verdicts }: CheckedKey): string =>
    verdicts.flatMap(({ waiver }) => waiver?.expires ?? []).toSorted()[0] ?? "9999";
  const items = excepted
    .toSorted((one, other) => (end(one) < end(other) ? -1 : 1))
    .map(
      (checked) =>
        markup`<li>${identity(checked.key)} <span class="why">${sentence(describeExceptions(checked))}</span></li>\n`,
    );
  return markup`<section aria-labelledby="exceptions">
<h2 id="exceptions">Waived or exempt</h2>
<ul class="plain">
${items}</ul>
</section>
`;
}
