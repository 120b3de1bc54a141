import assert from "node:assert/strict";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault } from "../../local-service/index";
import type { Limits } from "../../provider/settings/limits";
import { InstantClock, readingOf, refusalOf, useServices } from "./reading-of";

describe("a connection", () => {
  const start = useServices();

  const spoiled: readonly (readonly [string, Fault, RegExp])[] = [
    ["is reset before the answer", { kind: "reset-before" }, /the connection was reset/u],
    [
      "is reset within the answer",
      { kind: "reset-within" },
      /the connection was reset|the answer was cut off/u,
    ],
    [
      "ends in the middle of the answer",
      { kind: "truncated" },
      /the connection was reset|the answer was cut off/u,
    ],
  ];
  for (const [what, fault, message] of spoiled) {
    it(`is tried again when it ${what}`, async () => {
      const service = await start({ faults: [fault, fault, fault] });
      const { assignments } = await readingOf(service.baseUrl).readPage({ offset: 0, limit: 100 });
      assert.equal(assignments.length, 3);
      assert.equal(service.requests.length, 4);
    });

    it(`is given up when it ${what} four times`, async () => {
      const service = await start({ faults: () => fault });
      const error = await refusalOf(readingOf(service.baseUrl).readAll(), service.baseUrl);
      assert.equal(error.kind, "network");
      assert.match(error.message, message);
      assert.match(error.message, /, 4 attempts\).*Check the address, the network/su);
      assert.equal(service.requests.length, 4);
    });
  }

  it("that is refused is tried four times", async () => {
    const service = await start();
    await service.close();
    const error = await refusalOf(readingOf(service.baseUrl).readAll(), service.baseUrl);
    assert.equal(error.kind, "network");
    assert.match(error.message, /the connection was refused/u);
    assert.equal(error.attempts, 4);
    assert.match(
      error.message,
      /Check the port, and that the server is still running, such as pulumi-guardrails serve\.$/u,
    );
  });

  it("to a name nobody knows says so", async function () {
    const answered = lookup("guardrails.invalid").then(
      () => "found",
      () => "not found",
    );
    const slow = new Promise<string>((resolve) => setTimeout(resolve, 2_000, "slow").unref());
    const resolver = await Promise.race([answered, slow]);
    // Without a resolver that says no quickly, the message would be about the time limit instead.
    if (resolver !== "not found") return this.skip();
    const baseUrl = "https://guardrails.invalid/api/v1";
    const error = await refusalOf(readingOf(baseUrl).readAll(), baseUrl);
    assert.equal(error.kind, "network");
    assert.match(error.message, /the host name (was not found|could not be looked up)/u);
  });

  it("without an answer is given up after the requestTimeout, and tried again", async () => {
    const service = await start({ faults: () => ({ kind: "no-answer" }) });
    const error = await refusalOf(
      readingOf(service.baseUrl, { requestTimeout: 0.05 }).readAll(),
      service.baseUrl,
    );
    assert.equal(error.kind, "timeout");
    assert.match(error.message, /gave no answer within 0\.1 s/u);
    assert.equal(service.requests.length, 4);
  });

  it("that answers after a silence is read", async () => {
    const service = await start({ faults: [{ kind: "no-answer" }] });
    const { assignments } = await readingOf(service.baseUrl, { requestTimeout: 0.2 }).readAll();
    assert.equal(assignments.length, 3);
  });

  it("that drips too slowly is given up after the requestTimeout", async () => {
    const service = await start({ faults: () => ({ kind: "drip", interval: 60_000 }) });
    const error = await refusalOf(
      readingOf(service.baseUrl, { requestTimeout: 0.05 }).readAll(),
      service.baseUrl,
    );
    assert.equal(error.kind, "timeout");
    assert.equal(service.requests.length, 4);
  });

  it("without an answer gets three tries within a readTimeout shorter than a requestTimeout", async () => {
    const service = await start({ faults: () => ({ kind: "no-answer" }) });
    const reading = readingOf(service.baseUrl, { requestTimeout: 10, readTimeout: 2 });
    const error = await refusalOf(reading.readAll(), service.baseUrl);
    assert.equal(error.kind, "timeout");
    assert(service.requests.length >= 3, `${service.requests.length} tries`);
  });

  it("is one of at most maxConcurrency, and is used again", async () => {
    let fourArrived = (): void => undefined;
    const four = new Promise<void>((resolve) => {
      fourArrived = resolve;
    });
    const service = await start({
      rows: 3_000,
      latency: ({ index }) => {
        // Before the second page is joined it asks for few.
        if (index === 7) fourArrived();
        return index >= 4 && index <= 7 ? four : 0;
      },
    });
    const { assignments } = await readingOf(service.baseUrl, { maxConcurrency: 4 }).readAll();
    assert.equal(assignments.length, 3_000);
    assert.equal(service.requests.length, 31);
    assert.equal(service.traffic.maxConcurrent, 4);
    assert.equal(service.traffic.connections, 4);
  });

  it("serves one reading after another", async () => {
    const service = await start();
    const reading = readingOf(service.baseUrl);
    await reading.readAll();
    await reading.readAll();
    assert.equal(service.traffic.connections, 1);
  });

  /** Reads a long list, after which the service takes no notice of the connections that it came by, as a load balancer does. */
  async function forgetful(fault: Fault, limits: Partial<Limits> = {}) {
    const service = await start({ rows: 2_000 });
    const clock = new InstantClock();
    const reading = readingOf(service.baseUrl, limits, clock);
    await reading.readAll();
    const { connections } = service.traffic;
    assert(connections > 4, `${connections} connections`);
    service.faults = ({ connection }) => (connection < connections ? fault : undefined);
    return { service, reading, clock, before: service.requests.length };
  }

  it("that was reset while nobody used it is no failure: the request goes by a new one at once", async () => {
    const { service, reading, clock, before } = await forgetful({ kind: "reset-before" });
    assert.equal((await reading.readAll()).assignments.length, 2_000);
    assert.deepEqual(clock.pauses, []);
    // The first request tells that all of them are gone.
    assert.equal(service.requests.length, before + 22);
  });

  it("that fell silent while nobody used it costs one try: the next one takes a new one", async () => {
    const { service, reading, before } = await forgetful({ kind: "no-answer" }, { requestTimeout: 2 });
    assert.equal((await reading.readAll()).assignments.length, 2_000);
    const [first, second] = service.requests.slice(before);
    assert.equal(first?.query, second?.query);
    assert.notEqual(first?.connection, second?.connection);
  });

  it("that is reset at each second request is tried again by a new one", async () => {
    const service = await start({ rows: 2_000 });
    const used = new Set<number>();
    service.faults = ({ connection }) => {
      if (used.has(connection)) return { kind: "reset-before" };
      used.add(connection);
      return undefined;
    };
    const clock = new InstantClock();
    assert.equal((await readingOf(service.baseUrl, {}, clock).readAll()).assignments.length, 2_000);
    assert.deepEqual(clock.pauses, []);
  });

  it("is let go when nobody has used it for a few seconds", async function () {
    this.timeout(60_000);
    const server = createServer((_, response) => {
      response.setHeader("content-type", "application/json").end('{"data":[],"total_count":0}');
    });
    const closed = once(server, "connection").then(([socket]) => once(socket, "close"));
    // It would keep them for longer, and says nothing of it.
    server.keepAliveTimeout = 0;
    await once(server.listen(0, "127.0.0.1"), "listening");
    try {
      await readingOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).readAll();
      await closed;
    } finally {
      server.close();
    }
  });

  it("is never asked again for a list that would take more rows or requests than allowed", async () => {
    const service = await start({ rows: 1_000 });
    const rows = await refusalOf(readingOf(service.baseUrl, { maxRows: 999 }).readAll(), service.baseUrl);
    assert.match(rows.message, /claims 1000 rows, more than the maxRows of 999/u);
    const few = await refusalOf(readingOf(service.baseUrl, { maxRequests: 10 }).readAll(), service.baseUrl);
    assert.match(few.message, /would take 11 requests, more than the maxRequests of 10/u);
    assert.equal(service.requests.length, 2);
  });
});
