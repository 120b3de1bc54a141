import { inOrder } from "../listing/in-order";
import { InconsistentListError } from "../listing/inconsistent-list";
import { bridgeBetween, Chain } from "./chain";
import type { KeyAssignment } from "./contract";
import { indexOfRow, type Page, type PageSource } from "./page";
import { measureWindow, offsetsFrom, strideOf, windowsFor } from "./window";

/** How often a joint is tried to be bridged where that brings no new row. */
const bridgesPerJoint = 2;
/** How often pages that turn out shorter are planned for; after that they are read one after the other. */
const mostPlans = 6;
/** How far behind a total a list of which no row shows is looked for, in pages. */
const looksForAnyRow = 10;
/** How often a list that grows at its end is followed. */
const mostGrowths = 10;

/**
 * Reads the list once: windows that overlap by one position, each joined to the rows before it, and the end
 * (docs/how-it-reads.md). Gives out each row once, in the service's order.
 * @throws InconsistentListError when the list changed in a way that leaves rows uncertain
 */
export async function* readPass(
  source: PageSource,
  limit: number,
): AsyncGenerator<readonly KeyAssignment[], Chain> {
  const cancel = new AbortController();
  let chain: Chain | undefined;
  try {
    const ask = source.open(cancel.signal);
    const first = withinTotal(await ask(0, limit));
    source.checkPlan(first.total, windowsFor(first.total, limit) - 1);
    chain = new Chain(limit, first);
    const pass = new Pass(chain, ask, source.lookAhead);
    yield* pass.readWindows();
    await pass.readEnd();
    await pass.endLooks();
    yield chain.release();
    chain.check();
    return chain;
  } catch (error) {
    if (error instanceof BeyondTotalError && chain?.beganTooEarly(error.page) === true) throw beganTooEarly();
    throw error;
  } finally {
    cancel.abort();
  }
}

interface Joint {
  readonly page: Page;
  /** Laid already where the page does not show the last row of the one before: so bridges do not queue up. */
  readonly bridge: Page | undefined;
}

class Pass {
  readonly #ask: (offset: number, limit: number) => Promise<Page>;
  readonly #lookAhead: number;
  #plan = 0;
  #isMeasured = false;
  readonly #looks: Promise<Page>[] = [];
  #failure: { readonly error: unknown } | undefined;
  #behind: { readonly total: number; readonly page: Promise<Page> } | undefined;

  constructor(
    readonly chain: Chain,
    ask: (offset: number, limit: number) => Promise<Page>,
    lookAhead: number,
  ) {
    this.#ask = ask;
    this.#lookAhead = lookAhead;
  }

  async *readWindows(): AsyncGenerator<readonly KeyAssignment[], void> {
    const { chain } = this;
    let stride = strideOf(chain.limit);
    let from = stride;
    for (;;) {
      const offsets = offsetsFrom(from, stride, () => chain.highestTotal);
      let window: number | undefined;
      for await (const joint of inOrder(offsets, this.#lookAhead, this.#joints())) {
        window = await this.#join(joint, stride);
        yield chain.release();
        if (window !== undefined) break;
      }
      if (window === undefined) return;
      // The pages asked for too far apart are let go: what they show is asked for anew.
      this.#plan += 1;
      stride = strideOf(window);
      from = Math.max(chain.lastAt + 1, chain.cover - 1);
    }
  }

  /** Proves that nothing stands behind the last row. */
  async readEnd(): Promise<void> {
    const { chain } = this;
    // There is no position behind a total of nothing to look at.
    if (chain.highestTotal === 0) return this.#lookForAnyRow(0, 1);
    for (let growths = 0; growths < mostGrowths; growths += 1) {
      if (!chain.reachesEnd) void this.#lookBehind();
      await this.#reachTotal();
      if (!this.#mustLookBehind()) return;
      const total = chain.highestTotal;
      const behind = await this.#lookBehind();
      if (behind.rows.length === 0) {
        if (chain.highestTotal > total) continue;
        if (chain.count === 0) await this.#lookForAnyRow(total, looksForAnyRow);
        return;
      }
      await this.#join({ page: behind, bridge: undefined }, chain.limit);
    }
    throw new InconsistentListError("it keeps growing at its end");
  }

  /** What turned out not to be needed, a look or the page of a plan given up, must not have failed unnoticed. */
  async endLooks(): Promise<void> {
    await Promise.all(this.#looks);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** Where rows are missing, where the total may be one page's, and where no page reached past it. */
  #mustLookBehind(): boolean {
    const { chain } = this;
    const total = chain.highestTotal;
    if (chain.totalMoved || chain.count < total) return true;
    // What one page has room for may be what that page shows.
    if (total < chain.limit) return true;
    const asFarAsAsked = (chain.last?.page.offset ?? 0) + chain.limit;
    return (chain.isConfirmed ? asFarAsAsked : chain.cover) <= total;
  }

  /** The page behind the total, asked for once a total: early, so that it costs no round trip of its own. */
  #lookBehind(): Promise<Page> {
    const total = this.chain.highestTotal;
    if (this.#behind?.total !== total) {
      const page = this.#read(total);
      // Where the pass ends before it is awaited, it must not count as unhandled; awaited, it still throws.
      page.catch(() => undefined);
      this.#looks.push(page);
      this.#behind = { total, page };
    }
    return this.#behind.page;
  }

  /** Reads one page. What it shows has to be listed in the end. */
  async #read(offset: number): Promise<Page> {
    const page = await this.#answer(offset);
    this.chain.note(page);
    return page;
  }

  async #answer(offset: number): Promise<Page> {
    try {
      return withinTotal(await this.#ask(offset, this.chain.limit));
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    }
  }

  /** Looks at the first position that was not looked at. */
  async #readOn(): Promise<void> {
    const page = await this.#read(this.chain.cover);
    if (!(await this.#follow(page))) this.chain.append(page);
  }

  /**
   * Takes what follows the last row. Where it stands far on, the page is looked at from where it has room for one row less
   * up to the total: a service that takes no notice of the offset shows them all the same.
   */
  async #follow(page: Page): Promise<boolean> {
    const { chain } = this;
    if (chain.isFarOn(page)) {
      const look = await this.#ask(page.total - page.rows.length + 1, chain.limit);
      if (hasTooMany(look)) throw chain.shownAgain(page);
      chain.note(look);
    }
    return chain.follow(page);
  }

  /** Reads pages of one plan; those that arrive after it was given up count for nothing. */
  #joints(): (offset: number) => Promise<Joint> {
    const plan = this.#plan;
    const { chain } = this;
    let newest = Promise.resolve(chain.last?.page);
    let cameShort = false;
    let lastAsked = false;
    const read = async (offset: number): Promise<Page> => {
      const page = await this.#answer(offset);
      if (plan === this.#plan) chain.note(page);
      return page;
    };
    return async (offset) => {
      const before = newest;
      const asked = read(offset);
      newest = asked;
      lastAsked ||= offset + strideOf(chain.limit) >= chain.highestTotal;
      const page = await asked;
      cameShort ||= page.rows.length < Math.min(chain.limit, page.total - offset);
      if (lastAsked && cameShort && chain.isConfirmed && plan === this.#plan) void this.#lookBehind();
      const earlier = await before;
      const seam = earlier?.rows.at(-1);
      const isHidden = seam !== undefined && page.rows.length > 0 && indexOfRow(page, seam) < 0;
      if (earlier === undefined || !isHidden || !chain.isConfirmed || plan !== this.#plan)
        return { page, bridge: undefined };
      const at = bridgeBetween(earlier.offset, earlier.offset + earlier.rows.length - 1, offset);
      return { page, bridge: at < offset ? await read(at) : undefined };
    };
  }

  /**
   * Joins a page to the rows before it. Rows that come to light in between tell that pages span fewer positions than
   * they are apart: then it gives how many.
   */
  async #join({ page, bridge }: Joint, stride: number): Promise<number | undefined> {
    const { chain } = this;
    let laid = bridge;
    let tries = bridgesPerJoint;
    let finds = 0;
    const before = chain.end;
    while (!(await this.#follow(page))) {
      const at = page.rows.length > 0 && tries > 0 ? chain.bridgeTo(page.offset) : undefined;
      if (laid !== undefined || at !== undefined) {
        const { count } = chain;
        const across: Page = laid ?? (await this.#read(at ?? 0));
        laid = undefined;
        tries -= 1;
        if ((await this.#follow(across)) && chain.count > count) {
          finds += 1;
          tries = bridgesPerJoint;
        }
      } else if (page.rows.length > 0 && !chain.isConfirmed && !this.#isMeasured) {
        const window = await this.#measure();
        if (window !== undefined && window <= stride) return window;
      } else if (chain.cover < page.offset) {
        await this.#readOn();
      } else {
        chain.append(page);
        break;
      }
    }
    chain.comeShortOf(page, before);
    if (finds === 0 && page.offset + stride > chain.cover) chain.isConfirmed = true;
    if (finds < 2 || this.#plan >= mostPlans) return undefined;
    const window = (this.#isMeasured ? undefined : await this.#measure()) ?? Math.ceil(stride / 2);
    return window <= stride ? window : undefined;
  }

  async #measure(): Promise<number | undefined> {
    const { chain } = this;
    this.#isMeasured = true;
    if (chain.last === undefined) return undefined;
    const window = await measureWindow((offset) => this.#read(offset), chain.last);
    if (window === undefined) return undefined;
    chain.isConfirmed = true;
    chain.span = Math.min(chain.span, window);
    return window;
  }

  /** One response that shows the last row and reaches the total proves the end; of several, each made at another moment, none does. */
  async #reachTotal(): Promise<void> {
    const { chain } = this;
    const asked = new Set<number>();
    while (!chain.reachesEnd) {
      const at = chain.mayShowLast().find((offset) => !asked.has(offset));
      if (at !== undefined) {
        asked.add(at);
        const { count } = chain;
        const page = await this.#read(at);
        if (!(await this.#follow(page))) chain.comeShort(page);
        // What did not show the last row may show the next one.
        if (chain.count > count) asked.clear();
      } else if (chain.cover < chain.highestTotal) {
        await this.#readOn();
      } else {
        chain.markEndUnlinked();
        return;
      }
    }
  }

  /** A total of nothing but deleted keys looks like one that counts living rows only: then rows stand behind it. */
  async #lookForAnyRow(total: number, looks: number): Promise<void> {
    const offsets = Array.from({ length: looks }, (_, look) => total + (look + 1) * this.chain.span);
    for await (const page of inOrder(offsets, this.#lookAhead, (offset) => this.#read(offset))) {
      if (page.rows.length > 0) throw new BeyondTotalError(total, page);
    }
  }
}

/** A page from `offset` on has room for the rows up to the total. More, and the total is not the list's: it lies or is old. */
function withinTotal(page: Page): Page {
  if (hasTooMany(page)) throw new BeyondTotalError(page.total, page);
  return page;
}

function hasTooMany({ offset, rows, total }: Page): boolean {
  return rows.length > Math.max(0, total - offset);
}

class BeyondTotalError extends InconsistentListError {
  constructor(
    total: number,
    readonly page: Page,
  ) {
    super(`it has rows beyond its total of ${total}`, "if it shows again");
  }
}

/** Offsets rounded down to a multiple of a page, for instance: then nothing tells where a page ends. */
function beganTooEarly(): InconsistentListError {
  return new InconsistentListError("its pages begin before the offsets asked for", "if it shows again");
}
