import type { Clock } from "../../provider/clock";

/** Time that passes only when everything waits for it: then it jumps to the next moment that somebody waits for. */
export class VirtualTime implements Clock {
  #now = 0;
  #waiting: { readonly at: number; readonly goOn: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((goOn) => this.#waiting.push({ at: this.#now + milliseconds, goOn }));
  }

  /** Lets time pass until this is done. */
  async until<Result>(doing: Promise<Result>): Promise<Result> {
    let isDone = false;
    const noteDone = (): void => {
      isDone = true;
    };
    doing.then(noteDone, noteDone);
    for (;;) {
      await new Promise(setImmediate);
      if (isDone) return doing;
      const [next, ...others] = this.#waiting.toSorted((one, other) => one.at - other.at);
      if (next === undefined) throw new Error("nobody waits for time to pass, and it is not done");
      this.#waiting = others;
      this.#now = next.at;
      next.goOn();
    }
  }
}
