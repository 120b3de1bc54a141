import type { Change, Order } from "./account";

/** What the service claims as its total. */
export type Claim =
  | { readonly kind: "honest" }
  /** The total before the last so many changes. */
  | { readonly kind: "stale"; readonly changes: number }
  /** The same number always, whatever the list holds. */
  | { readonly kind: "fixed"; readonly total: number }
  /** The rows of that page only, or those of living keys only. */
  | { readonly kind: "page" | "living" }
  /** The truth plus one of these, page by page. */
  | { readonly kind: "wild"; readonly errors: readonly number[] };

/**
 * How many positions a page spans, at most the clamp: these in turn, by its offset, or by how many requests wait; or as
 * many as stay below a size, where the rows have these sizes in turn and those of deleted keys none.
 */
export type PageLength =
  | { readonly by: "turn" | "offset" | "load"; readonly spans: readonly number[] }
  | { readonly by: "bytes"; readonly sizes: readonly number[]; readonly most: number };

/** Everything that happens during one read: the list, how it is served, and who does what to it when. */
export interface History {
  /** What the reader asks for per page. */
  readonly window: number;
  /** The most positions the service gives per page. */
  readonly clamp: number;
  /** Whether pages span as many positions as the service likes, those above what was asked for among them. */
  readonly ignoresLimit: boolean;
  readonly length: PageLength;
  /** What an offset beyond the end is answered with. */
  readonly end: "empty page" | 400 | 404 | 416;
  /** From an offset behind this one on nothing is shown, whatever the list holds and the total says. */
  readonly cutOff: number | undefined;
  /** How many changes old an answer is: by its URL, as from a cache, or in turn, as from replicas. */
  readonly age: { readonly by: "url" | "turn"; readonly changes: readonly number[] };
  readonly order: Order;
  /** Position by position: true is an assignment, false the row of a deleted key. */
  readonly rows: readonly boolean[];
  /** `before` counts pages cut: the change happens just before that one. */
  readonly changes: readonly { readonly before: number; readonly change: Change }[];
  readonly claim: Claim;
  /** The page, by the order of cutting, whose request fails for good. */
  readonly fault: number | undefined;
  /** How many pages the reader may ask for at once. */
  readonly lookAhead: number;
  /** Which waiting request is served next, and whether its answer is held back: see `ModelService`. */
  readonly schedule: readonly number[];
}

export function shown(count: number): boolean[] {
  return new Array<boolean>(count).fill(true);
}

export function orphans(count: number): boolean[] {
  return new Array<boolean>(count).fill(false);
}

/** A list at rest, served honestly and one page at a time. */
export function quiet(rows: readonly boolean[], settings: Partial<History> = {}): History {
  return {
    window: 100,
    clamp: Number.POSITIVE_INFINITY,
    ignoresLimit: false,
    length: { by: "turn", spans: [Number.POSITIVE_INFINITY] },
    end: "empty page",
    cutOff: undefined,
    age: { by: "turn", changes: [0] },
    order: "newest-last",
    rows,
    changes: [],
    claim: { kind: "honest" },
    fault: undefined,
    lookAhead: 4,
    schedule: [0],
    ...settings,
  };
}
