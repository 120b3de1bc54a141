import { InconsistentListError } from "../listing/inconsistent-list";
import { type BeyondTotalError, hasTooMany, withinTotal } from "./beyond-total";
import type { Chain } from "./chain";
import type { Page, ReadPage } from "./page";

/** Asks for the pages of one pass. What they show has to be listed in the end, whether or not they turn out to be needed. */
export class PassPages {
  readonly #early: Promise<Page>[] = [];
  /** Whether it is known that the service takes notice of the offset. */
  #keepsOffsets = false;
  #failure: { readonly error: unknown } | undefined;
  #behind: { readonly total: number; readonly page: Promise<Page> } | undefined;

  constructor(
    readonly chain: Chain,
    readonly ask: ReadPage,
    readonly lookAhead: number,
  ) {}

  async read(offset: number, isWanted = (): boolean => true): Promise<Page> {
    try {
      const page = withinTotal(await this.ask(offset, this.chain.limit));
      if (isWanted()) this.chain.note(page);
      return page;
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
   * Takes what follows the last row. Where that stands far on, or the page is the one before again, pages span more than was
   * asked for, or the service takes no notice of the offset.
   */
  async follow(page: Page): Promise<boolean> {
    const { chain } = this;
    const isAgain = !this.#keepsOffsets && chain.isAgain(page);
    if (isAgain || chain.isFarOn(page)) {
      const look = await this.#lookElsewhere(page);
      if (hasTooMany(look)) throw shownAgain(isAgain ? "surely" : undefined);
      this.#keepsOffsets = true;
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
    if (chain.isAgain(page) && hasTooMany(await this.#lookElsewhere(page))) return shownAgain("surely");
    // Offsets rounded down to a multiple of a page, for instance: then nothing tells where a page ends.
    return chain.beganTooEarly(page)
      ? new InconsistentListError("its pages begin before the offsets asked for", "if it shows again")
      : error;
  }

  /** From where there is room for one row less up to the total: a service without offsets shows them all the same. */
  #lookElsewhere({ rows, total }: Page): Promise<Page> {
    return this.ask(Math.max(0, total - rows.length + 1), this.chain.limit);
  }

  /** The page behind the total, asked for once a total: early, so that it costs no round trip of its own. */
  lookBehind(): Promise<Page> {
    const total = this.chain.highestTotal;
    if (this.#behind?.total !== total) {
      const page = this.read(total);
      // Where the pass ends before it is awaited, it must not count as unhandled; awaited, it still throws.
      page.catch(() => undefined);
      this.#early.push(page);
      this.#behind = { total, page };
    }
    return this.#behind.page;
  }

  /** What turned out not to be needed, a look or the page of a plan given up, must not have failed unnoticed. */
  async endLooks(): Promise<void> {
    await Promise.all(this.#early);
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** Nobody who assigns many keys at once makes the very same page, with the same total, show at another offset. */
function shownAgain(lasts: InconsistentListError["lasts"]): InconsistentListError {
  return new InconsistentListError("a page shows again what another offset showed", lasts);
}
