import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { wirePage } from "../../provider/assignments/contract";
import { useServices } from "../http/reading-of";
import { ask, LIST, page, wire } from "./asking";

describe("the local service's faults", () => {
  const running = useServices();

  it("strike the requests in turn, and leave out those that are undefined", async () => {
    const service = await running({
      faults: [{ kind: "status", status: 503 }, undefined, { kind: "status", status: 502 }],
    });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await ask(service)).status);
    assert.deepEqual(statuses, [503, 200, 502, 200]);
  });

  it("strike the requests a function chooses", async () => {
    const service = await running({
      faults: ({ offset }) => (offset === 7 ? { kind: "status", status: 500 } : undefined),
    });
    assert.equal((await ask(service, `${LIST}?offset=7`)).status, 500);
    assert.equal((await ask(service)).status, 200);
  });

  it("do not strike a request without the credential", async () => {
    const service = await running({ faults: [{ kind: "status", status: 503 }] });
    assert.equal((await fetch(`${service.baseUrl}${LIST}`)).status, 401);
    assert.equal((await ask(service)).status, 503);
  });

  it("status: any status, shape of body and headers", async () => {
    const service = await running({
      faults: [{ kind: "status", status: 429, body: "modelgates", headers: { "retry-after": "7" } }],
    });
    const response = await ask(service);
    assert.equal(response.status, 429);
    assert.equal(response.headers.get("retry-after"), "7");
    assert.equal(JSON.parse(await response.text()).error.message, "Rate limit exceeded");
  });

  it("redirect: a location with 307 unless another status is named", async () => {
    const service = await running({
      faults: [{ kind: "redirect", location: "http://127.0.0.1:1/elsewhere" }],
    });
    const response = await ask(service, LIST, { redirect: "manual" });
    assert.equal(response.status, 307);
    assert.equal(response.headers.get("location"), "http://127.0.0.1:1/elsewhere");
  });

  it("echo-credential: a refusal that repeats the credential", async () => {
    const service = await running({ faults: [{ kind: "echo-credential" }] });
    const response = await ask(service);
    assert.equal(response.status, 403);
    assert.ok((await response.text()).includes(`Bearer ${service.managementKey}`));
  });

  it("edited-page: the true page, changed", async () => {
    const service = await running({
      faults: [
        {
          kind: "edited-page",
          edit: (truth) => ({ ...truth, data: truth.data.slice(1), extra: true }),
        },
      ],
    });
    const edited = JSON.parse(await (await ask(service)).text());
    assert.deepEqual([edited.data.length, edited.total_count, edited.extra], [2, 3, true]);
  });

  it("json: any value at all", async () => {
    const service = await running({
      faults: [{ kind: "json", value: [null], status: 201, headers: { "x-more": "yes" } }],
    });
    const response = await ask(service);
    assert.deepEqual(await response.json(), [null]);
    assert.deepEqual([response.status, response.headers.get("x-more")], [201, "yes"]);
  });

  it("raw: any bytes at all", async () => {
    const body = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0xff]);
    const service = await running({ faults: [{ kind: "raw", body }] });
    assert.deepEqual(await buffer(await wire(service)), body);
  });

  it("invalid-json: a page that stops in the middle", async () => {
    const service = await running({ faults: [{ kind: "invalid-json" }] });
    await assert.rejects(async () => (await ask(service)).json(), SyntaxError);
  });

  it("html-200: a web page instead of a page", async () => {
    const service = await running({ faults: [{ kind: "html-200" }] });
    const response = await ask(service);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /^<!doctype html>/);
  });

  it("wrong-content-type: the true page under another name", async () => {
    const service = await running({ faults: [{ kind: "wrong-content-type" }] });
    const response = await ask(service);
    assert.match(response.headers.get("content-type") ?? "", /^text\/plain/);
    assert.equal(wirePage.parse(await response.json()).data.length, 3);
  });

  it("wrong-charset: the true page in another encoding than declared", async () => {
    const service = await running({ faults: [{ kind: "wrong-charset" }] });
    const message = await wire(service);
    assert.equal(message.headers["content-type"], "application/json; charset=utf-8");
    assert.equal(JSON.parse((await buffer(message)).toString("utf16le")).data.length, 3);
  });

  it("gzip: the true page, compressed", async () => {
    const service = await running({ faults: [{ kind: "gzip" }] });
    const message = await wire(service);
    assert.equal(message.headers["content-encoding"], "gzip");
    assert.equal(JSON.parse(gunzipSync(await buffer(message)).toString()).data.length, 3);
  });

  it("gzip-bomb: a thousand times larger once decompressed", async () => {
    const service = await running({ faults: [{ kind: "gzip-bomb", bytes: 8 * 1024 * 1024 }] });
    const bomb = await buffer(await wire(service));
    const inflated = gunzipSync(bomb);
    assert.ok(inflated.length >= 8 * 1024 * 1024);
    assert.ok(inflated.length > 500 * bomb.length);
    assert.equal(JSON.parse(inflated.toString()).data.length, 3);
  });

  it("reset-before: the connection breaks before any header", async () => {
    const service = await running({ faults: [{ kind: "reset-before" }] });
    await assert.rejects(wire(service), { code: "ECONNRESET" });
  });

  it("reset-within: the connection breaks in the middle of the body", async () => {
    const service = await running({ faults: [{ kind: "reset-within" }] });
    const message = await wire(service);
    assert.equal(message.statusCode, 200);
    await assert.rejects(buffer(message), { code: "ECONNRESET" });
  });

  it("truncated: less than the promised length", async () => {
    const service = await running({ faults: [{ kind: "truncated" }] });
    const message = await wire(service);
    assert.ok(Number(message.headers["content-length"]) > 0);
    await assert.rejects(buffer(message), { code: "ECONNRESET" });
    assert.equal(message.complete, false);
  });

  it("no-answer: nothing until the client gives up", async () => {
    const service = await running({ faults: [{ kind: "no-answer" }] });
    const controller = new AbortController();
    service.afterPage = () => controller.abort();
    await assert.rejects(ask(service, LIST, { signal: controller.signal }), { name: "AbortError" });
  });

  it("drip: the right answer in as many pieces as it takes", async () => {
    const service = await running({ faults: [{ kind: "drip", chunk: 100 }] });
    assert.equal((await page(service)).data.length, 3);
  });

  it("endless: a page that begins well and goes on past any bound", async () => {
    const service = await running({ faults: [{ kind: "endless" }] });
    let start = "";
    let bytes = 0;
    for await (const chunk of await wire(service)) {
      start ||= chunk.toString();
      bytes += chunk.length;
      if (bytes > 4 * 1024 * 1024) break;
    }
    assert.match(start, /^\{/);
  });
});
