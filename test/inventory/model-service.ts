import { GuardrailsError } from "../../provider/errors";
import type { ApiKey, Workspace } from "../../provider/inventory/contract";
import { endOfListPages, type ListPage, type ListSource } from "../../provider/inventory/list";
import type { AccountSource } from "../../provider/inventory/read-account";
import { endingEmpty } from "../../provider/listing/ending-empty";
import { ScheduledService } from "../scheduled-service";
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

/** A service in memory that plays one history. */
export class ModelService extends ScheduledService implements AccountSource<ApiKey> {
  readonly account: Account;
  readonly lookAhead: number;
  readonly workspaces: ListSource<Workspace>;
  readonly workspacePasses: Passes<Workspace> = [];
  /** By the workspace's id. */
  readonly keyPasses = new Map<string, Passes<ApiKey>>();
  /** The changes that happened before the last page was cut. */
  readonly changes: Change[] = [];
  /** The requests that failed for good. */
  readonly failures: Failure[] = [];
  #cuts = 0;

  constructor(readonly history: History) {
    super(history.schedule);
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

  #source<Row>(list: ModelList<Row>): ListSource<Row> {
    const { noun, identify, passes } = list;
    let pageSize = 0;
    return {
      subject: noun,
      identify,
      lookAhead: this.lookAhead,
      documentedPageSize: list.perPage,
      pageSize: () => pageSize,
      open: (signal) => {
        const pass: CutPage<Row>[] = [];
        passes.push(pass);
        const ask = this.until(signal);
        const cut = (offset: number): CutPage<Row> => {
          try {
            return this.#cut(list, offset);
          } catch (error) {
            if (!(error instanceof GuardrailsError && error.status === this.history.end)) {
              this.failures.push({ passes, pass, offset });
            }
            throw error;
          }
        };
        const read = endingEmpty<CutPage<Row>, []>((offset) => ask(() => cut(offset)), {
          ...endOfListPages,
          emptyAt: (offset, latest) => ({ ...endOfListPages.emptyAt(offset, latest), dropped: 0 }),
        });
        return async (offset) => {
          const page = await read(offset);
          pass.push(page);
          pageSize = Math.max(pageSize, page.rows.length);
          return page;
        };
      },
      rest: async () => true,
    };
  }

  #cut<Row>({ positions, perPage, limit }: ModelList<Row>, asked: number): CutPage<Row> {
    let offset = asked;
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
    const { countsPage, cutOff, end, longerBy, roundsTo, shorterBy } = this.history;
    const at = Math.min(cutOff?.at ?? asked, all.length - 1);
    if (limit === undefined && cutOff !== undefined && at > 0 && asked > at) {
      if (cutOff.shows === "nothing") return { offset: asked, rows: [], claim: undefined, dropped: 0 };
      offset = cutOff.shows === "that page" ? at : asked % at;
    }
    if (limit === undefined) offset -= offset % roundsTo;
    if (end !== "empty page" && offset > 0 && offset >= all.length) throw failure("http", "the end", end);
    const by = (more: readonly number[]): number => more[offset % more.length] ?? 0;
    const more = limit === undefined ? by(longerBy) - by(shorterBy) : 0;
    const span = all.slice(offset, offset + perPage + more);
    const rows = span.filter((position) => position !== "dropped") as Row[];
    const claim = limit === undefined ? undefined : { total: countsPage ? rows.length : all.length, limit };
    return { offset: asked, rows, claim, dropped: span.length - rows.length };
  }
}

function failure(kind: "network" | "http", what: string, status?: number): GuardrailsError {
  return new GuardrailsError(kind, { what, advice: "None.", status });
}
