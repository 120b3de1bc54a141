import assert from "node:assert/strict";
import type { LocalService, LocalServiceOptions } from "../../local-service/index";
import { GuardrailsError } from "../../provider/errors";
import { arrived, never, readingOf, refusalOf, useServices } from "./reading-of";

/** Until the service has seen that many requests given up. */
async function givenUp(service: LocalService, count: number): Promise<void> {
  while (service.traffic.aborted < count) await new Promise(setImmediate);
}

/** Answers the first three pages and the last one, before which nothing else is asked for, and no other. */
const halting: LocalServiceOptions & { rows: number } = {
  rows: 5_000,
  latency: ({ offset = 0, limit = 0 }) => (offset < 200 || offset + limit >= 5_000 ? 0 : never),
};

describe("aborting a read", () => {
  const start = useServices();

  it("closes its request at once and says so", async () => {
    const service = await start({ latency: () => never });
    const caller = new AbortController();
    const reading = refusalOf(readingOf(service.baseUrl).readAll({ signal: caller.signal }), service.baseUrl);
    await arrived(service, 1);
    caller.abort();
    const error = await reading;
    assert.equal(error.kind, "aborted");
    assert.match(error.message, /the read was aborted/u);
    await givenUp(service, 1);
  });

  it("closes all requests under way, and starts none of those that wait", async () => {
    const service = await start(halting);
    const caller = new AbortController();
    const reading = refusalOf(
      readingOf(service.baseUrl, { maxConcurrency: 4 }).readAll({ signal: caller.signal }),
      service.baseUrl,
    );
    await arrived(service, 8);
    caller.abort();
    assert.equal((await reading).kind, "aborted");
    await givenUp(service, 4);
    assert.equal(service.requests.length, 8);
  });

  it("sends nothing when it was aborted before", async () => {
    const service = await start();
    const error = await refusalOf(
      readingOf(service.baseUrl).readAll({ signal: AbortSignal.abort() }),
      service.baseUrl,
    );
    assert.equal(error.kind, "aborted");
    assert.equal(service.requests.length, 0);
  });

  it("ends a pause between two tries", async () => {
    const service = await start({ faults: () => ({ kind: "status", status: 500 }) });
    const caller = new AbortController();
    const clock = {
      now: () => Date.now(),
      sleep: async (_: number, signal: AbortSignal) => {
        caller.abort();
        signal.throwIfAborted();
      },
    };
    const reading = readingOf(service.baseUrl, {}, clock).readAll({ signal: caller.signal });
    assert.equal((await refusalOf(reading, service.baseUrl)).kind, "aborted");
    assert.equal(service.requests.length, 1);
  });

  it("ends one page too", async () => {
    const service = await start({ latency: () => never });
    const caller = new AbortController();
    const page = readingOf(service.baseUrl).readPage({ offset: 0, limit: 10, signal: caller.signal });
    const refusal = refusalOf(page, service.baseUrl);
    await arrived(service, 1);
    caller.abort();
    assert.equal((await refusal).kind, "aborted");
    await givenUp(service, 1);
  });
});

describe("a stream", () => {
  const start = useServices();

  it("gives the rows of the list in the service's order", async () => {
    const service = await start({ rows: 250 });
    const ids: string[] = [];
    for await (const { id } of readingOf(service.baseUrl).stream()) ids.push(id);
    assert.deepEqual(
      ids,
      service.ledger.assignments().map(({ id }) => id),
    );
  });

  it("ends its requests when its consumer leaves", async () => {
    const service = await start(halting);
    let rows = 0;
    for await (const _ of readingOf(service.baseUrl, { maxConcurrency: 4 }).stream()) {
      rows += 1;
      // Before the rows of the third page are given out, those that follow it are asked for.
      if (rows < 200) continue;
      await arrived(service, 7);
      break;
    }
    await givenUp(service, 3);
    assert.equal(service.requests.length, 7);
  });

  it("throws when its caller aborts", async () => {
    const service = await start(halting);
    const caller = new AbortController();
    const consume = async (): Promise<void> => {
      for await (const _ of readingOf(service.baseUrl).stream({ signal: caller.signal })) caller.abort();
    };
    await assert.rejects(consume(), (error) => error instanceof GuardrailsError && error.kind === "aborted");
  });
});
