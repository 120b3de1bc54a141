import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { type WirePage, wireKeyAssignment, wirePage } from "../provider/contract";
import {
  type Fault,
  Ledger,
  LOCAL_MANAGEMENT_KEY,
  type LocalService,
  type LocalServiceOptions,
  loopbackCertificate,
  sampleAssignment,
  sampleGuardrailId,
  samplePositions,
  startLocalService,
} from "../provider/local-service/index";

const LIST = "/guardrails/assignments/keys";
const MAIN = join(__dirname, "..", "provider", "local-service", "main.js");

describe("the ledger", () => {
  const ledgerOf = (count: number): Ledger => new Ledger({ positions: samplePositions(count) });
  const ids = (page: WirePage): string[] => page.data.map((row) => row.id);
  const sampleIds = (...numbers: number[]): string[] => numbers.map((n) => sampleAssignment(n).id);

  it("cuts 50 positions by default, and at most 100 whatever is asked for", () => {
    const ledger = ledgerOf(300);
    assert.equal(ledger.page().data.length, 50);
    assert.equal(ledger.page({ limit: 250 }).data.length, 100);
    ledger.window = 30;
    assert.equal(ledger.page({ limit: 100 }).data.length, 30);
  });

  it("shows nothing of a page whose rows all belong to deleted keys, and still counts them", () => {
    const positions = Array.from({ length: 151 }, (_, n) => (n < 120 ? "orphan" : sampleAssignment(n)));
    const ledger = new Ledger({ positions });
    assert.deepEqual(ledger.page({ offset: 0, limit: 100 }), { data: [], total_count: 151 });
    const second = ledger.page({ offset: 100, limit: 100 });
    assert.equal(second.data.length, 31);
    assert.equal(second.data.at(-1)?.id, sampleAssignment(150).id);
  });

  it("replaces the assignment of a key that has one, under a new id", () => {
    const ledger = ledgerOf(3);
    const { keyHash, keyName, id } = sampleAssignment(0);
    const replaced = ledger.assign({ keyHash, guardrailId: sampleGuardrailId(3) });
    assert.notEqual(replaced.id, id);
    assert.equal(replaced.keyName, keyName);
    assert.deepEqual(ids(ledger.page()), [...sampleIds(1, 2), replaced.id]);
  });

  it("puts an assignment where it is told to", () => {
    const ledger = ledgerOf(2);
    const start = ledger.assign({}, { at: "start" });
    const middle = ledger.assign({}, { at: 2 });
    const end = ledger.assign();
    assert.deepEqual(ids(ledger.page()), [start.id, ...sampleIds(0), middle.id, ...sampleIds(1), end.id]);
  });

  it("keeps a key whose assignment is removed, and forgets a deleted one", () => {
    const ledger = ledgerOf(3);
    const [first, second] = [sampleAssignment(0), sampleAssignment(1)];
    ledger.unassign(first.id);
    ledger.deleteKey(second.keyHash);
    assert.deepEqual(ids(ledger.page()), sampleIds(2));
    assert.equal(ledger.totalCount, 2);
    assert.equal(ledger.hasKey(first.keyHash), true);
    assert.equal(ledger.hasKey(second.keyHash), false);
  });

  it("refuses to change what it does not hold", () => {
    const ledger = ledgerOf(1);
    assert.throws(() => ledger.unassign("nothing"), RangeError);
    assert.throws(() => ledger.deleteKey("nothing"), RangeError);
    assert.throws(() => ledger.removeAt(1), RangeError);
  });

  it("lists in the order it is given", () => {
    const ledger = ledgerOf(3);
    ledger.reorder((position) => -position);
    assert.deepEqual(ids(ledger.page()), sampleIds(2, 1, 0));
  });

  it("shows, page by page, exactly the assignments it holds, wherever the orphans are", () => {
    const positions = fc.array(fc.boolean(), { maxLength: 60 });
    fc.assert(
      fc.property(positions, fc.integer({ min: 1, max: 20 }), (orphans, limit) => {
        const ledger = new Ledger({
          positions: orphans.map((gone, n) => (gone ? "orphan" : sampleAssignment(n))),
        });
        const listed: string[] = [];
        for (let offset = 0; offset < ledger.totalCount; offset += limit)
          listed.push(...ids(ledger.page({ offset, limit })));
        assert.deepEqual(
          listed,
          ledger.assignments().map((row) => row.id),
        );
        assert.equal(ledger.totalCount, orphans.length);
      }),
    );
  });

  it("makes of a million positions only those a page shows", () => {
    let made = 0;
    const at = (position: number) => {
      made += 1;
      return sampleAssignment(position);
    };
    const ledger = new Ledger({ positions: { count: 1_000_000, at } });
    assert.deepEqual(ids(ledger.page({ offset: 999_998 })), sampleIds(999_998, 999_999));
    ledger.assign({}, { at: "start" });
    assert.equal(made, 2);
  });
});

describe("sample assignments", () => {
  it("are what the contract asks for, and never share an id or a key", () => {
    const rows = Array.from({ length: 500 }, (_, n) => [
      sampleAssignment(n),
      sampleAssignment(n, "new"),
    ]).flat();
    const { data } = new Ledger({ positions: rows, window: 1_000 }).page({ limit: 1_000 });
    for (const row of data) {
      wireKeyAssignment.parse(row);
      assert.match(row.key_hash, /^[0-9a-f]{64}$/);
    }
    assert.equal(new Set(rows.map((row) => row.id)).size, 1_000);
    assert.equal(new Set(rows.map((row) => row.keyHash)).size, 1_000);
  });

  it("leave out as many positions for orphans as they are told to", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (rows, orphans) => {
        const ledger = new Ledger({ positions: samplePositions(rows + orphans, orphans) });
        assert.equal(ledger.assignments().length, rows);
      }),
    );
  });
});

describe("the local service", () => {
  let service: LocalService;
  afterEach(() => service.close());

  async function start(options: LocalServiceOptions = {}): Promise<void> {
    service = await startLocalService(options);
  }

  function ask(path = LIST, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${service.managementKey}`, ...init.headers };
    return fetch(`${service.baseUrl}${path}`, { ...init, headers });
  }

  async function page(query = ""): Promise<WirePage> {
    return wirePage.parse(await (await ask(`${LIST}${query}`)).json());
  }

  /** The answer as it comes over the wire, not decompressed, parsed or followed. */
  function wire(): Promise<http.IncomingMessage> {
    const headers = { authorization: `Bearer ${service.managementKey}` };
    return new Promise((resolve, reject) => {
      http.get(`${service.baseUrl}${LIST}`, { headers }, resolve).once("error", reject);
    });
  }

  const startWith = (fault: Fault, options: LocalServiceOptions = {}): Promise<void> =>
    start({ ledger: new Ledger({ positions: samplePositions(3) }), faults: [fault], ...options });

  describe("pages", () => {
    it("sends the window that offset and limit name, and the total", async () => {
      await start({ ledger: new Ledger({ positions: samplePositions(151) }) });
      const { data, total_count } = await page("?offset=100&limit=100");
      assert.equal(data.length, 51);
      assert.equal(data[0]?.id, sampleAssignment(100).id);
      assert.equal(total_count, 151);
      assert.equal((await page()).data.length, 50);
      assert.equal((await page("?limit=1000")).data.length, 100);
    });

    for (const query of [
      "offset=-1",
      "offset=x",
      "offset=1.5",
      "limit=0",
      "limit=-5",
      "limit=",
      "limit=ten",
    ]) {
      it(`refuses ${query} with 400 and the envelope`, async () => {
        await start();
        const response = await ask(`${LIST}?${query}`);
        assert.equal(response.status, 400);
        assert.equal(JSON.parse(await response.text()).error.code, 400);
      });
    }

    it("claims a wrong total where told to, always or by page", async () => {
      await start({ total: "many" });
      assert.deepEqual(await (await ask()).json(), { data: [], total_count: "many" });
      service.total = ({ index, trueTotal }) => trueTotal + index;
      assert.equal((await page()).total_count, 1);
    });

    it("lets the ledger change just before a page is cut, or just after", async () => {
      await start();
      service.beforePage = ({ offset, limit }) => {
        assert.deepEqual([offset, limit], [0, 7]);
        service.ledger.assign();
      };
      service.afterPage = () => service.ledger.removeAt(0);
      assert.equal((await page("?limit=7")).data.length, 1);
      assert.equal(service.ledger.totalCount, 0);
    });
  });

  describe("credentials", () => {
    const refusalOf = async (options: LocalServiceOptions, authorization?: string): Promise<Response> => {
      await start(options);
      const response = await fetch(`${service.baseUrl}${LIST}`, {
        headers: authorization === undefined ? {} : { authorization },
      });
      assert.equal(response.status, 401);
      return response;
    };

    it("refuses a missing one as OpenRouter does, without a body", async () => {
      assert.equal(await (await refusalOf({})).text(), "");
    });

    it("refuses a wrong one as ModelGates does, in its envelope", async () => {
      const { error, modelgates_metadata } = JSON.parse(
        await (await refusalOf({ flavour: "modelgates" }, "Bearer x")).text(),
      );
      assert.equal(error.code, 401);
      assert.equal(modelgates_metadata, null);
    });

    it("refuses as a proxy does, with a web page", async () => {
      const response = await refusalOf({ errorBody: "html" }, `Basic ${LOCAL_MANAGEMENT_KEY}`);
      assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
    });

    it("accepts the one it was given", async () => {
      await start({ managementKey: "sk-or-mgmt-mine" });
      assert.equal((await ask()).status, 200);
    });
  });

  describe("assigning keys", () => {
    const assign = (guardrail: string, body: unknown): Promise<Response> =>
      ask(`/guardrails/${guardrail}/assignments/keys`, { method: "POST", body: JSON.stringify(body) });

    it("gives the keys the guardrail, in place of any they had", async () => {
      await start({ ledger: new Ledger({ positions: samplePositions(1) }) });
      const keyHashes = [sampleAssignment(0).keyHash, service.ledger.addKey({ keyName: "prod-new" }).keyHash];
      const response = await assign(sampleGuardrailId(2), { key_hashes: keyHashes });
      assert.deepEqual(await response.json(), { assigned_count: 2 });
      const rows = (await page()).data;
      assert.deepEqual(
        rows.map((row) => row.key_hash),
        keyHashes,
      );
      assert.deepEqual(
        rows.map((row) => row.guardrail_id),
        [sampleGuardrailId(2), sampleGuardrailId(2)],
      );
      assert.equal(rows[1]?.key_name, "prod-new");
    });

    it("assigns none where one key does not exist", async () => {
      await start();
      const { keyHash } = service.ledger.addKey();
      assert.equal((await assign(sampleGuardrailId(0), { key_hashes: [keyHash, "unknown"] })).status, 404);
      assert.equal(service.ledger.totalCount, 0);
    });

    it("refuses nonsense with 400 and unknown paths with 404", async () => {
      await start();
      for (const body of [{}, [], null, { key_hashes: [] }, { key_hashes: [1] }, { key_hashes: [""] }]) {
        assert.equal((await assign(sampleGuardrailId(0), body)).status, 400);
      }
      assert.equal((await assign("no-uuid", { key_hashes: ["x"] })).status, 404);
      assert.equal((await ask("/keys")).status, 404);
    });
  });

  describe("faults", () => {
    it("strike the requests in turn, and leave out those that are undefined", async () => {
      await start({ faults: [{ kind: "status", status: 503 }, undefined, { kind: "status", status: 502 }] });
      const statuses: number[] = [];
      for (let n = 0; n < 4; n += 1) statuses.push((await ask()).status);
      assert.deepEqual(statuses, [503, 200, 502, 200]);
    });

    it("strike the requests a function chooses", async () => {
      await start({ faults: ({ offset }) => (offset === 7 ? { kind: "status", status: 500 } : undefined) });
      assert.equal((await ask(`${LIST}?offset=7`)).status, 500);
      assert.equal((await ask()).status, 200);
    });

    it("do not strike a request without the credential", async () => {
      await startWith({ kind: "status", status: 503 });
      assert.equal((await fetch(`${service.baseUrl}${LIST}`)).status, 401);
      assert.equal((await ask()).status, 503);
    });

    it("status: any status, shape of body and headers", async () => {
      await startWith({ kind: "status", status: 429, body: "modelgates", headers: { "retry-after": "7" } });
      const response = await ask();
      assert.equal(response.status, 429);
      assert.equal(response.headers.get("retry-after"), "7");
      assert.equal(JSON.parse(await response.text()).error.message, "Rate limit exceeded");
    });

    it("redirect: a location with 307 unless another status is named", async () => {
      await startWith({ kind: "redirect", location: "http://127.0.0.1:1/elsewhere" });
      const response = await ask(LIST, { redirect: "manual" });
      assert.equal(response.status, 307);
      assert.equal(response.headers.get("location"), "http://127.0.0.1:1/elsewhere");
    });

    it("echo-credential: a refusal that repeats the credential", async () => {
      await startWith({ kind: "echo-credential" });
      const response = await ask();
      assert.equal(response.status, 403);
      assert.ok((await response.text()).includes(`Bearer ${service.managementKey}`));
    });

    it("edited-page: the true page, changed", async () => {
      await startWith({
        kind: "edited-page",
        edit: (truth) => ({ ...truth, data: truth.data.slice(1), extra: true }),
      });
      const edited = JSON.parse(await (await ask()).text());
      assert.deepEqual([edited.data.length, edited.total_count, edited.extra], [2, 3, true]);
    });

    it("json: any value at all", async () => {
      await startWith({ kind: "json", value: [null], status: 201, headers: { "x-more": "yes" } });
      const response = await ask();
      assert.deepEqual(await response.json(), [null]);
      assert.deepEqual([response.status, response.headers.get("x-more")], [201, "yes"]);
    });

    it("raw: any bytes at all", async () => {
      const body = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0xff]);
      await startWith({ kind: "raw", body });
      assert.deepEqual(await buffer(await wire()), body);
    });

    it("invalid-json: a page that stops in the middle", async () => {
      await startWith({ kind: "invalid-json" });
      await assert.rejects(async () => (await ask()).json(), SyntaxError);
    });

    it("html-200: a web page instead of a page", async () => {
      await startWith({ kind: "html-200" });
      const response = await ask();
      assert.equal(response.status, 200);
      assert.match(await response.text(), /^<!doctype html>/);
    });

    it("wrong-content-type: the true page under another name", async () => {
      await startWith({ kind: "wrong-content-type" });
      const response = await ask();
      assert.match(response.headers.get("content-type") ?? "", /^text\/plain/);
      assert.equal(wirePage.parse(await response.json()).data.length, 3);
    });

    it("wrong-charset: the true page in another encoding than declared", async () => {
      await startWith({ kind: "wrong-charset" });
      const message = await wire();
      assert.equal(message.headers["content-type"], "application/json; charset=utf-8");
      assert.equal(JSON.parse((await buffer(message)).toString("utf16le")).data.length, 3);
    });

    it("gzip: the true page, compressed", async () => {
      await startWith({ kind: "gzip" });
      const message = await wire();
      assert.equal(message.headers["content-encoding"], "gzip");
      assert.equal(JSON.parse(gunzipSync(await buffer(message)).toString()).data.length, 3);
    });

    it("gzip-bomb: a thousand times larger once decompressed", async () => {
      await startWith({ kind: "gzip-bomb", bytes: 8 * 1024 * 1024 });
      const bomb = await buffer(await wire());
      const inflated = gunzipSync(bomb);
      assert.ok(inflated.length >= 8 * 1024 * 1024);
      assert.ok(inflated.length > 500 * bomb.length);
      assert.equal(JSON.parse(inflated.toString()).data.length, 3);
    });

    it("reset-before: the connection breaks before any header", async () => {
      await startWith({ kind: "reset-before" });
      await assert.rejects(wire(), { code: "ECONNRESET" });
    });

    it("reset-within: the connection breaks in the middle of the body", async () => {
      await startWith({ kind: "reset-within" });
      const message = await wire();
      assert.equal(message.statusCode, 200);
      await assert.rejects(buffer(message), { code: "ECONNRESET" });
    });

    it("truncated: less than the promised length", async () => {
      await startWith({ kind: "truncated" });
      const message = await wire();
      assert.ok(Number(message.headers["content-length"]) > 0);
      await assert.rejects(buffer(message), { code: "ECONNRESET" });
      assert.equal(message.complete, false);
    });

    it("no-answer: nothing until the client gives up", async () => {
      await startWith({ kind: "no-answer" });
      const controller = new AbortController();
      service.afterPage = () => controller.abort();
      await assert.rejects(ask(LIST, { signal: controller.signal }), { name: "AbortError" });
    });

    it("drip: the right answer in as many pieces as it takes", async () => {
      await startWith({ kind: "drip", chunk: 100 });
      assert.equal((await page()).data.length, 3);
    });

    it("endless: a page that begins well and goes on past any bound", async () => {
      await startWith({ kind: "endless" });
      let start = "";
      let bytes = 0;
      for await (const chunk of await wire()) {
        start ||= chunk.toString();
        bytes += chunk.length;
        if (bytes > 4 * 1024 * 1024) break;
      }
      assert.match(start, /^\{/);
    });
  });

  describe("records", () => {
    it("keeps each request as it came", async () => {
      await start();
      await ask(`${LIST}?offset=99&limit=100`);
      await ask(`${LIST}?offset=x`);
      await fetch(`${service.baseUrl}/elsewhere`);
      assert.deepEqual(
        service.requests.map(({ index, method, path, query, offset, limit }) => [
          index,
          method,
          path,
          query,
          offset,
          limit,
        ]),
        [
          [0, "GET", "/api/v1/guardrails/assignments/keys", "offset=99&limit=100", 99, 100],
          [1, "GET", "/api/v1/guardrails/assignments/keys", "offset=x", Number.NaN, undefined],
          [2, "GET", "/api/v1/elsewhere", "", undefined, undefined],
        ],
      );
      assert.equal(service.requests[0]?.headers.authorization, `Bearer ${service.managementKey}`);
    });

    it("counts the requests under way together and the connections they used", async () => {
      let arrived = 0;
      let release = (): void => {};
      const allHere = new Promise<void>((resolve) => {
        release = resolve;
      });
      await start({
        latency: () => {
          arrived += 1;
          if (arrived === 3) release();
          return allHere;
        },
      });
      await Promise.all([wire(), wire(), wire()].map(async (answer) => buffer(await answer)));
      assert.deepEqual([service.traffic.maxConcurrent, service.traffic.connections], [3, 3]);
    });

    it("counts a request that the client gave up", async () => {
      await startWith({ kind: "no-answer" });
      const controller = new AbortController();
      service.afterPage = () => controller.abort();
      await assert.rejects(ask(LIST, { signal: controller.signal }), { name: "AbortError" });
      // The service learns of it a few turns later; the test's own time limit bounds the wait.
      while (service.traffic.aborted === 0) await new Promise(setImmediate);
      assert.equal(service.traffic.aborted, 1);
    });

    it("does not blame the client for what the service broke", async () => {
      await startWith({ kind: "reset-before" });
      await assert.rejects(wire());
      assert.equal(service.traffic.aborted, 0);
    });
  });

  it("holds back an answer for as long as its latency says, and no other one", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await start({ latency: ({ offset }) => (offset === 0 ? held : 1) });
    let answered = false;
    const first = page("?offset=0").then(() => {
      answered = true;
    });
    await page("?offset=1");
    assert.equal(answered, false);
    release();
    await first;
  });

  it("ends an unanswered request when it is closed, and may be closed again", async () => {
    await startWith({ kind: "no-answer" });
    const closed = new Promise<void>((resolve) => {
      service.afterPage = () => resolve(service.close());
    });
    await assert.rejects(wire(), { code: "ECONNRESET" });
    await closed;
    await service.close();
  });

  it("serves https to those who trust its certificate only", async () => {
    const tls = loopbackCertificate();
    await start({ tls });
    const statusFor = (options: https.RequestOptions): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const answered = (message: http.IncomingMessage): void => resolve(message.resume().statusCode);
        https.get(`${service.baseUrl}${LIST}`, options, answered).once("error", reject);
      });
    assert.match(service.baseUrl, /^https:/);
    assert.equal(await statusFor({ ca: tls.cert }), 401);
    await assert.rejects(statusFor({}), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });
});

describe("the local service in a process of its own", () => {
  const run = (...options: string[]) =>
    spawn(process.execPath, [MAIN, ...options], { stdio: ["pipe", "pipe", "pipe"] });

  it("says where it listens, serves, and ends when its parent does", async () => {
    const child = run(
      "--rows",
      "1000",
      "--orphans",
      "10",
      "--window",
      "40",
      "--flavour",
      "modelgates",
      "--with-parent",
    );
    const exit = once(child, "exit");
    const [line] = await once(createInterface(child.stdout), "line");
    const { baseUrl, managementKey } = JSON.parse(line);
    const response = await fetch(`${baseUrl}${LIST}?limit=100`, {
      headers: { authorization: `Bearer ${managementKey}` },
    });
    const { data, total_count } = wirePage.parse(await response.json());
    // The window spans 40 positions, of which the first is that of a deleted key.
    assert.deepEqual([data.length, total_count], [39, 1000]);
    child.stdin.end();
    assert.deepEqual(await exit, [0, null]);
  });

  it("serves the demo's account where no rows are asked for, and ends on SIGTERM", async () => {
    const child = run();
    const exit = once(child, "exit");
    const [line] = await once(createInterface(child.stdout), "line");
    const { baseUrl, managementKey } = JSON.parse(line);
    const response = await fetch(`${baseUrl}${LIST}`, {
      headers: { authorization: `Bearer ${managementKey}` },
    });
    const { data, total_count } = wirePage.parse(await response.json());
    assert.deepEqual([data.length, total_count], [3, 4]);
    child.kill("SIGTERM");
    assert.deepEqual(await exit, [0, null]);
  });

  it("explains its options when one is wrong", async () => {
    const child = run("--rows", "many");
    const [[code], said] = await Promise.all([once(child, "exit"), buffer(child.stderr)]);
    assert.equal(code, 2);
    assert.match(said.toString(), /--rows must be a whole number\nusage:/);
  });
});
