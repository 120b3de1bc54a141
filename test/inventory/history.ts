import type { Change, Order } from "./account";

/** Everything that happens during one read: the account, how it is served, and who does what to it when. */
export interface History {
  /** For each workspace, position by position: true is a key, false one that the service drops after the cut. */
  readonly keys: readonly (readonly boolean[])[];
  /** How many positions of a workspace's keys a page has. */
  readonly keysPerPage: number;
  /** How many of these a page leaves out at its end, by its offset. */
  readonly shorterBy: readonly number[];
  /** How many positions more a page has than the service documents, by its offset. */
  readonly longerBy: readonly number[];
  /** What an offset behind the last position is answered with. */
  readonly end: "empty page" | 400 | 404 | 416;
  /** What keys are shown from an offset behind this one on: nothing, or what another offset shows. */
  readonly cutOff:
    | { readonly at: number; readonly shows: "nothing" | "that page" | "the first again" }
    | undefined;
  /** Offsets of keys are rounded down to a multiple of this. */
  readonly roundsTo: number;
  /** Whether the total of workspaces is that of the page. */
  readonly countsPage: boolean;
  /** How many workspaces are asked for per page, and how many positions the service gives at most. */
  readonly workspaceLimit: number;
  readonly workspacesPerPage: number;
  readonly order: Order;
  /** `before` counts pages cut: the change happens just before that one. */
  readonly changes: readonly { readonly before: number; readonly change: Change }[];
  /** The page, by the order of cutting, whose request fails for good. */
  readonly fault: number | undefined;
  readonly lookAhead: number;
  /** Which waiting request is served next, and whether its answer is held back: see `ModelService`. */
  readonly schedule: readonly number[];
}

/** An account at rest, served honestly and one page at a time. */
export function quiet(keys: History["keys"], settings: Partial<History> = {}): History {
  return {
    keys,
    keysPerPage: 100,
    shorterBy: [0],
    longerBy: [0],
    end: "empty page",
    cutOff: undefined,
    roundsTo: 1,
    countsPage: false,
    workspaceLimit: 100,
    workspacesPerPage: 100,
    order: "newest-last",
    changes: [],
    fault: undefined,
    lookAhead: 64,
    schedule: [0],
    ...settings,
  };
}

export function shown(count: number): boolean[] {
  return new Array<boolean>(count).fill(true);
}

export function dropped(count: number): boolean[] {
  return new Array<boolean>(count).fill(false);
}
