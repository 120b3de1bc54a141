import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { useServices } from "../http/reading-of";
import { ask, LIST, wire } from "./asking";

describe("the local service's records", () => {
  const running = useServices();

  it("keeps each request as it came", async () => {
    const service = await running();
    await ask(service, `${LIST}?offset=99&limit=100`);
    await ask(service, `${LIST}?offset=x`);
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
    const service = await running({
      latency: () => {
        arrived += 1;
        if (arrived === 3) release();
        return allHere;
      },
    });
    await Promise.all(
      [wire(service), wire(service), wire(service)].map(async (answer) => buffer(await answer)),
    );
    assert.deepEqual([service.traffic.maxConcurrent, service.traffic.connections], [3, 3]);
  });

  it("counts a request that the client gave up", async () => {
    const service = await running({ faults: [{ kind: "no-answer" }] });
    const controller = new AbortController();
    service.afterPage = () => controller.abort();
    await assert.rejects(ask(service, LIST, { signal: controller.signal }), { name: "AbortError" });
    // The service learns of it a few turns later; the test's own time limit bounds the wait.
    while (service.traffic.aborted === 0) await new Promise(setImmediate);
    assert.equal(service.traffic.aborted, 1);
  });

  it("does not blame the client for what the service broke", async () => {
    const service = await running({ faults: [{ kind: "reset-before" }] });
    await assert.rejects(wire(service));
    assert.equal(service.traffic.aborted, 0);
  });
});
