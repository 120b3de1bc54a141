import { GuardrailsError } from "../errors";
import { RefusedPageError } from "./inconsistent-list";

const beyondTheEnd: readonly number[] = [400, 404, 416];

/** What a list's pages say of its end. */
interface Ends<Page> {
  /** Up to where rows stand by what this page says, and the pages before it said: before that an error is no end. */
  reachOf(page: Page, before: number): number;
  /**
   * Whether that is no more than claimed: then a page from as far on as was claimed when it was asked for is one of the end,
   * whatever other answers claim meanwhile.
   */
  readonly isClaim: boolean;
  /** @param latest the page answered last */
  emptyAt(offset: number, latest: Page): Page;
}

/**
 * Some services answer an offset beyond the end with an error: taken for the empty page that others send. Before the end,
 * or of a first page, it stays an error.
 * @throws RefusedPageError where a page before the end is refused so
 */
export function endingEmpty<Page, Rest extends readonly unknown[]>(
  read: (offset: number, ...rest: Rest) => Promise<Page>,
  { reachOf, isClaim, emptyAt }: Ends<Page>,
): (offset: number, ...rest: Rest) => Promise<Page> {
  let latest: Page | undefined;
  let furthest: Page | undefined;
  let reach = 0;
  return async (offset, ...rest) => {
    const asked = reach;
    try {
      latest = await read(offset, ...rest);
      const before = reach;
      reach = reachOf(latest, before);
      if (reach > before) furthest = latest;
      return latest;
    } catch (error) {
      if (!(error instanceof GuardrailsError) || latest === undefined) throw error;
      if (!beyondTheEnd.includes(error.status ?? 0)) throw error;
      const owed = isClaim ? Math.min(asked, reach) : reach;
      if (offset < owed) throw new RefusedPageError(offset, error, furthest);
      return emptyAt(offset, latest);
    }
  };
}
