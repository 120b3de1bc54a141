import { inOrder } from "../listing/in-order";
import type { Chain } from "./chain";
import type { KeyAssignment } from "./contract";
import { indexOfRow, type Page } from "./page";
import type { PassPages } from "./pass-pages";
import { bridgeBetween, lastOf, measureWindow, offsetsFrom, strideOf } from "./window";

/** How often a joint is tried to be bridged where that brings no new row. */
const bridgesPerJoint = 2;

interface Joint {
  readonly page: Page;
  /** Laid already where the page does not show the last row of the one before: so bridges do not queue up. */
  readonly bridge: Page | undefined;
}

/** The pages planned from the first one to the total, several under way at once, each joined to the rows before it. */
export class Plan {
  #isMeasured = false;
  /** The last page of the first plan, as it was right behind the first one. */
  #ahead: Page | undefined;

  constructor(
    readonly chain: Chain,
    readonly pages: PassPages,
  ) {}

  async *readPages(): AsyncGenerator<readonly KeyAssignment[], void> {
    const { chain } = this;
    const { lookAhead } = this.pages;
    let stride = strideOf(chain.limit);
    let from = stride;
    const early = this.#lookEarly(lastOf(from, stride, chain.highestTotal));
    // Where an earlier page fails, nobody awaits it; awaited, it still throws.
    early?.catch(() => undefined);
    let atOnce = 1;
    yield chain.release();
    for (;;) {
      const offsets = offsetsFrom(from, stride, () => chain.highestTotal);
      let window: number | undefined;
      let isGivenUp = false;
      const joints = this.#joints(() => !isGivenUp);
      for await (const joint of inOrder(offsets, lookAhead, joints, atOnce)) {
        // A total that lies low is found out before anything is measured, and before the pages up to it are asked for.
        await early;
        window = await this.#join(await this.#inTurn(joint), stride);
        yield chain.release();
        if (window !== undefined) break;
      }
      if (window === undefined) return;
      // The pages asked for too far apart are let go: what they show is asked for anew.
      isGivenUp = true;
      atOnce = lookAhead;
      stride = strideOf(window);
      from = Math.max(chain.lastAt + 1, chain.cover - 1);
    }
  }

  /**
   * A total that lies low shows in the last planned page, or behind it. Either is asked for right behind the first page where
   * it will be needed anyway: the one behind the total where a page leaves out positions.
   */
  #lookEarly(last: number): Promise<void> | undefined {
    const { chain } = this;
    if (cameShort(chain.lastPage)) return this.#lookBehind();
    return last > strideOf(chain.limit) ? this.#readLast(last) : undefined;
  }

  async #lookBehind(): Promise<void> {
    await this.pages.lookBehind();
  }

  async #readLast(offset: number): Promise<void> {
    const page = await this.pages.readAhead(offset);
    this.#ahead = page;
    if (page.total === this.chain.total && cameShort(page)) await this.#lookBehind();
  }

  /** Joins a page that is none of the plan. */
  async join(page: Page): Promise<void> {
    await this.#join({ page, bridge: undefined }, this.chain.limit);
  }

  /** Reads pages of one plan; those that arrive after it was given up count for nothing. */
  #joints(isWanted: () => boolean): (offset: number) => Promise<Joint> {
    const { chain, pages } = this;
    let newest = Promise.resolve(chain.lastPage);
    let isShort = false;
    let isLastIn = false;
    return async (offset) => {
      const before = newest;
      const asked = this.#takeAhead(offset) ?? pages.read(offset, isWanted);
      newest = asked;
      const page = await asked;
      isLastIn ||= offset + strideOf(chain.limit) >= chain.highestTotal;
      isShort ||= cameShort(page);
      if (isLastIn && isShort && chain.isConfirmed && isWanted()) void pages.lookBehind();
      if (page === this.#ahead) return { page, bridge: undefined };
      const earlier = await before;
      const seam = earlier.rows.at(-1);
      const isHidden = seam !== undefined && page.rows.length > 0 && indexOfRow(page, seam) < 0;
      if (!isHidden || !chain.isConfirmed || !isWanted()) return { page, bridge: undefined };
      const at = bridgeBetween(earlier.offset, earlier.offset + earlier.rows.length - 1, offset);
      return { page, bridge: at < offset ? await pages.read(at, isWanted) : undefined };
    };
  }

  #takeAhead(offset: number): Promise<Page> | undefined {
    const ahead = this.#ahead;
    const mayCount = ahead?.offset === offset && ahead.total === this.chain.total;
    return mayCount ? Promise.resolve(ahead) : undefined;
  }

  /** What was asked for ahead counts where rows still stand as it showed them; else it is asked for anew. */
  async #inTurn(joint: Joint): Promise<Joint> {
    const { page } = joint;
    if (page !== this.#ahead) return joint;
    if (!this.chain.isStillFollowedBy(page)) return { ...joint, page: await this.pages.read(page.offset) };
    this.chain.note(page);
    return joint;
  }

  /**
   * Joins a page to the rows before it. Rows that come to light in between tell that pages span fewer positions than
   * they are apart: then it gives how many.
   */
  async #join({ page, bridge }: Joint, stride: number): Promise<number | undefined> {
    const { chain, pages } = this;
    let laid = bridge;
    let tries = bridgesPerJoint;
    let finds = 0;
    const before = chain.end;
    while (!(await pages.follow(page))) {
      const at = page.rows.length > 0 && tries > 0 ? chain.bridgeTo(page.offset) : undefined;
      if (at !== undefined) {
        const { count } = chain;
        const across = laid ?? (await pages.read(at));
        laid = undefined;
        tries -= 1;
        if ((await pages.follow(across)) && chain.count > count) {
          finds += 1;
          tries = bridgesPerJoint;
        }
      } else if (page.rows.length > 0 && !chain.isConfirmed && !this.#isMeasured) {
        const window = await this.#measure();
        if (window !== undefined && window <= stride) return window;
      } else if (chain.cover < page.offset) {
        await pages.readOn();
      } else {
        chain.append(page);
        break;
      }
    }
    chain.comeShortOf(page, before);
    if (finds === 0 && page.offset + stride > chain.cover) chain.isConfirmed = true;
    if (finds < 2) return undefined;
    const window = (this.#isMeasured ? undefined : await this.#measure()) ?? Math.ceil(stride / 2);
    return window <= stride ? window : undefined;
  }

  async #measure(): Promise<number | undefined> {
    const { chain } = this;
    this.#isMeasured = true;
    if (chain.last === undefined) return undefined;
    const window = await measureWindow((offset) => this.pages.read(offset), chain.last);
    if (window === undefined) return undefined;
    chain.isConfirmed = true;
    chain.span = Math.min(chain.span, window);
    return window;
  }
}

/** Whether positions up to the total are left out, as those of deleted keys are. */
function cameShort({ offset, limit, total, rows }: Page): boolean {
  return rows.length < Math.min(limit, total - offset);
}
