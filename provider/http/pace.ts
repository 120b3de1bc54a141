import { addAbortListener } from "node:events";
import type { Clock } from "../clock";
import { AttemptFailed, type Failure, noTimeLeft } from "./failure";
import type { ReadScope } from "./read-scope";

/*
 * When tries may start, for all lists of one account together. Three things hold them back:
 * - So many at once. They start in batches, of four at first, each 2.5 times the one before, as long as the service keeps
 *   up. A batch is answered before the next one starts, so that a service that turns some away has not been sent the next
 *   batch as well. On trouble half as many, and from then on one more now and then.
 * - A pause for all, as long as the service asks for when it turns a try away (429, or `Retry-After`). The first try after
 *   it goes alone.
 * - So many in a stretch of time: as many as were answered in the one that ended by such a pause. Where a service allows ten
 *   requests a second, fewer at once do not help: one after the other they may still be too many.
 */

/** A time between two pauses, and how many tries were started and answered well in it. */
interface Stretch {
  /** When the first of them was started. */
  from: number;
  started: number;
  answered: number;
}

/** What the service was seen to allow in that many milliseconds: as many as it answered in `seen`, and a few more. */
interface Allowance {
  readonly seen: Stretch;
  /** Half of what it was seen to allow before: others who read the same account may have taken the rest. */
  readonly least: number;
  readonly milliseconds: number;
  /** In how many stretches in a row all of them were answered. */
  kept: number;
  more: number;
}

/** Tries that are answered before others start: how many may still start, and how many are not answered yet. */
interface Batch {
  toStart: number;
  underWay: number;
}

/** A try that was started. */
interface Turn {
  readonly stretch: Stretch;
  readonly batch: Batch | undefined;
}

const firstBatch = 4;
/** A list of 10,000 rows takes six round trips by it, one more than with all the concurrency allowed from the start. */
const batchGrowth = 2.5;
/** The pause where the service names none, doubled each time it turns one away again, in milliseconds. */
const firstPause = 250;
const longestPause = 8_000;
/** Several readers turned away at once must not come back at once: so much of the pause, at the most, is added by chance. */
const jitter = 0.25;
const longestJitter = 1_000;
/** For so many stretches no more is tried than the service was seen to allow; then one more with each of them. */
const patientStretches = 4;

export class Pace {
  readonly #maxConcurrency: () => number;
  readonly #clock: Clock;
  /** Those that wait for others to be answered. */
  #waiting: (() => void)[] = [];
  #underWay = 0;
  #allowed = firstBatch;
  /** Undefined once as many as allowed may simply be under way. */
  #batch: Batch | undefined;
  #answered = 0;
  #stretch: Stretch = { from: 0, started: 0, answered: 0 };
  #allowance: Allowance | undefined;
  #pause: { readonly failure: Failure; readonly until: number } | undefined;
  #pauses = 0;
  /** Drawn for each pause once: the longest of many draws would bring several readers back together after all. */
  #chance = 0;

  /** @param maxConcurrency the most that may be under way; it may fall while requests are made, and never rises */
  constructor(maxConcurrency: () => number, clock: Clock) {
    this.#maxConcurrency = maxConcurrency;
    this.#clock = clock;
    if (firstBatch < maxConcurrency()) this.#batch = batchOf(firstBatch);
  }

  /**
   * Makes one try as soon as it may start.
   * @throws AttemptFailed by itself where the read has less time left than a pause takes
   */
  async run<Result>(scope: ReadScope, attempt: () => Promise<Result>): Promise<Result> {
    const turn = await this.#turn(scope);
    try {
      const result = await attempt();
      this.#keptUp(turn);
      return result;
    } catch (error) {
      if (error instanceof AttemptFailed) this.#failed(turn, error.failure);
      throw error;
    } finally {
      this.#end(turn);
    }
  }

  async #turn(scope: ReadScope): Promise<Turn> {
    for (;;) {
      // A read that has ended while this one waited must not start it.
      scope.signal.throwIfAborted();
      const wait = this.#wait();
      if (wait !== undefined) await pauseWithin(scope, this.#clock, wait);
      else if (this.#isFull()) await this.#nextAnswer(scope.signal);
      else return this.#start();
    }
  }

  #start(): Turn {
    this.#underWay += 1;
    if (this.#stretch.started === 0) this.#stretch.from = this.#clock.now();
    this.#stretch.started += 1;
    if (this.#batch !== undefined) {
      this.#batch.toStart -= 1;
      this.#batch.underWay += 1;
    }
    return { stretch: this.#stretch, batch: this.#batch };
  }

  #isFull(): boolean {
    return this.#batch?.toStart === 0 || this.#underWay >= Math.min(this.#allowed, this.#maxConcurrency());
  }

  #nextAnswer(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const listener = addAbortListener(signal, goOn);
      this.#waiting.push(goOn);
      function goOn(): void {
        listener[Symbol.dispose]();
        resolve();
      }
    });
  }

  #keptUp({ stretch, batch }: Turn): void {
    stretch.answered += 1;
    this.#pauses = 0;
    if (batch !== undefined || this.#batch !== undefined) return;
    this.#answered += 1;
    if (this.#answered < this.#allowed) return;
    this.#answered = 0;
    this.#allowed = Math.min(this.#allowed + 1, this.#maxConcurrency());
  }

  #failed(turn: Turn, failure: Failure): void {
    if (failure.retry.when === "turned-away") this.#turnedAway(turn.stretch, failure, failure.retry.pause);
    else if (failure.trouble) this.#slowDown();
  }

  #slowDown(): void {
    this.#allowed = Math.max(1, Math.floor(this.#allowed / 2));
    this.#batch = undefined;
    this.#answered = 0;
  }

  #turnedAway(stretch: Stretch, failure: Failure, asked: number | undefined): void {
    // Of those that were under way together the first speaks for all, unless another asks for a longer pause.
    const isFirst = stretch === this.#stretch;
    if (!isFirst && asked === undefined) return;
    if (isFirst) this.#chance = Math.random();
    const now = this.#clock.now();
    const pause = asked ?? Math.min(longestPause, firstPause * 2 ** this.#pauses);
    const until = now + pause + this.#chance * Math.min(longestJitter, jitter * pause);
    if (until > (this.#pause?.until ?? 0)) this.#pause = { failure, until };
    if (!isFirst) return;
    this.#slowDown();
    this.#batch = batchOf(1);
    this.#pauses += 1;
    this.#allowance = this.#allowanceAfter(stretch, until, asked === undefined ? until - now : 0);
    this.#stretch = { from: 0, started: 0, answered: 0 };
  }

  #allowanceAfter(seen: Stretch, until: number, guessed: number): Allowance {
    const fresh = { seen, least: 1, milliseconds: until - seen.from, kept: 0, more: 0 };
    const before = this.#allowance;
    if (before === undefined) return fresh;
    // Turned away at once, a pause of our own was too short for what had been allowed before.
    if (seen.answered === 0)
      return { ...before, milliseconds: before.milliseconds + guessed, kept: 0, more: 0 };
    return { ...fresh, least: Math.max(1, Math.floor(mostOf(before) / 2)) };
  }

  #end({ batch }: Turn): void {
    this.#underWay -= 1;
    if (batch !== undefined) {
      batch.underWay -= 1;
      if (batch === this.#batch && batch.toStart + batch.underWay === 0) this.#nextBatch();
    }
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  #nextBatch(): void {
    // After a pause one went ahead: the others follow.
    if (this.#allowance !== undefined) {
      this.#batch = undefined;
      return;
    }
    const next = Math.floor(this.#allowed * batchGrowth);
    const most = this.#maxConcurrency();
    this.#batch = next < most ? batchOf(next) : undefined;
    this.#allowed = Math.min(next, most);
  }

  /** For how long, and why, no try may start yet. Begins a new stretch where the last one is over. */
  #wait(): Wait | undefined {
    if (this.#pause === undefined) return undefined;
    const { until, failure } = this.#pause;
    const milliseconds = Math.max(until - this.#clock.now(), this.#untilAllowed());
    return milliseconds > 0 ? { milliseconds, failure } : undefined;
  }

  #untilAllowed(): number {
    const allowance = this.#allowance;
    if (allowance === undefined || this.#stretch.started === 0) return 0;
    const left = this.#stretch.from + allowance.milliseconds - this.#clock.now();
    const isUsedUp = this.#stretch.started >= mostOf(allowance);
    if (left > 0) return isUsedUp ? left : 0;
    if (isUsedUp) {
      allowance.kept += 1;
      allowance.more += Math.max(0, allowance.kept - patientStretches);
    }
    this.#stretch = { from: 0, started: 0, answered: 0 };
    return 0;
  }
}

/** How long to wait before the next try, and what made that necessary. */
interface Wait {
  readonly milliseconds: number;
  readonly failure: Failure;
}

/** @throws AttemptFailed where the read has less time left */
export async function pauseWithin(
  scope: ReadScope,
  clock: Clock,
  { milliseconds, failure }: Wait,
): Promise<void> {
  const remaining = scope.remaining();
  if (milliseconds >= remaining) throw new AttemptFailed(noTimeLeft(failure, milliseconds, remaining));
  await clock.sleep(milliseconds, scope.signal);
}

function batchOf(size: number): Batch {
  return { toStart: size, underWay: 0 };
}

function mostOf({ seen, least, more }: Allowance): number {
  return Math.max(least, seen.answered) + more;
}
