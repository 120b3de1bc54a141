import fc from "fast-check";
import type { Change, Order } from "./account";
import type { History } from "./history";

/** What may happen in the histories. */
export interface Kind {
  readonly moving: boolean;
  readonly dropping: boolean;
  readonly faults: boolean;
  readonly keysPerPage: fc.Arbitrary<number>;
  /** Whether pages of keys have room for different numbers of them; default no. */
  readonly uneven?: boolean;
  /** Whether pages of keys may span more positions than documented; default no. */
  readonly long?: boolean;
  /** Whether lists of keys are cut off at an offset; default no. */
  readonly cutOff?: boolean;
  /** Whether offsets of keys are rounded down; default no. */
  readonly rounding?: boolean;
  /** Whether the total of workspaces is that of each page; default no. */
  readonly countsPage?: boolean;
}

/** Pages so small that every joint and every end is hit often. */
export const smallPages = fc.oneof({ weight: 15, arbitrary: fc.integer({ min: 2, max: 8 }) }, fc.constant(1));

/** The positions of one workspace's keys: all shown, or dropped here and there, in runs, everywhere. */
function listFor(perPage: number, dropping: boolean): fc.Arbitrary<boolean[]> {
  const size = fc.oneof(fc.nat(perPage + 1), fc.nat(5 * perPage + 2));
  const all = size.map((length) => new Array<boolean>(length).fill(true));
  if (!dropping) return all;
  const run = fc.record({ shown: fc.boolean(), length: fc.integer({ min: 1, max: perPage + 2 }) });
  const mostly = fc.nat(7).map((chance) => chance > 0);
  return fc.oneof(
    all,
    fc.array(mostly, { maxLength: 5 * perPage + 2 }),
    fc
      .array(run, { maxLength: 5 })
      .map((runs) => runs.flatMap(({ shown, length }) => new Array<boolean>(length).fill(shown))),
  );
}

const number = fc.nat(60);

const mostlyRoomy = fc.oneof({ weight: 5, arbitrary: fc.constant(6) }, fc.integer({ min: 1, max: 5 }));

function changes(dropping: boolean): fc.Arbitrary<History["changes"]> {
  const change: fc.Arbitrary<Change> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.oneof(
        fc.record({
          kind: fc.constantFrom("insert" as const, "remove" as const),
          workspace: number,
          place: number,
        }),
        fc.record({ kind: fc.constant("rename" as const), workspace: number, place: number }),
      ),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("swap" as const),
        workspace: number,
        place: number,
        removed: number,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("move" as const),
        workspace: number,
        place: number,
        to: number,
        at: number,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom("add-workspace" as const, "remove-workspace" as const),
        workspace: number,
      }),
    },
    ...(dropping
      ? [
          fc.record({ kind: fc.constant("drop" as const), workspace: number, place: number }),
          fc.record({ kind: fc.constant("drop-workspace" as const), workspace: number }),
        ]
      : []),
  );
  return fc
    .array(
      fc.record({
        before: fc.oneof(fc.nat(5), fc.nat(30)),
        change,
        times: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 10 },
    )
    .map((list) => list.flatMap(({ times, ...one }) => new Array<typeof one>(times).fill(one)));
}

const ends = fc.oneof(
  { weight: 3, arbitrary: fc.constant("empty page" as const) },
  { weight: 1, arbitrary: fc.constantFrom(400 as const, 404 as const, 416 as const) },
);

/** At the most half of a page: the reader assumes the other half. */
function shorterBy(perPage: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(Math.floor(perPage / 2)), { minLength: 1, maxLength: 5 });
}

/** As many more as the service likes: always as many, or by the offset. */
function longerBy(perPage: number): fc.Arbitrary<number[]> {
  const more = fc.integer({ min: 1, max: 4 * perPage });
  return fc.oneof(
    more.map((positions) => [positions]),
    fc.array(fc.oneof(fc.constant(0), more), { minLength: 2, maxLength: 5 }),
  );
}

function cutOffs(perPage: number, dropping: boolean): fc.Arbitrary<History["cutOff"]> {
  return fc.record({
    at: fc.integer({ min: 1, max: 3 * perPage }),
    // One that begins again is read for 10,000 positions where the page that is to tell shows dropped rows only.
    shows: fc.constantFrom("nothing", "that page", ...(dropping ? [] : ["the first again" as const])),
  });
}

export function histories({
  moving,
  dropping,
  faults,
  keysPerPage,
  uneven = false,
  long = false,
  cutOff = false,
  rounding = false,
  countsPage = false,
}: Kind): fc.Arbitrary<History> {
  return keysPerPage.chain((perPage) =>
    fc.record({
      keys: fc.oneof(
        { weight: 30, arbitrary: fc.array(listFor(perPage, dropping), { minLength: 1, maxLength: 4 }) },
        fc.constant([]),
      ),
      keysPerPage: fc.constant(perPage),
      shorterBy: uneven ? shorterBy(perPage) : fc.constant([0]),
      longerBy: long ? longerBy(perPage) : fc.constant([0]),
      end: ends,
      cutOff: cutOff ? cutOffs(perPage, dropping) : fc.constant(undefined),
      roundsTo: rounding ? fc.integer({ min: 2, max: perPage }) : fc.constant(1),
      countsPage: fc.constant(countsPage),
      workspaceLimit: mostlyRoomy,
      workspacesPerPage: mostlyRoomy,
      order: fc.constantFrom<Order>("newest-first", "newest-last", "by-another-column"),
      changes: moving ? changes(dropping) : fc.constant([]),
      fault: faults ? fc.nat(12) : fc.constant(undefined),
      lookAhead: fc.integer({ min: 2, max: 6 }),
      schedule: fc.array(fc.nat(31), { minLength: 1, maxLength: 12 }),
    }),
  );
}
