import fc from "fast-check";
import type { Change, Order } from "./account";
import type { Claim, History, PageLength } from "./history";

/** Which rows are deleted keys': nowhere, scattered, in runs, where pages join, everywhere. */
function rowsFor(window: number): fc.Arbitrary<boolean[]> {
  const stride = Math.max(1, window - 1);
  const run = fc.record({ shown: fc.boolean(), length: fc.integer({ min: 1, max: window + 2 }) });
  return fc.oneof(
    { weight: 2, arbitrary: allShown(window) },
    { weight: 2, arbitrary: fc.array(mostly(true), { maxLength: 6 * window + 2 }) },
    { weight: 1, arbitrary: fc.array(fc.boolean(), { maxLength: 6 * window + 2 }) },
    {
      weight: 4,
      arbitrary: fc
        .array(run, { maxLength: 6 })
        .map((runs) => runs.flatMap(({ shown, length }) => new Array<boolean>(length).fill(shown))),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(sizeFor(window), fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }))
        .map(([length, seams]) =>
          Array.from(
            { length },
            (_, at) => at % stride !== 0 || seams[Math.floor(at / stride) % seams.length] === true,
          ),
        ),
    },
    { weight: 1, arbitrary: sizeFor(window).map((length) => new Array<boolean>(length).fill(false)) },
  );
}

function sizeFor(window: number): fc.Arbitrary<number> {
  return fc.nat(6 * window + 2);
}

function allShown(window: number): fc.Arbitrary<boolean[]> {
  return sizeFor(window).map((length) => new Array<boolean>(length).fill(true));
}

function mostly(value: boolean): fc.Arbitrary<boolean> {
  return fc.nat(7).map((chance) => (chance === 0) !== value);
}

const place = fc.nat(60);

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("insert" as const, "remove" as const, "delete-key" as const, "reassign" as const),
      place,
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("swap" as const), place, removed: place }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rename" as const), place }) },
);

const order = fc.constantFrom<Order>("newest-first", "newest-last", "by-another-column");

const changes = fc.array(
  fc.record({ before: fc.oneof(fc.nat(5), fc.nat(25)), change, times: fc.integer({ min: 1, max: 3 }) }),
  { minLength: 1, maxLength: 12 },
);

/** Lists of a few windows, in windows so small that every joint, end and clamp is hit often. */
export interface Kind {
  readonly windows: fc.Arbitrary<number>;
  readonly moving: boolean;
  readonly claims: "honest" | "false" | "page" | "living";
  /** Whether pages span different numbers of positions; default no. */
  readonly uneven?: boolean;
  /** Whether pages may be shorter than is assumed, of lists without deleted keys; default no. */
  readonly short?: boolean;
  /** Whether lists are cut off at an offset; default no. */
  readonly cutOff?: boolean;
  /** Whether answers may be old; default no. */
  readonly aged?: "url" | "turn";
  readonly faults: boolean;
}

export const smallWindows = fc.integer({ min: 1, max: 8 });

export function histories({
  windows,
  moving,
  claims,
  faults,
  uneven = false,
  short = false,
  cutOff = false,
  aged,
}: Kind): fc.Arbitrary<History> {
  return fc.tuple(windows, cutOff ? fc.constant(false) : ignoring).chain(([window, ignoresLimit]) =>
    fc.record({
      window: fc.constant(window),
      clamp: ignoresLimit ? longerThan(window) : clampsOf(window),
      ignoresLimit: fc.constant(ignoresLimit),
      length: uneven ? lengthsFor(window, { ignoresLimit, short }) : fc.constant(even),
      end: ends,
      cutOff: cutOff ? fc.integer({ min: 1, max: 3 * window }) : fc.constant(undefined),
      age: aged === undefined ? fc.constant({ by: "turn" as const, changes: [0] }) : ages(aged),
      order,
      rows: short ? allShown(window) : rowsFor(window),
      changes: moving
        ? changes.map((list) => list.flatMap(({ times, ...one }) => new Array<typeof one>(times).fill(one)))
        : fc.constant([]),
      claim: claims === "false" ? falseClaims(window) : fc.constant<Claim>({ kind: claims }),
      fault: faults ? fc.nat(12) : fc.constant(undefined),
      lookAhead: fc.integer({ min: 1, max: 6 }),
      schedule: fc.array(fc.nat(31), { minLength: 1, maxLength: 12 }),
    }),
  );
}

const ignoring = fc.nat(4).map((chance) => chance === 0);

function clampsOf(window: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(Number.MAX_SAFE_INTEGER) },
    { weight: 1, arbitrary: fc.integer({ min: Math.ceil(window / 2), max: window }) },
  );
}

/** Of a service that takes no notice of the limit. */
function longerThan(window: number): fc.Arbitrary<number> {
  return fc.integer({ min: window + 1, max: 5 * window });
}

const even: PageLength = { by: "turn", spans: [Number.MAX_SAFE_INTEGER] };

const ends = fc.oneof(
  { weight: 3, arbitrary: fc.constant("empty page" as const) },
  { weight: 1, arbitrary: fc.constantFrom(400 as const, 404 as const, 416 as const) },
);

/** Pages of different lengths, none below the half of what was asked for, which the reader assumes, unless they are short. */
function lengthsFor(
  window: number,
  { ignoresLimit, short }: { readonly ignoresLimit: boolean; readonly short: boolean },
): fc.Arbitrary<PageLength> {
  const half = short ? Math.min(2, window) : Math.ceil(window / 2);
  const longest = ignoresLimit ? 3 * window : window;
  const numbers = fc.array(fc.integer({ min: half, max: longest }), { minLength: 1, maxLength: 5 });
  return fc.oneof(
    fc.record({ by: fc.constantFrom("turn" as const, "offset" as const, "load" as const), spans: numbers }),
    fc.record({ by: fc.constant("bytes" as const), sizes: numbers, most: fc.constant(longest * half) }),
  );
}

function ages(by: "url" | "turn"): fc.Arbitrary<History["age"]> {
  return fc.record({ by: fc.constant(by), changes: fc.array(fc.nat(1), { minLength: 2, maxLength: 4 }) });
}

function falseClaims(window: number): fc.Arbitrary<Claim> {
  return fc.oneof(
    fc.record({ kind: fc.constant("stale" as const), changes: fc.integer({ min: 1, max: 4 }) }),
    fc.record({
      kind: fc.constant("fixed" as const),
      total: fc.oneof(
        { weight: 9, arbitrary: fc.nat(7 * window) },
        { weight: 1, arbitrary: fc.constant(1e12) },
      ),
    }),
    fc.record({
      kind: fc.constant("wild" as const),
      errors: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 1, maxLength: 4 }),
    }),
  );
}
