import { inOrder } from "../http/in-order";
import { Chain } from "./chain";
import type { KeyAssignment } from "./contract";
import { InconsistentListError, indexOfRow, type Page, type PageSource, type ReadPage } from "./page";
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
 * far before the total that it can. If rows are missing, a look at the position after the total must show nothing. It is
 * asked for beside the last pages where one before them came short already, so that it costs no round trip of its own.
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
 * @throws InconsistentListError when the list changed in a way that leaves rows uncertain
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
      if (page.total !== total)
        throw new InconsistentListError(`its total moved from ${total} to ${page.total}`);
      refuseExcess(page);
      return page;
    };
    const readBridge = (to: Page): Promise<Page> =>
      read(Math.max(0, to.offset - Math.floor(window / 2)), window);

    const chain = new Chain(window, total);
    chain.start(first);

    let look: Promise<Page> | undefined;
    const lookPastEnd = (): void => {
      look ??= read(total, window);
      // Where the pass ends before the look is awaited, it must not count as unhandled; awaited, it still throws.
      look.catch(() => undefined);
    };

    let newest = Promise.resolve(first);
    let short = isShort(first);
    let endAsked = false;
    /** A later page, and the bridge to it where it is already clear that one is needed: so bridges do not queue up. */
    const readJoint = async (offset: number): Promise<{ page: Page; bridge: Page | undefined }> => {
      const earlier = newest;
      newest = read(offset, window);
      endAsked ||= offset + window > total;
      const page = await newest;
      short ||= isShort(page);
      if (short && endAsked && chain.windowConfirmed) lookPastEnd();
      const seam = (await earlier).rows.at(-1);
      const hidden = seam !== undefined && page.rows.length > 0 && indexOfRow(page, seam) < 0;
      return { page, bridge: hidden && chain.windowConfirmed ? await readBridge(page) : undefined };
    };

    for await (const joint of inOrder(laterOffsets(total, window), source.lookAhead, readJoint)) {
      const { page } = joint;
      const row = page.rows.at(-1);
      // An empty page joins nothing and breaks nothing: the next page with rows must show the last row, or the tail must.
      if (row !== undefined && !chain.follow(page)) {
        if (!chain.windowConfirmed) {
          const measured = await measureWindow(read, { row, page });
          if (measured < window) return { kind: "clamped", window: measured };
          chain.confirmWindow();
        }
        const bridged =
          chain.last !== undefined &&
          chain.follow(joint.bridge ?? (await readBridge(page))) &&
          chain.follow(page);
        if (!bridged) chain.appendUnlinked(page);
      }
      if (chain.windowConfirmed) yield chain.release();
    }

    // Decided before the tail page: rows it adds to make up the number may stand beyond a total that lies low.
    if (chain.count < total) lookPastEnd();
    if (!chain.reachesEnd) {
      const tail =
        chain.last === undefined ? undefined : await read(Math.max(0, total - chain.mostRows), window);
      if (tail === undefined || !chain.follow(tail)) {
        if (!chain.windowConfirmed) {
          // Only the first page showed rows, if any did: reaching past the total is all it has to do.
          const measured = chain.last === undefined ? 1 : await measureWindow(read, chain.last);
          if (measured < Math.min(window, total)) return { kind: "clamped", window: measured };
        }
        if (tail !== undefined && tail.rows.length > 0)
          throw new InconsistentListError("it has rows after its last page");
        chain.markEndUnlinked();
      }
    }
    await look;
    yield chain.release();
    return { kind: "whole", chain };
  } finally {
    cancel.abort();
  }
}

/** Whether a page shows fewer rows than there are positions from its offset to the total, or to its own end. */
function isShort({ rows, offset, limit, total }: Page): boolean {
  return rows.length < Math.min(limit, total - offset);
}

/** A page from `offset` on has room for the rows up to the total. More, and the total is not the list's: it lies or is old. */
function refuseExcess({ rows, offset, total }: Page): void {
  if (rows.length > Math.max(0, total - offset))
    throw new InconsistentListError(`it has rows beyond its total of ${total}`);
}
