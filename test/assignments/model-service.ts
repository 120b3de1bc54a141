import type { KeyAssignment } from "../../provider/assignments/contract";
import { endOfPages, type Page, type PageSource, type ReadPage } from "../../provider/assignments/page";
import { GuardrailsError } from "../../provider/errors";
import { endingEmpty } from "../../provider/listing/ending-empty";
import { ScheduledService } from "../scheduled-service";
import { Account, type Change, type Position } from "./account";
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
  /** Answers that show the list as it was before its last changes. */
  staleAnswers = 0;
  /** Offsets beyond the end that were answered with an error. */
  refusedOffsets = 0;
  /** The pass of which a request failed for good, if one did. */
  failedPass: Page[] | undefined;
  readonly signals: AbortSignal[] = [];
  #cut = 0;
  /** The list before the first change, after it, and so on. */
  readonly #versions: (readonly Position[])[] = [];

  constructor(readonly history: History) {
    super(history.schedule);
    this.account = new Account(history.rows, history.order);
    this.lookAhead = history.lookAhead;
    this.#versions.push([...this.account.positions]);
  }

  open(signal: AbortSignal): ReadPage {
    const pass: Page[] = [];
    this.passes.push(pass);
    this.signals.push(signal);
    const ask = this.until(signal);
    const read = endingEmpty(
      (offset, limit: number) => ask(() => this.#make(pass, offset, limit)),
      endOfPages,
    );
    return async (offset, limit) => {
      const page = await read(offset, limit);
      pass.push(page);
      return page;
    };
  }

  checkPlan(rows: number): void {
    if (rows > maxRows) throw new GuardrailsError("too-large", { what: "too many rows", advice: "None." });
  }

  async rest(): Promise<boolean> {
    return true;
  }

  #make(pass: Page[], offset: number, limit: number): Page {
    const { changes, end, fault } = this.history;
    for (const { before, change } of changes) {
      if (before !== this.#cut) continue;
      this.account.apply(change);
      this.changes.push(change);
      this.#versions.push([...this.account.positions]);
    }
    const number = this.#cut;
    this.#cut += 1;
    if (number === fault) {
      this.failedPass = pass;
      throw new GuardrailsError("network", { what: "a fault", advice: "None." });
    }
    const positions = this.#version(this.#ageOf(number, offset, limit));
    if (positions !== this.#version(0)) this.staleAnswers += 1;
    if (end !== "empty page" && offset > 0 && offset >= positions.length) {
      this.refusedOffsets += 1;
      throw new GuardrailsError("http", { what: `an answer ${end}`, advice: "None.", status: end });
    }
    const { clamp, cutOff, ignoresLimit } = this.history;
    if (cutOff !== undefined && offset > cutOff) return { offset, limit, total: positions.length, rows: [] };
    const most = ignoresLimit ? Number.POSITIVE_INFINITY : limit;
    const span = Math.min(most, clamp, this.#lengthOf(number, positions, offset));
    // The real source leaves out what was not asked for.
    const rows = Account.cut(positions, offset, span).slice(0, limit);
    const total = this.#claim(number, positions, rows.length);
    if (total !== positions.length) this.falseTotals += 1;
    return { offset, limit, total, rows };
  }

  #lengthOf(number: number, positions: readonly Position[], offset: number): number {
    const { length } = this.history;
    if (length.by !== "bytes") {
      const place = { turn: number, offset, load: this.waiting }[length.by];
      return length.spans[place % length.spans.length] ?? 0;
    }
    let size = 0;
    const end = positions.findIndex((position, at) => {
      if (at >= offset && position !== "orphan") size += sizeOf(position, length.sizes);
      return size > length.most;
    });
    return end < 0 ? Number.POSITIVE_INFINITY : end - offset;
  }

  /** The list as it was so many changes ago. */
  #version(age: number): readonly Position[] {
    return this.#versions[Math.max(0, this.#versions.length - 1 - age)] ?? [];
  }

  #ageOf(number: number, offset: number, limit: number): number {
    const { by, changes } = this.history.age;
    return changes[(by === "turn" ? number : offset * 7 + limit) % changes.length] ?? 0;
  }

  #claim(number: number, positions: readonly Position[], shown: number): number {
    const { claim } = this.history;
    switch (claim.kind) {
      case "honest":
        return positions.length;
      case "page":
        return shown;
      case "living":
        return positions.filter((position) => position !== "orphan").length;
      case "stale":
        return this.#version(claim.changes).length;
      case "fixed":
        return claim.total;
      case "wild":
        return Math.max(0, positions.length + (claim.errors[number % claim.errors.length] ?? 0));
    }
  }
}

/** By the number of its assignment, so that it stays the same wherever the row moves. */
function sizeOf({ id }: KeyAssignment, sizes: readonly number[]): number {
  return sizes[Number(/\d+/u.exec(id)?.[0]) % sizes.length] ?? 0;
}
