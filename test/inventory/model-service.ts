import { GuardrailsError } from "../../provider/errors";
import type { ApiKey, Workspace } from "../../provider/inventory/contract";
import type { ListPage, ListSource } from "../../provider/inventory/list";
import type { AccountSource } from "../../provider/inventory/read-account";
import { Account, type Change, type Position } from "./account";
import type { History } from "./history";

/** A page as it was cut, and how many rows were dropped from it. */
export interface CutPage<Row> extends ListPage<Row> {
  readonly dropped: number;
}

/** The pages delivered of one list, pass by pass. */
export type Passes<Row> = CutPage<Row>[][];

/** A page that could not be had. */
export interface Failure {
  readonly passes: Passes<unknown>;
  /** The pages that its pass was given. */
  readonly pass: readonly CutPage<unknown>[];
  readonly offset: number;
}

interface ModelList<Row> {
  readonly noun: string;
  readonly identify: (row: Row) => string;
  /** How the list stands at this moment; undefined where it is gone. */
  readonly positions: () => readonly Position<Row>[] | undefined;
  readonly perPage: number;
  /** What is asked for per page, of lists that have a total. */
  readonly limit: number | undefined;
  readonly passes: Passes<Row>;
}

interface Waiting {
  readonly signal: AbortSignal;
  /** Cuts the page at this moment. */
  readonly cut: () => void;
  readonly deliver: () => void;
  readonly giveUp: () => void;
  isCut: boolean;
}

/**
 * A service in memory that plays one history. Requests wait until the reader stands still; then the schedule picks the
 * one whose page is cut, or delivered, next: so pages are cut and arrive in any order, with changes between any two.
 */
export class ModelService implements AccountSource {
  readonly account: Account;
  readonly lookAhead: number;
  readonly workspaces: ListSource<Workspace>;
  readonly workspacePasses: Passes<Workspace> = [];
  /** By the workspace's id. */
  readonly keyPasses = new Map<string, Passes<ApiKey>>();
  /** The changes that happened before the last page was cut. */
  readonly changes: Change[] = [];
  /** Pages asked for. */
  requests = 0;
  /** Most requests waiting at once. */
  maxWaiting = 0;
  /** The requests that failed for good. */
  readonly failures: Failure[] = [];
  readonly #waiting = new Set<Waiting>();
  #cuts = 0;
  #steps = 0;

  constructor(readonly history: History) {
    const { keys, order, lookAhead, workspaceLimit, workspacesPerPage } = history;
    this.account = new Account(keys, order);
    this.lookAhead = lookAhead;
    this.workspaces = this.#source({
      noun: "the list of workspaces",
      identify: ({ id }) => id,
      positions: () => this.account.workspaces,
      perPage: Math.min(workspaceLimit, workspacesPerPage),
      limit: workspaceLimit,
      passes: this.workspacePasses,
    });
  }

  keysOf({ id }: Workspace): ListSource<ApiKey> {
    const passes: Passes<ApiKey> = [];
    this.keyPasses.set(id, passes);
    return this.#source({
      noun: "the keys of a workspace",
      identify: ({ hash }) => hash,
      positions: () =>
        this.account.shownWorkspaces().some((workspace) => workspace.id === id)
          ? this.account.keysOf(id)
          : undefined,
      perPage: this.history.keysPerPage,
      limit: undefined,
      passes,
    });
  }

  /** Requests that wait for their page. */
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
      if (this.#waiting.size === 0) throw new Error("the reader hangs: it waits for no page");
      this.#step();
    }
  }

  #step(): void {
    const { schedule } = this.history;
    const pick = schedule[this.#steps % schedule.length] ?? 0;
    this.#steps += 1;
    const chosen = [...this.#waiting][(pick >> 1) % this.#waiting.size];
    if (chosen === undefined) return;
    if (!chosen.isCut) {
      chosen.isCut = true;
      chosen.cut();
      const heldBack = pick % 2 === 1 && this.#waiting.size > 1;
      if (heldBack) return;
    }
    this.#waiting.delete(chosen);
    chosen.deliver();
  }

  #source<Row>(list: ModelList<Row>): ListSource<Row> {
    const { noun, identify, passes } = list;
    let pageSize = 0;
    return {
      noun,
      identify,
      lookAhead: this.lookAhead,
      documentedPageSize: list.perPage,
      pageSize: () => pageSize,
      open: (signal) => {
        const pass: CutPage<Row>[] = [];
        passes.push(pass);
        signal.addEventListener("abort", () => this.#giveUp(signal));
        return async (offset) => {
          const page = await this.#ask(signal, () => {
            try {
              return this.#cut(list, offset);
            } catch (error) {
              this.failures.push({ passes, pass, offset });
              throw error;
            }
          });
          pass.push(page);
          pageSize = Math.max(pageSize, page.rows.length);
          return page;
        };
      },
    };
  }

  #ask<Answer>(signal: AbortSignal, cut: () => Answer): Promise<Answer> {
    this.requests += 1;
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(new Error("asked for after the pass had ended"));
        return;
      }
      let deliver = (): void => undefined;
      const waiting: Waiting = {
        signal,
        isCut: false,
        cut: () => {
          try {
            const answer = cut();
            deliver = () => resolve(answer);
          } catch (error) {
            deliver = () => reject(error);
          }
        },
        deliver: () => deliver(),
        giveUp: () => reject(new Error("aborted")),
      };
      this.#waiting.add(waiting);
      this.maxWaiting = Math.max(this.maxWaiting, this.#waiting.size);
    });
  }

  #giveUp(signal: AbortSignal): void {
    for (const waiting of this.#waiting) {
      if (waiting.signal !== signal) continue;
      this.#waiting.delete(waiting);
      waiting.giveUp();
    }
  }

  #cut<Row>({ positions, perPage, limit }: ModelList<Row>, offset: number): CutPage<Row> {
    for (const { before, change } of this.history.changes) {
      if (before !== this.#cuts) continue;
      this.account.apply(change);
      this.changes.push(change);
    }
    const number = this.#cuts;
    this.#cuts += 1;
    if (number === this.history.fault) throw failure("network", "a fault");
    const all = positions();
    if (all === undefined) throw failure("http", "the workspace is gone");
    const span = all.slice(offset, offset + perPage);
    const rows = span.filter((position) => position !== "dropped") as Row[];
    const claim = limit === undefined ? undefined : { total: all.length, limit };
    return { offset, rows, claim, dropped: span.length - rows.length };
  }
}

function failure(kind: "network" | "http", what: string): GuardrailsError {
  return new GuardrailsError(kind, { what, advice: "None." });
}
