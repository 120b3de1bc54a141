/**
 * Ends what is done for one read: each attempt when its time is up, and all of them when the read ends.
 *
 * A signal that did not abort serves the next attempt. Of each new one Node leaves hidden classes in the old heap (0.6 KB,
 * and 2 KB of `AbortSignal.any`), which only a full collection frees: a stream would grow with every page.
 */
export class Deadlines {
  readonly #live = new Set<AbortController>();
  readonly #idle: AbortController[] = [];

  constructor(read: AbortSignal) {
    read.addEventListener("abort", () => {
      for (const controller of this.#live) controller.abort();
    });
  }

  /** Does the work with a signal that aborts after so many milliseconds, or with the read. */
  async within<Result>(
    milliseconds: number,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const controller = this.#idle.pop() ?? new AbortController();
    this.#live.add(controller);
    const timer = setTimeout(() => controller.abort(), milliseconds);
    let reusable = false;
    try {
      const result = await work(controller.signal);
      reusable = !controller.signal.aborted;
      return result;
    } finally {
      clearTimeout(timer);
      this.#live.delete(controller);
      if (reusable) this.#idle.push(controller);
    }
  }
}
