const firstBatch = 4;
/** A list of 10,000 rows takes six round trips by it, one more than with all the concurrency allowed from the start. */
const batchGrowth = 2.5;

/** Tries that are answered before others start: how many may still start, and how many are not answered yet. */
export interface Batch {
  toStart: number;
  underWay: number;
}

/**
 * How many tries may be under way at once. They start in batches, of four at first, each 2.5 times the one before, as long
 * as the service keeps up. A batch is answered before the next one starts, so that a service that turns some away has not
 * been sent the next batch as well. On trouble half as many, and from then on one more now and then.
 */
export class Concurrency {
  readonly #most: () => number;
  #underWay = 0;
  #allowed = firstBatch;
  /** Undefined once as many as allowed may simply be under way. */
  #batch: Batch | undefined;
  #answered = 0;

  /** @param most it may fall meanwhile, and never rises */
  constructor(most: () => number) {
    this.#most = most;
    if (firstBatch < most()) this.#batch = batchOf(firstBatch);
  }

  get isFull(): boolean {
    return this.#batch?.toStart === 0 || this.#underWay >= Math.min(this.#allowed, this.#most());
  }

  /** @returns the batch that the try belongs to */
  start(): Batch | undefined {
    this.#underWay += 1;
    if (this.#batch !== undefined) {
      this.#batch.toStart -= 1;
      this.#batch.underWay += 1;
    }
    return this.#batch;
  }

  /** A try was answered well. */
  keptUp(batch: Batch | undefined): void {
    if (batch !== undefined || this.#batch !== undefined) return;
    this.#answered += 1;
    if (this.#answered < this.#allowed) return;
    this.#answered = 0;
    this.#allowed = Math.min(this.#allowed + 1, this.#most());
  }

  slowDown(): void {
    this.#allowed = Math.max(1, Math.floor(this.#allowed / 2));
    this.#batch = undefined;
    this.#answered = 0;
  }

  /** The next try goes alone; the others follow when it is answered. */
  sendOneAhead(): void {
    this.#batch = batchOf(1);
  }

  /** @param mayGrow whether the next batch may be larger */
  end(batch: Batch | undefined, mayGrow: boolean): void {
    this.#underWay -= 1;
    if (batch === undefined) return;
    batch.underWay -= 1;
    if (batch === this.#batch && batch.toStart + batch.underWay === 0) this.#nextBatch(mayGrow);
  }

  #nextBatch(mayGrow: boolean): void {
    if (!mayGrow) {
      this.#batch = undefined;
      return;
    }
    const next = Math.floor(this.#allowed * batchGrowth);
    const most = this.#most();
    this.#batch = next < most ? batchOf(next) : undefined;
    this.#allowed = Math.min(next, most);
  }
}

function batchOf(size: number): Batch {
  return { toStart: size, underWay: 0 };
}
