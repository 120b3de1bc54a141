import type { Page, PageSource, ReadPage } from "../../provider/assignments/page";
import { GuardrailsError } from "../../provider/errors";
import { ScheduledService } from "../scheduled-service";
import { Account, type Change } from "./account";
import type { History } from "./history";

/** More positions than any history holds: a claim above it is refused, as the real source does with its limits. */
const maxRows = 20_000;

/** A service in memory that plays one history. */
export class ModelService extends ScheduledService implements PageSource {
  readonly account: Account;
  readonly lookAhead: number;
  /** The pages delivered, pass by pass. */
  readonly passes: Page[][] = [];
  /** The changes that happened before the last page was cut. */
  readonly changes: Change[] = [];
  /** Pages whose claimed total was not the true one. */
  falseTotals = 0;
  /** The pass of which a request failed for good, if one did. */
  failedPass: Page[] | undefined;
  readonly signals: AbortSignal[] = [];
  #cut = 0;
  readonly #totals: number[] = [];

  constructor(readonly history: History) {
    super(history.schedule);
    this.account = new Account(history.rows, history.order);
    this.lookAhead = history.lookAhead;
    this.#totals.push(this.account.total);
  }

  open(signal: AbortSignal): ReadPage {
    const pass: Page[] = [];
    this.passes.push(pass);
    this.signals.push(signal);
    const ask = this.until(signal);
    return async (offset, limit) => {
      const page = await ask(() => this.#make(pass, offset, limit));
      pass.push(page);
      return page;
    };
  }

  checkPlan(rows: number): void {
    if (rows > maxRows) throw new GuardrailsError("too-large", { what: "too many rows", advice: "None." });
  }

  #make(pass: Page[], offset: number, limit: number): Page {
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
      throw new GuardrailsError("network", { what: "a fault", advice: "None." });
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
