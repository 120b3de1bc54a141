import assert from "node:assert/strict";
import {
  Ledger,
  type LocalService,
  type RequestRecord,
  sampleAssignment,
  samplePositions,
} from "../../local-service/index";
import { readingOf, refusalOf, useServices } from "./reading-of";

/** Holds answers back until something has happened. */
class Gate {
  open = (): void => undefined;
  readonly passed = new Promise<void>((resolve) => {
    this.open = resolve;
  });
}

/** Answers to one offset only once another was asked for: a read that waits for the one before it asks for the other hangs. */
function holdBack(service: LocalService, held: number, until: number): void {
  const asked = new Gate();
  service.latency = ({ offset }) => {
    if (offset === until) asked.open();
    return offset === held ? asked.passed : 0;
  };
}

describe("the pages of a read", () => {
  const running = useServices();

  it("are asked for by offset and limit, and the snapshot says how many there were", async () => {
    const service = await running({ rows: 250 });
    const { requests } = await readingOf(service.baseUrl, { maxConcurrency: 1 }).readAll();
    const asked = service.requests.map(({ offset, limit }) => [offset, limit]);
    assert.deepEqual(asked, [
      [0, 100],
      [198, 100],
      [99, 100],
    ]);
    assert.equal(requests, 3);
  });

  it("tell whoever watches how far the read is, the seams counted twice", async () => {
    const service = await running({ rows: 250 });
    const seen: unknown[] = [];
    await readingOf(service.baseUrl, { maxConcurrency: 1 }).readAll({ onProgress: (now) => seen.push(now) });
    assert.deepEqual(seen, [
      { rows: 100, total: 250 },
      { rows: 152, total: 250 },
      { rows: 252, total: 250 },
    ]);
  });

  for (const status of [400, 404, 416]) {
    it(`take an offset beyond the end that is answered ${status} for an empty page, and one of which rows are owed not`, async () => {
      const ledger = new Ledger({ positions: samplePositions(250, 1) });
      const refusing = (from: number) => (request: RequestRecord) =>
        (request.offset ?? 0) >= from ? ({ kind: "status", status } as const) : undefined;
      const ending = await running({ ledger, faults: refusing(250) });
      const { assignments, totalCount } = await readingOf(ending.baseUrl).readAll();
      assert.deepEqual([assignments.length, totalCount], [249, 250]);
      assert(ending.requests.some(({ offset }) => offset === 250));

      const owing = await running({ ledger, faults: refusing(198) });
      const error = await refusalOf(readingOf(owing.baseUrl).readAll(), owing.baseUrl);
      assert.equal(error.status, status);
    });
  }

  it("may hold more rows than were asked for, of a service that takes no notice of the limit", async () => {
    const positions = samplePositions(400);
    const isOrphan = (at: number): boolean => at >= 100 && at < 250;
    const ledger = new Ledger({
      positions: { ...positions, isOrphan, at: (at) => (isOrphan(at) ? "orphan" : positions.at(at)) },
    });
    const service = await running({
      ledger,
      faults: ({ offset = 0 }) => {
        const { data, total_count } = ledger.page({ offset, limit: 100 });
        return { kind: "json", value: { data: data.map((row) => ({ ...row })), total_count } };
      },
    });
    const { assignments } = await readingOf(service.baseUrl).readAll();
    assert.equal(assignments.length, 250);
    assert(service.requests.some(({ limit }) => limit === 93));
    assert.equal((await readingOf(service.baseUrl).readPage({ offset: 0, limit: 7 })).assignments.length, 7);
  });

  for (const [what, rows, served] of [
    ["all rows at once", 333, () => 1_000],
    ["a row more than it is asked for", 333, (limit: number) => limit + 1],
    ["a hundred rows and one at the most", 101, () => 101],
  ] as const)
    it(`may hold ${what}: what lies beyond the limit is asked for again`, async () => {
      const service = await running();
      const whole = new Ledger({ positions: samplePositions(rows) });
      const list = [0, 100, 200, 300].flatMap((offset) => whole.page({ offset, limit: 100 }).data);
      service.faults = ({ offset = 0, limit = 0 }) => {
        const data = list.slice(offset, offset + served(limit)).map((row) => ({ ...row }));
        return { kind: "json", value: { data, total_count: rows } };
      };
      const { assignments, requests } = await readingOf(service.baseUrl).readAll();
      assert.equal(assignments.length, rows);
      assert(requests <= 4, `${requests} requests`);
      const page = await readingOf(service.baseUrl).readPage({ offset: 50, limit: 7 });
      assert.equal(page.assignments.length, 7);
    });

  it("are asked for as many at once as maxConcurrency allows", async () => {
    const service = await running({ rows: 3_000 });
    const allThere = new Gate();
    service.latency = ({ index }) => {
      if (service.traffic.maxConcurrent === 4) allThere.open();
      // Before the second page is joined it asks for few.
      return index < 4 ? 0 : allThere.passed;
    };
    await readingOf(service.baseUrl, { maxConcurrency: 4 }).readAll();
    assert.equal(service.traffic.maxConcurrent, 4);
  });
});

describe("the look past the end of a list with deleted keys", () => {
  const running = useServices();

  it("is asked for beside the last pages where an earlier page came short", async () => {
    const service = await running({ rows: 400 });
    service.ledger.deleteKey(sampleAssignment(250).keyHash);
    holdBack(service, 297, 400);
    assert.equal((await readingOf(service.baseUrl).readAll()).missingRows, 1);
  });

  it("is asked for after the last page, however early a page came short", async () => {
    const service = await running({ rows: 298 });
    service.ledger.deleteKey(sampleAssignment(150).keyHash);
    await readingOf(service.baseUrl, { maxConcurrency: 1 }).readAll();
    assert.deepEqual(
      service.requests.map(({ offset }) => offset),
      [0, 297, 99, 198, 298],
    );
  });

  it("is asked for beside the page that proves the end of a short list", async () => {
    const service = await running({ rows: 40 });
    service.ledger.deleteKey(sampleAssignment(20).keyHash);
    holdBack(service, 38, 40);
    assert.equal((await readingOf(service.baseUrl).readAll()).missingRows, 1);
    assert.deepEqual(
      service.requests.map(({ offset }) => offset),
      [0, 40, 38],
    );
  });
});

describe("the bridges over seams that deleted keys hide", () => {
  const running = useServices();

  it("are asked for beside each other", async () => {
    const service = await running({ rows: 500 });
    for (const seam of [198, 297]) service.ledger.deleteKey(sampleAssignment(seam).keyHash);
    holdBack(service, 197, 295);
    assert.equal((await readingOf(service.baseUrl).readAll()).missingRows, 2);
  });

  it("are asked for while pages before them are still under way, once a page came full", async () => {
    const service = await running({ rows: 900 });
    service.ledger.deleteKey(sampleAssignment(594).keyHash);
    const reading = readingOf(service.baseUrl);
    // A client that begins asks for few at once, and waits for them before it asks for more.
    await reading.readAll();
    await reading.readAll();
    holdBack(service, 396, 593);
    assert.equal((await reading.readAll()).missingRows, 1);
  });

  it("are few where deleted keys fill whole pages", async () => {
    const service = await running({ rows: 500 });
    for (let n = 150; n < 350; n += 1) service.ledger.deleteKey(sampleAssignment(n).keyHash);
    await readingOf(service.baseUrl).readAll();
    // Of the first pass: 149 and 223 might have shown both sides; the pages at 150 and 248 are looked at because an empty
    // one need not reach to the next.
    const asked = service.requests.map(({ offset = 0 }) => offset);
    const firstPass = asked.slice(0, asked.indexOf(0, 1));
    assert.deepEqual(
      firstPass.toSorted((one, other) => one - other),
      [0, 99, 149, 150, 198, 223, 248, 297, 396, 495, 500],
    );
  });
});

describe("a stream", () => {
  const running = useServices();

  it("asks for no page more ahead than may be under way, but the last", async () => {
    const service = await running({ rows: 3_000 });
    const reading = readingOf(service.baseUrl, { maxConcurrency: 4 });
    const judged = new Gate();
    let asked: (number | undefined)[] = [];
    const judge = async (): Promise<void> => {
      // What else is wanted stands before it in the queue.
      await reading.readPage({ offset: 0, limit: 1 });
      asked = service.requests.map(({ offset }) => offset);
      judged.open();
    };
    service.latency = ({ index, offset }) => {
      if (index === 5) void judge();
      return offset === 198 ? judged.passed : 0;
    };
    for await (const _ of reading.stream()) if (asked.length > 0) break;
    assert.deepEqual(
      asked.toSorted((one = 0, other = 0) => one - other),
      [0, 0, 99, 198, 297, 396, 495, 2_970],
    );
  });

  it("ends in an error where a row shows again many pages later, and a total has room for it", async () => {
    const service = await running({ rows: 0 });
    const whole = new Ledger({ positions: samplePositions(600) });
    const list = [0, 100, 200, 300, 400, 500].flatMap((offset) => whole.page({ offset, limit: 100 }).data);
    service.faults = ({ offset = 0, limit = 0 }) => ({
      kind: "json",
      value: {
        data: [...list, undefined, undefined, undefined, list[0]]
          .slice(offset, offset + limit)
          .filter((row) => row !== undefined)
          .map((row) => ({ ...row })),
        total_count: 604,
      },
    });
    let given = 0;
    const streamed = (async () => {
      for await (const _ of readingOf(service.baseUrl).stream()) given += 1;
    })();
    await assert.rejects(streamed, {
      kind: "unsettled",
      message: /while it was streamed, because a row shows twice\. /u,
    });
    assert.equal(given, 601);
  });
});

describe("a read is refused before it is planned", () => {
  const running = useServices();

  it("when the list claims more than maxRows rows, and not when it claims as many", async () => {
    const service = await running({ rows: 3 });
    assert.equal((await readingOf(service.baseUrl, { maxRows: 3 }).readAll()).totalCount, 3);
    await assert.rejects(readingOf(service.baseUrl, { maxRows: 2 }).readAll(), {
      kind: "too-large",
      message:
        /^could not verify: the list claims 3 rows, more than the maxRows of 2 \(GET .*\)\. .* raise maxRows\.$/u,
    });
  });

  it("when it would take more than maxRequests requests, and not when it takes as many", async () => {
    for (const [rows, maxRequests] of [
      [198, 2],
      [199, 3],
    ] as const) {
      const { baseUrl } = await running({ rows });
      assert.equal((await readingOf(baseUrl, { maxRequests }).readAll()).requests, maxRequests);
      await assert.rejects(readingOf(baseUrl, { maxRequests: maxRequests - 1 }).readAll(), {
        kind: "too-large",
        message: new RegExp(`: reading ${rows} rows would take ${maxRequests} requests`, "u"),
      });
    }
    const service = await running({ rows: 1_000 });
    assert.equal((await readingOf(service.baseUrl, { maxRequests: 11 }).readAll()).requests, 11);
    const before = service.requests.length;
    await assert.rejects(readingOf(service.baseUrl, { maxRequests: 10 }).readAll(), {
      kind: "too-large",
      message:
        /: reading 1000 rows would take 11 requests, more than the maxRequests of 10 .* raise maxRequests\.$/u,
    });
    assert.equal(service.requests.length, before + 1);
  });
});

describe("a read is refused on its way", () => {
  const running = useServices();

  it("when deleted keys make it take more requests than maxRequests", async () => {
    const service = await running({ rows: 3 });
    service.ledger.deleteKey(sampleAssignment(2).keyHash);
    await assert.rejects(readingOf(service.baseUrl, { maxRequests: 1 }).readAll(), {
      kind: "too-large",
      message: /: the read needs [23] requests, more than the maxRequests of 1 .* raise maxRequests\.$/u,
    });
  });

  it("when an answer is no page at all, and the message says where the contract is broken", async () => {
    const service = await running({ faults: [{ kind: "json", value: [] }] });
    await assert.rejects(readingOf(service.baseUrl).readAll(), {
      kind: "malformed",
      message: /breaks the contract at its top level: Invalid input: expected object, received array \(GET/u,
    });
  });
});

describe("a service that rounds offsets down", () => {
  const running = useServices();

  for (const [rows, multiple] of [
    [40, 25],
    [120, 5],
    [250, 10],
    [250, 50],
    [1_000, 25],
  ] as const)
    it(`to a multiple of ${multiple} is refused for ${rows} rows after two readings, with the right cause`, async () => {
      const ledger = new Ledger({ positions: samplePositions(rows) });
      const service = await running({
        faults: ({ offset = 0, limit = 0 }) => {
          const { data, ...page } = ledger.page({ offset: offset - (offset % multiple), limit });
          return { kind: "json", value: { ...page, data: data.map((row) => ({ ...row })) } };
        },
      });
      await assert.rejects(readingOf(service.baseUrl).readAll(), {
        kind: "unsettled",
        message: / its pages begin before the offsets asked for\. Running it again will not help/u,
      });
      assert(service.requests.length <= 22, `${service.requests.length} requests`);
    });
});

describe("a service that serves one assignment a page", () => {
  const running = useServices();

  it("is refused after two readings where it has more than pages are assumed to span", async () => {
    const ledger = new Ledger({ positions: samplePositions(120), window: 1 });
    const service = await running({ ledger });
    await assert.rejects(readingOf(service.baseUrl).readAll(), {
      kind: "unsettled",
      message: /because each of its pages shows one row\. Running it again will not help/u,
    });
    assert(service.requests.length <= 70, `${service.requests.length} requests`);
  });
});

describe("a row that shows on two pages of a list at rest", () => {
  const running = useServices();

  it("is refused after two readings, and nobody is told to run it again", async () => {
    const service = await running({ rows: 600 });
    const [first] = service.ledger.page({ offset: 0, limit: 1 }).data;
    service.faults = ({ offset = 0 }) => ({
      kind: "edited-page",
      edit: ({ data, ...rest }) => ({
        ...rest,
        data: data.map((row, at) => ({ ...(offset + at === 550 && first !== undefined ? first : row) })),
      }),
    });
    await assert.rejects(readingOf(service.baseUrl).readAll(), {
      kind: "unsettled",
      message: /because a row shows twice\. Running it again will not help/u,
    });
    assert(service.requests.length <= 16, `${service.requests.length} requests`);
  });
});

describe("two assignments of one key, on two pages of a list at rest", () => {
  const running = useServices();

  it("are refused, also where only the letters' case differs, and nobody is told to run it again", async () => {
    const service = await running({ rows: 150 });
    const twice = sampleAssignment(3).keyHash.toUpperCase();
    service.faults = ({ offset = 0 }) =>
      offset === 0
        ? undefined
        : {
            kind: "edited-page",
            edit: ({ data, ...rest }) => ({
              ...rest,
              data: data.map((row, at) => (at === data.length - 1 ? { ...row, key_hash: twice } : row)),
            }),
          };
    const error = await readingOf(service.baseUrl)
      .readAll()
      .then(() => assert.fail("it was not refused"), String);
    assert.match(
      error,
      new RegExp(
        `the key ${twice.slice(0, 8).toLowerCase()} shows two assignments\\. Running it again will not help`,
        "u",
      ),
    );
  });
});
