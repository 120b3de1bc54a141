import type { CheckReport } from "../check-report";
import type { CheckedKey } from "../checked-key";
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

/** The keys that pass by exception: waivers with who answers for them, the first to end first, then exemptions. */
export function exceptionsSection(report: CheckReport): Markup {
  const waived = report.keys.waived.map((checked) => {
    const verdict = checked.verdicts.find(({ state }) => state === "waived");
    return { checked, waiver: verdict?.waiver, reason: verdict?.reason ?? "" };
  });
  if (waived.length === 0) return nothing;
  const end = ({ waiver }: (typeof waived)[number]): string => waiver?.expires ?? "9999";
  const items = waived
    .toSorted((one, other) => (end(one) < end(other) ? -1 : 1))
    .map(({ checked, waiver, reason }) => {
      const said =
        waiver === undefined
          ? sentence(reason)
          : `until ${waiver.expires}, ${waiver.owner}: ${waiver.reason}`;
      return markup`<li>${identity(checked.key)} <span class="why">${said}</span></li>\n`;
    });
  return markup`<section aria-labelledby="exceptions">
<h2 id="exceptions">By exception</h2>
<ul class="plain">
${items}</ul>
</section>
`;
}
