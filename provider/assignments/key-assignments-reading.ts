import type { BegunRead, Connection } from "../http/connection";
import type { ReadTime } from "../http/read-scope";
import type { Settings } from "../settings/settings";
import type { KeyAssignment } from "./contract";
import { applyScope, type KeyAssignmentsQuery, parseQuery } from "./query";
import { readAll, readStream } from "./read";
import { type KeyAssignmentsSnapshot, type SnapshotScope, sorted } from "./snapshot";
import { createPageSource, type OnProgress } from "./source";

export type { OnProgress };

/** Ends the reading when it aborts: requests under way are closed at once. */
export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** Reads that belong together. */
export interface Timed {
  /** One `readTimeout` for all reads that are given the same one; otherwise each has its own. */
  readonly time?: ReadTime | undefined;
}

/** What `readAll` may be told. */
export type ReadAllOptions = Abortable &
  Timed &
  Omit<KeyAssignmentsQuery, "offset" | "limit"> & { readonly onProgress?: OnProgress | undefined };

/** The three ways to read the key assignments of one account. All throw `GuardrailsError` and nothing else. */
export interface KeyAssignmentsReading {
  /**
   * The whole list, proven complete: every assignment that stayed unchanged while it was read is in it exactly once.
   * With filters, the part of it that passes all of them.
   */
  readAll(options?: ReadAllOptions): Promise<KeyAssignmentsSnapshot>;
  /**
   * The whole list row by row in the service's order, for lists too long to hold. It gives rows out while it reads and
   * proves the list at its end: **if it throws, discard what it gave**. Leaving the loop early ends the requests.
   * Two assignments of one key (made while reading), which `readAll` refuses, are both given out.
   */
  stream(options?: Abortable): AsyncGenerator<KeyAssignment, void>;
  /** One page as the service cuts it. It proves nothing about the rest of the list. */
  readPage(
    options: Abortable & { readonly offset: number; readonly limit: number },
  ): Promise<KeyAssignmentsSnapshot>;
}

export function openReading(connection: Connection, settings: Settings): KeyAssignmentsReading {
  const { service, baseUrl, limits } = settings;

  function snapshot(
    rows: readonly KeyAssignment[],
    totals: { readonly totalCount: number; readonly missingRows: number | null },
    scope: SnapshotScope,
    { answers, readAt }: BegunRead,
  ): KeyAssignmentsSnapshot {
    const requests = answers.requests();
    const clock = answers.clock();
    const read = { scope, service, baseUrl, readAt, clock, requests };
    return { version: 1, assignments: sorted(rows), ...totals, ...read };
  }

  return {
    readAll: async ({ signal, time, onProgress, ...query } = {}) => {
      const scope = parseQuery(query);
      const begun = await connection.begin({ limits, signal, time });
      const { rows, total } = await readAll(createPageSource(begun.answers, limits, onProgress));
      const totals = { totalCount: total, missingRows: total - rows.length };
      return applyScope(snapshot(rows, totals, { kind: "complete" }, begun), scope);
    },
    stream: async function* ({ signal } = {}) {
      const { answers } = await connection.begin({ limits, signal });
      // No page more than may be under way, but the last: rows that wait for long are kept for long after they were given out.
      const pages = { ...createPageSource(answers, limits), lookAhead: limits.maxConcurrency };
      for await (const rows of readStream(pages)) for (const row of rows) yield row;
    },
    readPage: async ({ signal, offset, limit }) => {
      const scope = parseQuery({ offset, limit });
      const begun = await connection.begin({ limits, signal });
      const source = createPageSource(begun.answers, limits);
      const page = await source.open(new AbortController().signal)(offset, limit);
      return snapshot(page.rows, { totalCount: page.total, missingRows: null }, scope, begun);
    },
  };
}
