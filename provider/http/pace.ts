import { addAbortListener } from "node:events";
import type { Clock } from "../clock";
import { Allowance, longestKept, type Stretch } from "./allowance";
import { type Batch, Concurrency } from "./concurrency";
import { AttemptFailed, type Failure, noTimeLeft } from "./failure";
import type { ReadScope } from "./read-scope";

/** A try that was started. */
interface Turn {
  readonly stretch: Stretch;
  readonly batch: Batch | undefined;
}

/** How long to wait before the next try, and what made that necessary. */
interface Wait {
  readonly milliseconds: number;
  readonly failure: Failure;
}

/** The pause where the service names none, doubled each time it turns one away again, in milliseconds. */
const firstPause = 250;
const longestPause = 8_000;
/** Several readers turned away at once must not come back at once: so much of the pause, at the most, is added by chance. */
const jitter = 0.25;
const longestJitter = 1_000;

/**
 * When tries may start, for all lists of one account together. Three things hold them back: so many at once
 * (concurrency.ts), so many in a stretch of time (allowance.ts), and a pause for all, as long as the service asks for when
 * it turns a try away (429, or `Retry-After`). The first try after it goes alone.
 */
export class Pace {
  readonly #clock: Clock;
  readonly #concurrency: Concurrency;
  readonly #allowance = new Allowance();
  /** Those that wait for others to be answered. */
  #waiting: (() => void)[] = [];
  #pause: { readonly failure: Failure; readonly from: number; readonly until: number } | undefined;
  #pauses = 0;
  /** Drawn for each pause once: the longest of many draws would bring several readers back together after all. */
  #chance = 0;

  /** @param maxConcurrency the most that may be under way; it may fall while requests are made, and never rises */
  constructor(maxConcurrency: () => number, clock: Clock) {
    this.#concurrency = new Concurrency(maxConcurrency);
    this.#clock = clock;
  }

  /**
   * Makes one try as soon as it may start.
   * @param attempt calls `arrived` once the whole answer is there: others may start while it is worked on
   * @throws AttemptFailed by itself where the read has less time left than a pause takes
   */
  async run<Result>(scope: ReadScope, attempt: (arrived: () => void) => Promise<Result>): Promise<Result> {
    const turn = await this.#turn(scope);
    let isOver = false;
    const end = (): void => {
      isOver = true;
      // After a pause one went ahead: the others simply follow.
      this.#concurrency.end(turn.batch, !this.#allowance.isKnown);
      for (const goOn of this.#waiting.splice(0)) goOn();
    };
    const arrived = (): void => {
      if (isOver) return;
      turn.stretch.answered += 1;
      this.#pauses = 0;
      this.#concurrency.keptUp(turn.batch);
      end();
    };
    try {
      const result = await attempt(arrived);
      arrived();
      return result;
    } catch (error) {
      if (error instanceof AttemptFailed) this.#failed(turn, error.failure);
      throw error;
    } finally {
      if (!isOver) end();
    }
  }

  async #turn(scope: ReadScope): Promise<Turn> {
    for (;;) {
      // A read that has ended while this one waited must not start it.
      scope.signal.throwIfAborted();
      const wait = this.#wait();
      if (wait !== undefined) await pauseWithin(scope, this.#clock, wait);
      else if (this.#concurrency.isFull) await this.#nextAnswer(scope.signal);
      else return { stretch: this.#allowance.start(this.#clock.now()), batch: this.#concurrency.start() };
    }
  }

  /** For how long, and why, no try may start yet. */
  #wait(): Wait | undefined {
    if (this.#pause === undefined) return undefined;
    const { from, until, failure } = this.#pause;
    const now = this.#clock.now();
    // By a clock that was set back nobody knows how much of a pause is left.
    const left = now < from || now > from + longestKept ? 0 : until - now;
    const milliseconds = Math.max(left, this.#allowance.untilFree(now));
    return milliseconds > 0 ? { milliseconds, failure } : undefined;
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

  #failed({ stretch }: Turn, failure: Failure): void {
    if (failure.retry.when === "turned-away") this.#turnedAway(stretch, failure, failure.retry.pause);
    else if (failure.trouble) this.#concurrency.slowDown();
  }

  #turnedAway(stretch: Stretch, failure: Failure, asked: number | undefined): void {
    // Of those that were under way together the first speaks for all, unless another asks for a longer pause.
    const isFirst = this.#allowance.isNow(stretch);
    if (!isFirst && asked === undefined) return;
    if (isFirst) this.#chance = Math.random();
    const now = this.#clock.now();
    const pause = asked ?? Math.min(longestPause, firstPause * 2 ** this.#pauses);
    const until = now + pause + this.#chance * Math.min(longestJitter, jitter * pause);
    if (until > (this.#pause?.until ?? 0)) this.#pause = { failure, from: now, until };
    if (!isFirst) return;
    this.#pauses += 1;
    this.#concurrency.slowDown();
    this.#concurrency.sendOneAhead();
    this.#allowance.endStretch(until, asked === undefined ? until - now : 0);
  }
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
