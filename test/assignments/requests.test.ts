import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../repository";
import type { Change } from "./account";
import { type History, quiet } from "./history";
import { oddHistories } from "./odd-histories";
import { type Played, play, type Reader } from "./play";

/*
 * What services are asked for, list by list: test/fixtures/assignments/requests.txt has a line for each, with the offsets of each
 * pass in the order they were asked for and what came of them. Whether a list is right, the other tests say; this one says
 * that nothing more is asked for than is thought. Where that is meant to change, GUARDRAILS_TEST_REWRITE=1 writes the
 * lines anew, and their difference belongs in the review.
 */
const expected = path.join(root, "test/fixtures/assignments/requests.txt");

/** A key that is there, and the position of a deleted one. */
const lists: readonly string[] = [
  "",
  "#",
  "#".repeat(7),
  "#".repeat(8),
  "#".repeat(9),
  "#".repeat(15),
  "#".repeat(16),
  "#".repeat(40),
  `${"#".repeat(7)}.${"#".repeat(32)}`,
  `${"#".repeat(13)}...${"#".repeat(24)}`,
  `${"#".repeat(12)}${".".repeat(11)}${"#".repeat(17)}`,
  `${".".repeat(10)}${"#".repeat(20)}`,
  `${"#".repeat(20)}${".".repeat(10)}`,
  "#.".repeat(16),
  "#....".repeat(7),
  `#${".".repeat(30)}`,
  ".".repeat(20),
];

const services: Readonly<Record<string, (positions: number) => Partial<History>>> = {
  "as documented": () => ({}),
  "pages of 5": () => ({ clamp: 5 }),
  "pages of 4": () => ({ clamp: 4 }),
  "pages of 3": () => ({ clamp: 3 }),
  "pages of 1": () => ({ clamp: 1 }),
  "pages of 12, whatever is asked for": () => ({ ignoresLimit: true, clamp: 12 }),
  "one page, whatever is asked for": () => ({ ignoresLimit: true }),
  "pages of 8, 5 and 6 in turn": () => ({ length: { by: "turn", spans: [8, 5, 6] } }),
  "pages by their offset": () => ({ length: { by: "offset", spans: [8, 6, 7, 5] } }),
  "pages by their bytes": () => ({ length: { by: "bytes", sizes: [3, 1, 2], most: 12 } }),
  "404 behind the end": () => ({ end: 404 }),
  "a total three too high": (positions) => ({ claim: { kind: "fixed", total: positions + 3 } }),
  "a total two too low": (positions) => ({ claim: { kind: "fixed", total: Math.max(0, positions - 2) } }),
  "a total of that page": () => ({ claim: { kind: "page" } }),
  "a total of living keys": () => ({ claim: { kind: "living" } }),
  "a total that differs": () => ({ claim: { kind: "wild", errors: [0, 1, 0, 0, -1] } }),
  "answers in another order": () => ({ lookAhead: 6, schedule: [4, 1, 3, 0, 2, 5] }),
};

const happens: Readonly<Record<string, History["changes"]>> = {
  "one comes first": [before(2, { kind: "insert", place: 0 })],
  "the first goes": [before(2, { kind: "remove", place: 0 })],
  "one goes and one comes": [before(2, { kind: "swap", place: 9, removed: 1 })],
  "one is deleted at a joint": [before(3, { kind: "delete-key", place: 14 })],
  "one is given another guardrail": [before(2, { kind: "reassign", place: 3 })],
  "five come last": [3, 4, 5, 6, 7].map((cut) => before(cut, { kind: "insert", place: -1 })),
  "one comes before each page": Array.from({ length: 40 }, (_, cut) =>
    before(cut, { kind: "insert", place: cut }),
  ),
};
const changing: readonly string[] = ["#".repeat(15), "#".repeat(40), `${"#".repeat(13)}...${"#".repeat(24)}`];
const changed: readonly string[] = ["as documented", "pages of 5", "answers in another order"];

function before(cut: number, change: Change): History["changes"][number] {
  return { before: cut, change };
}

interface Case {
  readonly list: string;
  readonly service: string;
  readonly change?: string;
  readonly reader?: Reader;
}

const cases: readonly Case[] = [
  ...lists.flatMap((list) => Object.keys(services).map((service) => ({ list, service }))),
  ...lists.map((list) => ({ list, service: "as documented", reader: "readStream" as const })),
  ...changing.flatMap((list) =>
    Object.keys(happens).flatMap((change) => changed.map((service) => ({ list, service, change }))),
  ),
];

async function lineOf({ list, service, change, reader }: Case): Promise<string> {
  const settings = services[service]?.(list.length);
  const changes = change === undefined ? [] : (happens[change] ?? []);
  const played = await play(quiet(rowsOf(list), { window: 8, ...settings, changes }), reader);
  const what = [shortOf(list), service, ...(change === undefined ? [] : [change])].join(", ");
  return `${what}${reader === "readStream" ? ", streamed" : ""}: ${asked(played)}: ${came(played)}`;
}

async function oddLineOf([name, { list, ...settings }]: [
  string,
  (typeof oddHistories)[string],
]): Promise<string> {
  const played = await play(quiet(rowsOf(list), { window: 8, ...settings }));
  return `${name}: ${asked(played)}: ${came(played)}`;
}

function rowsOf(list: string): boolean[] {
  return [...list].map((position) => position === "#");
}

/** `#7 .3 #20`. */
function shortOf(list: string): string {
  const runs = list.match(/(#\.{4}|#\.)\1{2,}|#+|\.+/gu) ?? ["nothing"];
  return runs.map((run) => (/^(#|\.)\1*$/u.test(run) ? `${run[0]}${run.length}` : run)).join(" ");
}

function asked({ service }: Played): string {
  return service.passes.map((pass) => pass.map(({ offset }) => offset).join(" ")).join(" / ");
}

function came({ outcome }: Played): string {
  if (outcome.kind === "list") {
    const total = outcome.total === undefined ? "" : ` of ${outcome.total}`;
    return `${outcome.rows.length}${total}`;
  }
  if (outcome.error instanceof Error) return outcome.error.message.replaceAll("\n", " ");
  throw outcome.error;
}

describe("what a list is asked for", () => {
  it("is what is written down for it, list by list", async () => {
    const lines: string[] = [];
    for (const one of cases) lines.push(await lineOf(one));
    for (const odd of Object.entries(oddHistories)) lines.push(await oddLineOf(odd));
    if (process.env["GUARDRAILS_TEST_REWRITE"] === "1") writeFileSync(expected, `${lines.join("\n")}\n`);
    assert.deepEqual(lines, readFileSync(expected, "utf8").trimEnd().split("\n"));
  });
});
