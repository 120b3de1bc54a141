import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonValue } from "../../local-service/index";
import type { KeyAssignment } from "../../provider/assignments/contract";
import { readAll, readStream } from "../../provider/assignments/read";
import { cases } from "../cases";
import { readingOf, useServices } from "../http/reading-of";
import { rowOf } from "./account";
import { CuttingService, type Shown } from "./cutting-service";

/** Takes no notice of offsets: it gives these answers one after the other, and then the last one always. */
function withoutOffsets(first: Shown, ...others: readonly Shown[]): CuttingService {
  const waiting = [first, ...others];
  let latest = first;
  return new CuttingService(() => {
    latest = waiting.shift() ?? latest;
    return latest;
  });
}

/** In how many readings it is refused, and that nobody is told to run it again. */
async function readingsOf(first: Shown, ...others: readonly Shown[]): Promise<number> {
  const service = withoutOffsets(first, ...others);
  await assert.rejects(readAll(service), {
    kind: "unsettled",
    message: /because a page shows again what another offset showed\. Running it again will not help/u,
  });
  return service.readings;
}

const page = Array.from({ length: 100 }, (_, number) => rowOf(number));
const other = rowOf(1_000);

describe("a service that takes no notice of offsets", () => {
  const start = useServices();

  for (const rows of [3, 99, 150, 1_000, 10_000])
    it(`is refused within five requests of its list of ${rows} assignments`, async () => {
      const service = await start({ rows });
      const authorization = `Bearer ${service.managementKey}`;
      const answer = await fetch(`${service.baseUrl}/guardrails/assignments/keys`, {
        headers: { authorization },
      });
      const first = (await answer.json()) as JsonValue;
      service.faults = () => ({ kind: "json", value: first });
      const before = service.requests.length;
      await assert.rejects(readingOf(service.baseUrl).readAll(), /Running it again will not help/u);
      const asked = service.requests.length - before;
      assert(asked <= 5, `${asked} requests`);
    });

  for (const rows of [60, 100, 150, 1_000])
    it(`is told from one that gives the answer of another offset once, in a list of ${rows}`, async () => {
      const service = await start({ rows });
      const authorization = `Bearer ${service.managementKey}`;
      const answer = await fetch(`${service.baseUrl}/guardrails/assignments/keys?limit=100`, {
        headers: { authorization },
      });
      const first = (await answer.json()) as JsonValue;
      let isOver = false;
      service.faults = ({ offset = 0 }) => {
        if (isOver || offset === 0) return undefined;
        isOver = true;
        return { kind: "json", value: first };
      };
      assert.equal((await readingOf(service.baseUrl).readAll()).assignments.length, rows);
      assert(isOver);
    });

  it("is told from one that counts and lists at two moments, where two pages show the same single row", async () => {
    let asked = 0;
    const oldest = rowOf(0);
    const service = new CuttingService((offset, limit) => {
      asked += 1;
      // A key comes in front of the others between the count and the rows of the third answer.
      const place = asked < 3 ? 99 : 100;
      const total = asked < 4 ? 100 : 101;
      const isShown = offset <= place && place < offset + limit;
      return { rows: isShown ? [oldest] : [], total };
    });
    assert.deepEqual((await readAll(service)).rows, [oldest]);
  });

  it("ends the reading at the next answer where it does so only from the third one on", async () => {
    const list = Array.from({ length: 1_000 }, (_, number) => rowOf(number));
    const service: CuttingService = new CuttingService((offset, limit) => {
      const from = service.requests < 3 ? offset : 0;
      return { rows: list.slice(from, from + limit), total: 1_000 };
    });
    await assert.rejects(
      readAll(service),
      /a page shows again what another offset showed\. Running it again/u,
    );
    // Four in the first reading; in the second all answers are alike.
    assert.equal(service.requests, 7);
  });

  it("is refused in one reading where two offsets show the very same page", async () => {
    assert.equal(await readingsOf({ rows: page, total: 1_000 }), 1);
  });

  it("is refused within five requests where its list changed before the second: no two pages are alike then", async () => {
    const first = { rows: page, total: 1_000 };
    const changes: Readonly<Record<string, readonly [Shown, Shown]>> = {
      "in its total": [first, { rows: page, total: 999 }],
      "in one row": [first, { rows: [other, ...page.slice(1)], total: 1_000 }],
      "in all rows but the last": [
        first,
        { rows: [...page.slice(1).map((_, at) => rowOf(2_000 + at)), ...page.slice(-1)], total: 1_000 },
      ],
      "by a row at its end": [{ rows: page.slice(0, 99), total: 1_000 }, first],
    };
    for (const [what, answers] of Object.entries(changes)) {
      const service = withoutOffsets(...answers);
      await assert.rejects(readAll(service), {
        message: /its pages begin before the offsets asked for\. Running it again will not help/u,
      });
      assert(service.requests <= 5, `${what}: ${service.requests} requests`);
    }
  });
});

describe("a total below the rows", () => {
  const rows = Array.from({ length: 1_050 }, (_, number) => rowOf(number));
  const claiming = (total: number, shown = rows) =>
    new CuttingService((offset, limit) => ({ rows: shown.slice(offset, offset + limit), total }));

  for (const total of [0, 1, 30, 99, 100, 101, 198, 199, 297, 298, 400, 1_000, 1_049])
    it(`of ${total} is refused within five requests`, async () => {
      const service = claiming(total);
      const message = `its total of ${total}`;
      await assert.rejects(readAll(service), {
        kind: "unsettled",
        message: new RegExp(`${message}\\. Running it again will not help`, "u"),
      });
      assert(service.requests <= 5, `${service.requests} requests`);
    });

  it("that counts living rows only is refused within five requests where some show right behind it", async () => {
    // How many positions in turn show rows and show none.
    const runs = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 2, maxLength: 8 });
    const scattered = fc.array(fc.boolean(), { minLength: 101, maxLength: 1_500 });
    const lists = fc.oneof(
      runs.map((lengths) => lengths.flatMap((length, at) => Array<boolean>(length).fill(at % 2 === 0))),
      runs.map((lengths) => lengths.flatMap((length, at) => Array<boolean>(length).fill(at % 2 === 1))),
      scattered,
    );
    await fc.assert(
      fc.asyncProperty(lists, async (shows) => {
        const positions = shows.map((isShown, number) => (isShown ? [rowOf(number)] : []));
        const living = positions.flat();
        const total = living.length;
        const inPage = (offset: number) => positions.slice(offset, offset + 100).flat().length;
        const last = 99 * Math.ceil(total / 99 - 1);
        // Where the last page shows no more and no less than it has positions up to the total, it looks as it should.
        fc.pre(total > 0 && inPage(total) > 1 && (last === 0 || inPage(last) !== total - last));
        const service = new CuttingService((offset, limit) => ({
          rows: positions.slice(offset, offset + limit).flat(),
          total,
        }));
        let read: readonly KeyAssignment[];
        try {
          ({ rows: read } = await readAll(service));
        } catch (error) {
          assert.match(String(error), /Running it again will not help/u);
          assert(service.requests <= 5, `${service.requests} requests`);
          return;
        }
        // The last page may show as many rows as it has positions up to the total: then no other row is missing.
        assert.deepEqual(read, living);
      }),
      { numRuns: cases(1_000) },
    );
  });

  it("that counts the rows of one page is refused within five requests, too, where the list ends with the first", async () => {
    for (const count of [1, 15, 99]) {
      const service = new CuttingService((offset, limit) => {
        const data = rows.slice(0, count).slice(offset, offset + limit);
        return { rows: data, total: data.length };
      });
      await assert.rejects(readAll(service), {
        message: /because its total counts the rows of one page\. Running it again will not help/u,
      });
      assert(service.requests <= 5, `${service.requests} requests`);
    }
  });

  it("is no lie where the count lags behind: 73 positions of deleted keys, and two keys assigned just now", async () => {
    const positions = [...Array.from({ length: 73 }, () => []), [rowOf(0)], [rowOf(1)]];
    let total = 73;
    const service = Object.assign(
      new CuttingService((offset, limit) => ({
        rows: positions.slice(offset, offset + limit).flat(),
        total,
      })),
      {
        rest: async () => {
          total = 75;
          return true;
        },
      },
    );
    assert.deepEqual((await readAll(service)).rows, [rowOf(0), rowOf(1)]);
  });

  it("is looked for once more, from elsewhere, and the list read again where that does not show it", async () => {
    const whole = claiming(1_050);
    const service: CuttingService = new CuttingService((offset, limit) => ({
      ...whole.cut(offset, limit),
      // The total of the last planned page is from before the last key was assigned, its rows are not.
      ...(service.requests === 2 && { total: 1_049 }),
    }));
    assert.deepEqual((await readAll(service)).rows, rows);
    assert.equal(service.readings, 2);
  });
});

it("a total below the rows is no more than a doubt where the look at it shows another one, or there is no time for it", async () => {
  const rows = Array.from({ length: 1_050 }, (_, number) => rowOf(number));
  const unlike = (rest: boolean) => {
    const service = new CuttingService((offset, limit) => ({
      rows: rows.slice(offset, offset + limit),
      total: offset === 991 && rest ? 1_001 : 1_000,
    }));
    return Object.assign(service, { rest: async () => rest });
  };
  await assert.rejects(
    readAll(unlike(false)),
    /after 1 readings, because it has rows beyond its total of 1000\. Run/u,
  );
  const moving = unlike(true);
  await assert.rejects(readAll(moving), /beyond its total of 1000\. Running it again will not help/u);
  assert.equal(moving.readings, 2);
});

it("an endpoint that rounds offsets down is refused within five requests", async () => {
  const rows = Array.from({ length: 1_000 }, (_, number) => rowOf(number));
  const service = new CuttingService((offset, limit) => {
    const from = offset - (offset % 50);
    return { rows: rows.slice(from, from + limit), total: 1_000 };
  });
  const message = /its pages begin before the offsets asked for\. Running it again will not help/u;
  await assert.rejects(readAll(service), { message });
  assert(service.requests <= 5, `${service.requests} requests`);
});

describe("the last planned page, asked for ahead of its turn", () => {
  const listOf = (count: number) => Array.from({ length: count }, (_, number) => rowOf(number));
  const cut = (list: ReturnType<typeof listOf>, offset: number, limit: number): Shown => ({
    rows: list.slice(offset, offset + limit),
    total: list.length,
  });

  it("costs no request where the total stays", async () => {
    const service = new CuttingService((offset, limit) => cut(listOf(1_000), offset, limit));
    assert.equal((await readAll(service)).rows.length, 1_000);
    assert.equal(service.requests, 11);
  });

  it("is asked for once more where the total moved meanwhile: rows it showed may be gone", async () => {
    const before = listOf(1_000);
    const after = before.filter((_, at) => at !== 995);
    const service: CuttingService = new CuttingService((offset, limit) =>
      cut(service.requests < 5 ? before : after, offset, limit),
    );
    assert.deepEqual((await readAll(service)).rows, after);
    assert.equal(service.readings, 1);
  });

  it("is asked for once more where rows moved meanwhile, although the total stayed", async () => {
    for (const rows of [400, 1_000])
      for (let before = 3; before <= rows / 100; before += 1) {
        // Newest first: a key is rotated, so one comes in front and the oldest goes.
        let list = listOf(rows);
        const service: CuttingService = new CuttingService((offset, limit) => {
          if (service.requests === before) list = [rowOf(5_000), ...list.slice(0, -1)];
          return cut(list, offset, limit);
        });
        const given: KeyAssignment[] = [];
        for await (const batch of readStream(service)) given.push(...batch);
        assert.deepEqual(given.slice(-2), listOf(rows).slice(-3, -1), `${rows} rows, before ${before}`);
        assert.equal(service.readings, 1);
      }
  });

  it("hides no row where others came in front of it and older ones of deleted keys went", async () => {
    const orphan = undefined;
    const stayed = listOf(1_250).filter((_, at) => at < 1_210 || at >= 1_245);
    const positions: (KeyAssignment | undefined)[] = listOf(1_250);
    positions.fill(orphan, 1_210, 1_245);
    const service: CuttingService = new CuttingService((offset, limit) => {
      if (service.requests === 6) {
        positions.splice(1_210, 8);
        positions.unshift(...new Array<undefined>(8).fill(orphan));
      }
      const rows = positions.slice(offset, offset + limit).filter((row) => row !== orphan);
      return { rows, total: positions.length };
    });
    assert.deepEqual((await readAll(service)).rows, stayed);
  });

  it("does not tell where the last row stands, once older rows went and newer ones came", async () => {
    // Newest last; the first ten positions and the last one are those of deleted keys.
    const positions = listOf(1_000).map((row, at) => (at < 10 || at === 999 ? undefined : row));
    const stayed = positions.filter((row) => row !== undefined);
    let isOver = false;
    const service: CuttingService = new CuttingService((offset, limit) => {
      if (service.requests === 5 && !isOver) {
        isOver = true;
        positions.push(positions.shift());
      }
      const rows = positions.slice(offset, offset + limit).filter((row) => row !== undefined);
      return { rows, total: positions.length };
    });
    assert.deepEqual((await readAll(service)).rows, stayed);
  });

  it("counts for nothing where its turn never came", async () => {
    const list = listOf(1_000);
    // Fifty rows a page, and one of the last page's is deleted as soon as it was shown.
    const service: CuttingService = new CuttingService((offset, limit) => ({
      rows: list
        .slice(offset, offset + Math.min(limit, 50))
        .filter(({ id }) => service.requests <= 2 || id !== rowOf(995).id),
      total: list.length,
    }));
    assert.equal((await readAll(service)).rows.length, 999);
    assert.equal(service.readings, 1);
  });
});
