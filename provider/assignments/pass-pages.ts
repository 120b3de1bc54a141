import { isDeepStrictEqual } from "node:util";
import { InconsistentListError } from "../listing/inconsistent-list";
import { type BeyondTotalError, hasTooMany, withinTotal } from "./beyond-total";
import type { Chain } from "./chain";
import type { Page, PageSource, ReadPage } from "./page";

/** How long, in milliseconds, before a total that lies low is looked at again. */
const mayLag = 1_000;

/** Asks for the pages of one pass. What they show has to be listed in the end, whether or not they turn out to be needed. */
export class PassPages {
  readonly #looks = new Set<Promise<Page>>();
  /** How many pages behind the first one were asked for. */
  #asked = 0;
  #failure: { readonly error: unknown } | undefined;
  #behind: { readonly total: number; readonly page: Promise<Page> } | undefined;

  constructor(
    readonly chain: Chain,
    readonly ask: ReadPage,
    readonly lookAhead: number,
    readonly rest: PageSource["rest"],
  ) {}

  async read(offset: number, isWanted = (): boolean => true): Promise<Page> {
    const page = await this.#ask(offset);
    if (isWanted()) this.chain.note(page);
    return page;
  }

  /** Asks for a page ahead of its turn. What it shows counts for nothing, unless somebody takes it then. */
  readAhead(offset: number): Promise<Page> {
    return this.#early(this.#ask(offset));
  }

  async #ask(offset: number): Promise<Page> {
    // It would be thrown in the end, after pages that nobody needs.
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#asked += 1;
    try {
      return withinTotal(await this.ask(offset, this.chain.limit));
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  /** Looks at the first position that was not looked at. */
  async readOn(): Promise<void> {
    const page = await this.read(this.chain.cover);
    if (!(await this.follow(page))) this.chain.append(page);
  }

  /**
   * Takes what follows the last row. Where that stands far on, pages span more than was asked for, or the service takes no
   * notice of the offset.
   */
  async follow(page: Page): Promise<boolean> {
    const { chain } = this;
    if (chain.isFarOn(page)) {
      const look = await this.#lookElsewhere(page);
      if (hasTooMany(look)) throw shownAgain();
      chain.note(look);
    }
    return chain.follow(page);
  }

  /**
   * Why a page does not fit the total. One answer may be another's by mistake: only where a third offset shows as much, no
   * other reading is needed.
   */
  async reasonOf(error: BeyondTotalError): Promise<InconsistentListError> {
    const { chain } = this;
    const { page } = error;
    // Offsets rounded down to a multiple of a page, for instance: then nothing tells where a page ends.
    const either = `${error.message}, or its pages begin before the offsets asked for`;
    const what = chain.showsListed(page) ? either : error.message;
    const unlessAgain = new InconsistentListError(what, "if it shows again");
    const isAgain = chain.isAgain(page);
    // A second reading that ends as soon takes no more requests than to look once more.
    if (!isAgain && page.total <= chain.limit && this.#asked < 2) return unlessAgain;
    // A count may lag behind the rows for a while.
    if (!(await this.rest(mayLag))) return unlessAgain;
    if (isAgain && hasTooMany(await this.#lookElsewhere(page))) return shownAgain("surely");
    const next = await this.ask(page.offset + 1, chain.limit);
    if (!hasTooMany(next) || next.total !== page.total) return unlessAgain;
    const isAlike = isDeepStrictEqual(next.rows[0], page.rows[0]);
    return new InconsistentListError(isAlike ? either : what, "surely");
  }

  /** From where there is room for one row less up to the total: a service without offsets shows them all the same. */
  #lookElsewhere({ rows, total }: Page): Promise<Page> {
    return this.ask(Math.max(0, total - rows.length + 1), this.chain.limit);
  }

  /** The page behind the total, asked for once a total: early, so that it costs no round trip of its own. */
  lookBehind(): Promise<Page> {
    const total = this.chain.highestTotal;
    if (this.#behind?.total !== total) {
      this.#behind = { total, page: this.#early(this.read(total)) };
    }
    return this.#behind.page;
  }

  /** Where the pass ends before it is awaited, it must not count as unhandled; awaited, it still throws. */
  #early(page: Promise<Page>): Promise<Page> {
    page.catch(() => undefined);
    this.#looks.add(page);
    return page;
  }

  /** What turned out not to be needed, a look or the page of a plan given up, must not have failed unnoticed. */
  async endLooks(): Promise<void> {
    await Promise.all(this.#looks);
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** Nobody who assigns many keys at once makes the very same page, with the same total, show at another offset. */
function shownAgain(lasts?: InconsistentListError["lasts"]): InconsistentListError {
  return new InconsistentListError("a page shows again what another offset showed", lasts);
}
