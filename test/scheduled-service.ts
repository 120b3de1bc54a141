interface Waiting {
  readonly signal: AbortSignal;
  /** Its place among all requests. */
  readonly asked: number;
  /** Makes the answer, as things stand at this moment. */
  readonly make: () => void;
  readonly deliver: () => void;
  readonly giveUp: () => void;
  /** Whether the answer is made; it may wait before it is delivered. */
  isMade: boolean;
}

/** How many steps a reading may take: far more than any list of these tests. */
const mostSteps = 20_000;

/**
 * A service in memory. Requests wait until the reader stands still; then the schedule picks the one whose answer is made,
 * or delivered, next: so answers are made and arrive in any order, with changes between any two.
 */
export class ScheduledService {
  /** How many were asked. */
  requests = 0;
  /** Most requests waiting at once. */
  maxWaiting = 0;
  /** Whether some answer was made before one that was asked for earlier. */
  outOfOrder = false;
  readonly #schedule: readonly number[];
  readonly #waiting = new Set<Waiting>();
  #steps = 0;

  /** @param schedule for each step which request is next, times two, plus one where its answer is held back once made */
  constructor(schedule: readonly number[]) {
    this.#schedule = schedule;
  }

  /** Requests that wait for their answer. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Serves requests until the reading is over. */
  async serve<Result>(reading: Promise<Result>): Promise<Result> {
    let over = false;
    const ended = reading.finally(() => {
      over = true;
    });
    ended.catch(() => undefined);
    for (;;) {
      // By then the reader has done all it can without an answer.
      await new Promise(setImmediate);
      if (over) return ended;
      if (this.#waiting.size === 0) throw new Error("the reader hangs: it waits for no answer");
      if (this.#steps === mostSteps) throw new Error("the reader asks for ever");
      this.#step();
    }
  }

  /** Requests of one pass, which end when the signal aborts. */
  protected until(signal: AbortSignal): <Answer>(make: () => Answer) => Promise<Answer> {
    signal.addEventListener("abort", () => {
      for (const waiting of this.#waiting) {
        if (waiting.signal !== signal) continue;
        this.#waiting.delete(waiting);
        waiting.giveUp();
      }
    });
    return (make) => this.#ask(signal, make);
  }

  #ask<Answer>(signal: AbortSignal, make: () => Answer): Promise<Answer> {
    const asked = this.requests;
    this.requests += 1;
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new Error("asked for after the pass had ended"));
        return;
      }
      let deliver = (): void => undefined;
      this.#waiting.add({
        signal,
        asked,
        isMade: false,
        make: () => {
          try {
            const answer = make();
            deliver = () => resolve(answer);
          } catch (error) {
            deliver = () => reject(error);
          }
        },
        deliver: () => deliver(),
        giveUp: () => reject(new Error("aborted")),
      });
      this.maxWaiting = Math.max(this.maxWaiting, this.#waiting.size);
    });
  }

  #step(): void {
    const pick = this.#schedule[this.#steps % this.#schedule.length] ?? 0;
    this.#steps += 1;
    const all = [...this.#waiting];
    const chosen = all[(pick >> 1) % all.length];
    if (chosen === undefined) return;
    if (!chosen.isMade) {
      this.outOfOrder ||= all.some(({ asked, isMade }) => asked < chosen.asked && !isMade);
      chosen.isMade = true;
      chosen.make();
      const heldBack = pick % 2 === 1 && all.length > 1;
      if (heldBack) return;
    }
    this.#waiting.delete(chosen);
    chosen.deliver();
  }
}
