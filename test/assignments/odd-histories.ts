import type { Change } from "./account";
import type { History } from "./history";

type Odd = Partial<History> & {
  /** `#` is a key that is there, `.` the position of a deleted one. */
  readonly list: string;
};

function at(before: number, times: number, change: Change): History["changes"] {
  return new Array(times).fill({ before, change });
}

const swap = (place: number, removed: number): Change => ({ kind: "swap", place, removed });
const first: Change = { kind: "insert", place: 0 };

/** Each was found by chance and made small: what one comparison of the reader decides shows in no other list here. */
export const oddHistories: Readonly<Record<string, Odd>> = {
  "rows that come to light between an end and a page tell how far that page reached": {
    list: "#".repeat(15),
    window: 7,
    ignoresLimit: true,
    length: { by: "bytes", sizes: [2, 2, 16, 8, 19], most: 42 },
  },
  "no rows come to light between an end and a page: that page reached no less far": {
    list: "########.......#",
    length: { by: "bytes", sizes: [5, 4], most: 32 },
  },
  "rows come to light behind a page that is not the last one joined: no page is shorter for that": {
    list: "#".repeat(27),
    window: 5,
    length: { by: "turn", spans: [2, 5] },
    lookAhead: 3,
    schedule: [0, 0, 4, 0],
  },
  "pages of ten where six were asked for: how far a page reaches is as far as it was seen to": {
    list: "........###....#####",
    window: 6,
    ignoresLimit: true,
    clamp: 10,
  },
  "the last row is where a page of listed rows begins: pages span no less for that": {
    list: "........######",
    window: 7,
    changes: at(2, 2, swap(0, 0)),
    schedule: [2],
  },
  "the last row is where a page of listed rows begins: it need not show once more": {
    list: ".#.####.#.#",
    window: 3,
    order: "by-another-column",
    changes: at(4, 3, first),
    schedule: [0, 27, 0, 31, 3, 18],
  },
  "rows move on behind a page that was not full: it did not begin too early": {
    list: ".#",
    window: 5,
    order: "newest-first",
    changes: at(2, 6, first),
    claim: { kind: "wild", errors: [-2, 1, 0] },
    schedule: [2],
  },
  "rows stand one further on than a full page showed them: it began too early": {
    list: "###.#####.#####.#####.##",
    ignoresLimit: true,
    claim: { kind: "wild", errors: [1, -1] },
    lookAhead: 1,
    schedule: [10],
  },
  "new rows show just where a page was thought to end: it was no shorter": {
    list: ".#.",
    window: 3,
    clamp: 2,
    length: { by: "bytes", sizes: [2], most: 6 },
    changes: at(2, 2, first),
  },
  "a listed row shows behind the last one's place: pages span no less for that": {
    list: ".......#",
    window: 7,
    changes: at(2, 1, swap(0, 0)),
  },
  "pages turn out shorter: nothing follows from those that come later": {
    list: "#".repeat(12),
    window: 6,
    length: { by: "bytes", sizes: [3], most: 18 },
    clamp: 3,
    lookAhead: 1,
    schedule: [6],
  },
  "a row shows twice, a page apart": {
    list: `${"#".repeat(12)}${".".repeat(12)}`,
    window: 4,
    ignoresLimit: true,
    length: { by: "turn", spans: [2] },
    order: "newest-first",
    changes: [
      ...at(1, 1, swap(0, 1)),
      ...at(2, 2, swap(0, 4)),
      ...at(2, 1, swap(0, 5)),
      ...at(2, 2, swap(0, 7)),
      ...at(20, 2, swap(0, 59)),
    ],
    lookAhead: 1,
  },
  "a row shows again three pages later": {
    list: "#.",
    window: 2,
    order: "newest-first",
    changes: [...at(1, 2, first), ...at(12, 3, first)],
  },
  "the last row comes first on a page far on": {
    list: "##...",
    window: 1,
    order: "newest-first",
    changes: at(2, 2, swap(0, 10)),
  },
  "the last row comes first on a page far on, where rows came before it": {
    list: "#.",
    window: 1,
    order: "newest-first",
    changes: [...at(2, 2, first), ...at(0, 1, swap(0, 0))],
  },
  "an empty page begins before the last row's place: pages span no less for that": {
    list: ".........",
    window: 7,
    ignoresLimit: true,
    clamp: 8,
    changes: [...at(2, 4, swap(0, 0)), ...at(0, 1, { kind: "reassign", place: 0 })],
    schedule: [25],
  },
  "a listed row shows just at the last one's place: it does not show twice": {
    list: "",
    window: 3,
    order: "newest-first",
    changes: [...at(1, 1, swap(0, 3)), ...at(0, 3, first)],
  },
  "a page shows more rows than the total has room for: the reading ends at once": {
    list: "###",
    window: 2,
    changes: [...at(1, 1, swap(0, 0)), ...at(0, 1, swap(0, 0))],
  },
  "the last row went: it is looked for nine pages further on than it can stand, that offset included": {
    list: "...",
    window: 3,
    clamp: 2,
    order: "newest-first",
    changes: [...at(1, 1, { kind: "remove", place: 0 }), ...at(0, 1, swap(0, 49)), ...at(0, 1, swap(0, 50))],
  },
  "a row comes to light behind the last one, which needs no further look then": {
    list: "##.......",
    window: 6,
    length: { by: "bytes", sizes: [3], most: 18 },
    order: "by-another-column",
    changes: at(1, 1, swap(2, 33)),
  },
  "a row comes to light behind the last one: what did not show that one is asked again for the new one": {
    list: "........##",
    window: 6,
    clamp: 4,
    cutOff: 6,
    order: "newest-first",
  },
  "pages turn out shorter: between those planned before, no bridges are laid": {
    list: "#".repeat(24),
    window: 8,
    length: { by: "bytes", sizes: [7, 2, 2, 2, 8], most: 16 },
    order: "newest-first",
    lookAhead: 3,
    schedule: [16, 0],
  },
  "pages turn out shorter: what those planned before show, and what is gone since, is not missed": {
    list: "###.#####.",
    window: 4,
    clamp: 2,
    end: 400,
    order: "by-another-column",
    changes: [...at(2, 1, swap(2, 29)), ...at(0, 1, swap(0, 0))],
    lookAhead: 3,
    schedule: [14, 3, 6],
  },
  "rows come to light behind pages longer than asked for: only the last one joined is shorter for that": {
    list: "#".repeat(23),
    window: 6,
    ignoresLimit: true,
    clamp: 7,
    length: { by: "load", spans: [2, 6, 2, 4, 2] },
    end: 400,
    lookAhead: 2,
    order: "newest-first",
  },
  "more rows are listed than the highest total: they are listed anew from the same offsets": {
    list: "######",
    window: 6,
    changes: [...at(1, 2, first), ...at(1, 1, { kind: "remove", place: 0 }), ...at(0, 1, swap(0, 0))],
    lookAhead: 1,
  },
};
