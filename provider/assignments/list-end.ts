import { inOrder } from "../listing/in-order";
import { InconsistentListError, lastRowGone, reachOfLongPages } from "../listing/inconsistent-list";
import { BeyondTotalError } from "./beyond-total";
import type { Chain } from "./chain";
import type { Page } from "./page";
import type { PassPages } from "./pass-pages";

/** How far behind a total a list of which no row shows is looked for, in pages. */
const looksForAnyRow = 10;
/** How many of these pages are asked for before the first is looked at: most such totals show by then. */
const looksAtFirst = 2;
/** How often a list that grows at its end is followed. */
const mostGrowths = 10;

/**
 * Proves that nothing stands behind the last row.
 * @param join takes what came behind it meanwhile
 */
export async function readEnd(
  chain: Chain,
  pages: PassPages,
  join: (page: Page) => Promise<unknown>,
): Promise<void> {
  // There is no position behind a total of nothing to look at.
  if (chain.highestTotal === 0) await lookForAnyRow(chain, pages, 0, 1);
  // Nor is there a list, unless that look was answered by somebody who knows of one.
  if (chain.highestTotal === 0) return;
  for (let growths = 0; growths < mostGrowths; growths += 1) {
    await reachTotal(chain, pages);
    if (!mustLookBehind(chain)) return;
    const total = chain.highestTotal;
    const behind = await pages.lookBehind();
    if (behind.rows.length === 0) {
      if (chain.highestTotal > total) continue;
      if (chain.count === 0) await lookForAnyRow(chain, pages, total, looksForAnyRow);
      return;
    }
    await join(behind);
  }
  // A list that does has more rows in the next reading.
  const { count, last } = chain;
  throw new InconsistentListError(
    "it keeps growing at its end",
    "if it shows elsewhere",
    `${count} ${last?.row.id}`,
  );
}

/** Where rows are missing, where the total may be one page's, and where no page reached past it. */
function mustLookBehind(chain: Chain): boolean {
  const total = chain.highestTotal;
  if (chain.totalMoved || chain.count < total) return true;
  // What one page has room for may be what that page shows.
  if (total < chain.limit) return true;
  const asFarAsAsked = chain.lastPage.offset + chain.limit;
  return (chain.isConfirmed ? asFarAsAsked : chain.cover) <= total;
}

/** One response that shows the last row and reaches the total proves the end; of several, each made at another moment, none does. */
async function reachTotal(chain: Chain, pages: PassPages): Promise<void> {
  if (chain.reachesEnd) return;
  const behind = pages.lookBehind();
  const asked = new Set<number>();
  for (let isFirst = true; !chain.reachesEnd; isFirst = false) {
    // What shows behind the total may tell that all further pages are in vain.
    if (!isFirst) await behind;
    const at = chain.mayShowLast().find((offset) => !asked.has(offset));
    if (at !== undefined) {
      asked.add(at);
      const { count } = chain;
      const page = await pages.read(at);
      if (!(await pages.follow(page))) chain.comeShort(page);
      // What did not show the last row may show the next one.
      if (chain.count > count) asked.clear();
    } else if (chain.cover < chain.highestTotal) {
      await pages.readOn();
    } else if (await findsMore(chain, pages)) {
      asked.clear();
    } else {
      chain.markEndUnlinked();
      return;
    }
  }
}

/**
 * A list that is cut off at an offset shows a row, and from where that row stands on nothing. In one at rest the last row
 * shows in a page from its place on.
 * @returns whether others came to light behind it
 * @throws InconsistentListError where it does not show: it was deleted just then, or rows are kept back
 */
async function findsMore(chain: Chain, pages: PassPages): Promise<boolean> {
  const { count } = chain;
  const farthest = chain.lastAtMost + reachOfLongPages * chain.limit;
  for (let at = chain.lastFrom; !chain.isLastConfirmed; ) {
    if (at > farthest) throw lastRowGone(chain.last?.row.id);
    const doesShow = await pages.follow(await pages.read(at));
    if (chain.count > count) return true;
    at = doesShow ? chain.lastFrom : at + chain.span;
  }
  return false;
}

/** A total of nothing but deleted keys looks like one that counts living rows only: then rows stand behind it. */
async function lookForAnyRow(chain: Chain, pages: PassPages, total: number, looks: number): Promise<void> {
  const offsets = Array.from({ length: looks }, (_, look) => total + (look + 1) * chain.span);
  for await (const page of inOrder(offsets, pages.lookAhead, (offset) => pages.read(offset), looksAtFirst)) {
    if (page.rows.length > 0) throw new BeyondTotalError(total, page);
  }
}
