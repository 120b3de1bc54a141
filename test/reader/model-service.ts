import { GuardrailsError } from "../../provider/errors";
import type { Page, PageSource, ReadPage } from "../../provider/reader/page";
import { Account, type Change } from "./account";
import type { History } from "./history";

/** More positions than any history holds: a claim above it is refused, as the real source does with its limits. */
const maxRows = 20_000;

interface Waiting {
  readonly pass: Page[];
  readonly asked: number;
  readonly offset: number;
  readonly limit: number;
  readonly resolve: (page: Page) => void;
  readonly reject: (error: Error) => void;
  /** The answer once it is made; it may wait before it is delivered. */
  answer: Page | Error | undefined;
}

/**
 * A service in memory that plays one history. Requests wait until the reader stands still; then the schedule picks the
 * one whose page is cut, or delivered, next: so pages are cut and arrive in any order, with changes between any two.
 */
export class ModelService implements PageSource {
  readonly account: Account;
  readonly lookAhead: number;
  /** The pages delivered, pass by pass. */
  readonly passes: Page[][] = [];
  /** The changes that happened before the last page was cut. */
  readonly changes: Change[] = [];
  /** Pages asked for. */
  requests = 0;
  /** Whether some page was cut before one that was asked for earlier. */
  outOfOrder = false;
  /** Most requests waiting at once. */
  maxWaiting = 0;
  /** Pages whose claimed total was not the true one. */
  falseTotals = 0;
  /** The pass of which a request failed for good, if one did. */
  failedPass: Page[] | undefined;
  readonly signals: AbortSignal[] = [];
  #waiting: Waiting[] = [];
  #cut = 0;
  #steps = 0;
  readonly #totals: number[] = [];

  constructor(readonly history: History) {
    this.account = new Account(history.rows, history.order);
    this.lookAhead = history.lookAhead;
    this.#totals.push(this.account.total);
  }

  open(signal: AbortSignal): ReadPage {
    const pass: Page[] = [];
    this.passes.push(pass);
    this.signals.push(signal);
    signal.addEventListener("abort", () => {
      const ended = this.#waiting.filter((waiting) => waiting.pass === pass);
      this.#waiting = this.#waiting.filter((waiting) => waiting.pass !== pass);
      for (const { reject } of ended) reject(new Error("aborted"));
    });
    return (offset, limit) =>
      new Promise((resolve, reject) => {
        const waiting = { pass, asked: this.requests, offset, limit, resolve, reject, answer: undefined };
        this.requests += 1;
        if (signal.aborted) {
          reject(new Error("asked for after the pass had ended"));
          return;
        }
        this.#waiting.push(waiting);
        this.maxWaiting = Math.max(this.maxWaiting, this.#waiting.length);
      });
  }

  checkPlan(rows: number): void {
    if (rows > maxRows) throw new GuardrailsError("too-large", { what: "too many rows", advice: "None." });
  }

  /** Requests that wait for their page. */
  get waiting(): number {
    return this.#waiting.length;
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
      if (this.#waiting.length === 0) throw new Error("the reader hangs: it waits for no page");
      this.#step();
    }
  }

  #step(): void {
    const { schedule } = this.history;
    const pick = schedule[this.#steps % schedule.length] ?? 0;
    this.#steps += 1;
    const chosen = this.#waiting[(pick >> 1) % this.#waiting.length];
    if (chosen === undefined) return;
    if (chosen.answer === undefined) {
      this.outOfOrder ||= this.#waiting.some(
        ({ asked, answer }) => asked < chosen.asked && answer === undefined,
      );
      chosen.answer = this.#make(chosen);
      const heldBack = pick % 2 === 1 && this.#waiting.length > 1;
      if (heldBack) return;
    }
    this.#waiting = this.#waiting.filter((other) => other !== chosen);
    if (chosen.answer instanceof Error) {
      chosen.reject(chosen.answer);
      return;
    }
    chosen.pass.push(chosen.answer);
    chosen.resolve(chosen.answer);
  }

  #make({ pass, offset, limit }: Waiting): Page | Error {
    const { changes, clamp, fault } = this.history;
    for (const { before, change } of changes) {
      if (before !== this.#cut) continue;
      this.account.apply(change);
      this.changes.push(change);
      this.#totals.push(this.account.total);
    }
    const number = this.#cut;
    this.#cut += 1;
    if (number === fault) {
      this.failedPass = pass;
      return new GuardrailsError("network", { what: "a fault", advice: "None." });
    }
    const total = this.#claim(number);
    if (total !== this.account.total) this.falseTotals += 1;
    return { offset, limit, total, rows: this.account.cut(offset, limit, clamp) };
  }

  #claim(number: number): number {
    const { claim } = this.history;
    switch (claim.kind) {
      case "honest":
        return this.account.total;
      case "stale":
        return this.#totals[Math.max(0, this.#totals.length - 1 - claim.changes)] ?? 0;
      case "fixed":
        return claim.total;
      case "wild":
        return Math.max(0, this.account.total + (claim.errors[number % claim.errors.length] ?? 0));
    }
  }
}
