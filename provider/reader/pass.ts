import type { KeyAssignment } from "../contract";
import { Chain } from "./chain";
import { inOrder } from "./in-order";
import { Doubt, indexOfRow, type Page, type PageSource, type ReadPage } from "./page";
import { laterOffsets, measureWindow, windowsFor } from "./window";

/*
 * One pass over the list, and what is known after each response.
 *
 * Windows of `window` positions follow each other, overlapping by one: 0, 99, 198, … In a list at rest the one position
 * that two neighbours share, the seam, chains them (chain.ts). A deleted key can hide the seam: then a *bridge*, a window
 * laid across the joint, is asked to show both sides. A run of deleted keys longer than half a window may not be bridged,
 * and one at the very start cannot: the pass is then *unchained*, and the caller reads again until two agree.
 *
 * The end is the end when one page shows the last row and surely reaches the total: a page of so many rows proves that
 * the service serves at least so many positions. Where the last window cannot prove that, a *tail* page is read from so
 * far before the total that it can. If rows are missing, a look at the position after the total must show nothing.
 *
 * Before that, the service counts as serving the whole window when a page came full, when a seam showed (one row in two
 * windows a stride apart), or by measuring it: enough to go on, though shifting rows can feign the latter two. Until
 * then no row is given out: a service that quietly cuts the limit is read anew with its real window.
 */

export type PassEnd =
  | { readonly kind: "whole"; readonly chain: Chain }
  /** The service serves at least this many positions per page, fewer than asked for. No row was given out. */
  | { readonly kind: "clamped"; readonly window: number };

/**
 * Reads the list once, in windows of that many positions. Gives out each row once, in the service's order.
 * @throws Doubt when the list changed in a way that leaves rows uncertain
 */
export async function* readPass(
  source: PageSource,
  window: number,
): AsyncGenerator<readonly KeyAssignment[], PassEnd> {
  const cancel = new AbortController();
  try {
    const readAny = source.open(cancel.signal);
    const first = await readAny(0, window);
    const { total } = first;
    source.checkPlan(total, windowsFor(total, window) - 1);
    refuseExcess(first);
    const read: ReadPage = async (offset, limit) => {
      const page = await readAny(offset, limit);
      if (page.total !== total) throw new Doubt(`its total moved from ${total} to ${page.total}`);
      refuseExcess(page);
      return page;
    };
    const readBridge = (to: Page): Promise<Page> =>
      read(Math.max(0, to.offset - Math.floor(window / 2)), window);

    const chain = new Chain(window, total);
    chain.start(first);

    let newest = Promise.resolve(first);
    /** A later page, and the bridge to it where it is already clear that one is needed: so bridges do not queue up. */
    const readJoint = async (offset: number): Promise<{ page: Page; bridge: Page | undefined }> => {
      const earlier = newest;
      newest = read(offset, window);
      const page = await newest;
      const seam = (await earlier).rows.at(-1);
      const hidden = seam !== undefined && page.rows.length > 0 && indexOfRow(page, seam) < 0;
      return { page, bridge: hidden && chain.honoured ? await readBridge(page) : undefined };
    };

    for await (const joint of inOrder(laterOffsets(total, window), source.lookAhead, readJoint)) {
      const { page } = joint;
      // An empty page joins nothing and breaks nothing: the next page with rows must show the last row, or the tail must.
      if (page.rows.length > 0 && !chain.follow(page)) {
        if (!chain.honoured) {
          const measured = await measureWindow(read, page);
          if (measured < window) return { kind: "clamped", window: measured };
          chain.confirmWindow();
        }
        const bridge = chain.last === undefined ? undefined : (joint.bridge ?? (await readBridge(page)));
        if (bridge === undefined || !chain.follow(bridge) || !chain.follow(page)) chain.breakAt(page);
      }
      if (chain.honoured) yield chain.release();
    }

    // Decided before the tail page: rows it adds to make up the number may stand beyond a total that lies low.
    const missing = chain.count < total;
    if (!chain.reachesEnd) {
      const tail =
        chain.last === undefined ? undefined : await read(Math.max(0, total - chain.mostRows), window);
      if (tail === undefined || !chain.follow(tail)) {
        if (!chain.honoured) {
          // Only the first page showed rows, if any did: reaching past the total is all it has to do.
          const measured = chain.last === undefined ? 1 : await measureWindow(read, chain.last.page);
          if (measured < Math.min(window, total)) return { kind: "clamped", window: measured };
        }
        if (tail !== undefined && tail.rows.length > 0) throw new Doubt("it has rows after its last page");
        chain.breakOff();
      }
    }
    if (missing) await read(total, window);
    yield chain.release();
    return { kind: "whole", chain };
  } finally {
    cancel.abort();
  }
}

/** A page from `offset` on has room for the rows up to the total. More, and the total is not the list's: it lies or is old. */
function refuseExcess({ rows, offset, total }: Page): void {
  if (rows.length > Math.max(0, total - offset)) throw new Doubt(`it has rows beyond its total of ${total}`);
}
