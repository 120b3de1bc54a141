import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type Fault, sampleGuardrailId } from "../../local-service/index";
import type { WirePage } from "../../provider/assignments/contract";
import { type ExpectedRefusal, readingOf, refusalOf, useServices } from "./reading-of";

type JsonPage = Extract<Fault, { kind: "json" }>["value"];

/** The true page with its third row changed. */
const thirdRow = (change: (row: Readonly<Record<string, string | null>>) => JsonPage): Fault => ({
  kind: "edited-page",
  edit: ({ data, total_count }: WirePage) => ({
    data: data.map((row, index) => (index === 2 ? change({ ...row }) : { ...row })),
    total_count,
  }),
});

const without = (name: string): Fault =>
  thirdRow((row) => Object.fromEntries(Object.entries(row).filter(([field]) => field !== name)));

const total = (value: JsonPage): Fault => ({
  kind: "edited-page",
  edit: ({ data }) => ({ data: data.map((row) => ({ ...row })), total_count: value }),
});

/** The true page with its first row once more, or another like it. */
const repeating = (again: (row: WirePage["data"][number]) => WirePage["data"][number]): Fault => ({
  kind: "edited-page",
  edit: ({ data, total_count }) => ({
    data: [...data, ...data.slice(0, 1).map(again)].map((row) => ({ ...row })),
    total_count: total_count + 1,
  }),
});

const shows = (what: string): ExpectedRefusal => ({
  kind: "malformed",
  message: new RegExp(`one answer shows ${what} .* Running it again will not help`, "u"),
  requests: 1,
});

const breaks = (place: string): ExpectedRefusal => ({
  kind: "malformed",
  message: new RegExp(`breaks the contract at ${place.replace(/[[\].]/gu, "\\$&")}: `, "u"),
  requests: 1,
});

const notJson: ExpectedRefusal = { kind: "malformed", message: /is not valid JSON/u, requests: 1 };
const notJsonByType: ExpectedRefusal = {
  kind: "malformed",
  message: /not JSON by its content type/u,
  requests: 1,
};
const namedTwice: ExpectedRefusal = {
  kind: "malformed",
  message: /gives a name twice in one object/u,
  requests: 1,
};
const tooLarge: ExpectedRefusal = { kind: "too-large", message: /larger than 1048576 bytes/u, requests: 1 };

const refused: readonly (readonly [string, Fault, ExpectedRefusal])[] = [
  ["a text that is not JSON", { kind: "raw", body: "<html>" }, notJson],
  ["JSON that goes on behind its end", { kind: "raw", body: '{"data":[],"total_count":0}}' }, notJson],
  ["a web page with status 200", { kind: "html-200" }, notJsonByType],
  ["a page called plain text", { kind: "wrong-content-type" }, notJsonByType],
  [
    "a page called a picture of JSON",
    { kind: "wrong-content-type", contentType: "image/json" },
    notJsonByType,
  ],
  ["a page in UTF-16 called UTF-8", { kind: "wrong-charset" }, notJson],
  [
    "a page in UTF-16 that says so",
    { kind: "wrong-charset", declared: "utf-16le" },
    { kind: "malformed", message: /is not in UTF-8/u, requests: 1 },
  ],
  ["a list where the page should be", { kind: "json", value: [] }, breaks("its top level")],
  ["no data", { kind: "json", value: { total_count: 0 } }, breaks("data")],
  ["data that is null", { kind: "json", value: { data: null, total_count: 0 } }, breaks("data")],
  ["a row without its guardrail", without("guardrail_id"), breaks("data[2].guardrail_id")],
  ["a row without its key hash", without("key_hash"), breaks("data[2].key_hash")],
  ["a row without who assigned it", without("assigned_by"), breaks("data[2].assigned_by")],
  ["a row whose name is a number", thirdRow((row) => ({ ...row, key_name: 7 })), breaks("data[2].key_name")],
  ["a row whose id is no UUID", thirdRow((row) => ({ ...row, id: "seven" })), breaks("data[2].id")],
  ["a row that is null", thirdRow(() => null), breaks("data[2]")],
  ["a negative total", total(-1), breaks("total_count")],
  ["a fractional total", total(3.5), breaks("total_count")],
  ["a total as text", total("3"), breaks("total_count")],
  ["no total", { kind: "json", value: { data: [] } }, breaks("total_count")],
  ["a page with a row twice", repeating((row) => row), shows("a row twice")],
  [
    "a page with two assignments of one key, although their hashes differ in the letters' case",
    repeating((row) => ({ ...row, id: sampleGuardrailId(9), key_hash: row.key_hash.toUpperCase() })),
    shows("two assignments of one key"),
  ],
  [
    "a total of 1e12",
    total(1e12),
    {
      kind: "too-large",
      message: /claims 1000000000000 rows, more than the maxRows of 250000/u,
      requests: 1,
    },
  ],
  ["a body that never ends", { kind: "endless" }, tooLarge],
  ["a small body that unpacks to 64 MiB", { kind: "gzip-bomb", bytes: 64 * 1024 * 1024 }, tooLarge],
  [
    "a page of many empty rows",
    { kind: "json", value: { data: Array.from({ length: 20_000 }, () => ({})), total_count: 1 } },
    { kind: "malformed", message: /a list of 20000 entries, more than the 10000 of any page/u, requests: 1 },
  ],
  [
    "a page of more values than any has",
    { kind: "json", value: { data: Array.from({ length: 30 }, () => Array(9_000).fill(0)), total_count: 1 } },
    { kind: "malformed", message: /holds more than 200000 values/u, requests: 1 },
  ],
  [
    "a page that gives its rows twice, the second time none",
    { kind: "raw", body: '{"data":[{"id":"one"}],"total_count":1,"data":[],"total_count":0}' },
    namedTwice,
  ],
  [
    "a page that gives a name twice deep inside a field that nobody knows",
    { kind: "raw", body: '{"data":[],"total_count":0,"more":[{"a" :1,"\\u0061"\n:{"a":2}}]}' },
    namedTwice,
  ],
  [
    "a body that is not the gzip it claims to be",
    { kind: "raw", body: "{}", headers: { "content-encoding": "gzip" } },
    { kind: "malformed", message: /compression is broken/u, requests: 1 },
  ],
];

const emptyPage = '{"data":[],"total_count":0}';
const cut = (body: Buffer): Buffer => body.subarray(0, body.length - 16);

/** What ends before it is whole, although its connection ends in order, and what says itself that something failed. */
type TriedAgain = readonly [string, Fault, Omit<ExpectedRefusal, "requests">];
const triedAgain: readonly TriedAgain[] = [
  ["JSON that is cut off", { kind: "invalid-json" }, { kind: "network", message: /was cut off/u }],
  ["an empty body", { kind: "raw", body: "" }, { kind: "network", message: /was cut off/u }],
  [
    "compressed JSON that is cut off",
    { kind: "raw", body: cut(gzipSync(emptyPage)), headers: { "content-encoding": "gzip" } },
    { kind: "network", message: /was cut off/u },
  ],
  [
    "JSON compressed by Brotli that is cut off",
    { kind: "raw", body: cut(brotliCompressSync(emptyPage)), headers: { "content-encoding": "br" } },
    { kind: "network", message: /was cut off/u },
  ],
  [
    "an error in the service's words",
    { kind: "json", value: { error: { code: 502, message: "Upstream failed" } } },
    { kind: "http", message: /the service answered 200 with an error: "Upstream failed" .*Try again/u },
  ],
  ...[
    { error: { code: 503 } },
    { error: { code: 503, message: null } },
    { error: "upstream unavailable" },
    { error: true },
    { errors: [{ message: "down" }] },
  ].map(
    (named): TriedAgain => [
      `an empty page that names an error, as ${JSON.stringify(named)}`,
      { kind: "json", value: { data: [], total_count: 0, ...named } },
      { kind: "http", message: /the service answered 200 with an error/u },
    ],
  ),
];

describe("an answer with status 200", () => {
  const start = useServices();

  it("is taken where it says that there is no error", async () => {
    for (const none of [{ error: null }, { error: false }, { error: "" }, { errors: [] }]) {
      const value = { data: [], total_count: 0, ...none };
      const service = await start({ faults: () => ({ kind: "json", value }) });
      assert.equal((await readingOf(service.baseUrl).readAll()).totalCount, 0);
    }
  });

  for (const [what, fault, { kind, message, requests }] of refused) {
    it(`is refused at once when it is ${what}`, async () => {
      const service = await start({ faults: () => fault });
      const reading = readingOf(service.baseUrl, { maxPageBytes: 1024 * 1024 });
      const error = await refusalOf(reading.readAll(), service.baseUrl);
      assert.match(error.message, message);
      assert.equal(error.kind, kind);
      assert.equal(service.requests.length, requests);
    });
  }

  for (const [what, fault, { kind, message }] of triedAgain) {
    it(`is asked for again when it is ${what}, and refused when it is so four times`, async () => {
      const service = await start({ faults: [fault] });
      const { assignments, requests } = await readingOf(service.baseUrl).readAll();
      assert.equal(assignments.length, 3);
      assert.equal(service.requests.length, requests + 1);
      service.faults = () => fault;
      const error = await refusalOf(readingOf(service.baseUrl).readAll(), service.baseUrl);
      assert.match(error.message, message);
      assert.equal(error.kind, kind);
      assert.equal(service.requests.length, requests + 1 + 4);
    });
  }

  it("is asked for again when it ends with a connection that is closed, and before it is whole", async () => {
    let asked = 0;
    const server = createServer((socket) => {
      socket.once("data", () => {
        asked += 1;
        const body = emptyPage.slice(0, asked === 1 ? -5 : undefined);
        socket.end(`HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n${body}`);
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    try {
      const { port } = server.address() as AddressInfo;
      const list = await readingOf(`http://127.0.0.1:${port}`).readAll();
      assert.equal(list.assignments.length, 0);
    } finally {
      server.close();
    }
  });

  const accepted: readonly (readonly [string, Fault])[] = [
    ["has fields nobody knows", thirdRow((row) => ({ ...row, colour: "green" }))],
    ["does not say who assigned a key", thirdRow((row) => ({ ...row, assigned_by: null }))],
    [
      "has values that look like names",
      thirdRow((row) => ({ ...row, key_name: 'a":1,"b', colour: '":', shape: ["\\", '\\":', ": "] })),
    ],
    ["is compressed", { kind: "gzip" }],
    ["arrives in small pieces", { kind: "drip", chunk: 40 }],
    ["is called JSON of another kind", { kind: "wrong-content-type", contentType: "application/hal+json" }],
  ];
  for (const [what, fault] of accepted) {
    it(`is accepted when it ${what}`, async () => {
      const service = await start({ faults: () => fault });
      const { assignments } = await readingOf(service.baseUrl).readAll();
      assert.equal(assignments.length, 3);
    });
  }
});
