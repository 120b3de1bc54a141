import assert from "node:assert/strict";
import { type LocalServiceOptions, sampleGuardrailId } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { ask } from "./asking";

const PATHS = ["/workspaces", "/keys", "/guardrails", `/guardrails/${sampleGuardrailId(0)}`];

describe("the management endpoints of the local service", () => {
  const running = useServices();

  const statuses = async (options: LocalServiceOptions, init?: RequestInit): Promise<number[]> => {
    const service = await running(options);
    const responses = await Promise.all(PATHS.map((path) => ask(service, path, init)));
    return responses.map(({ status }) => status);
  };

  it("are there as on OpenRouter", async () => {
    assert.deepEqual(await statuses({}), [200, 200, 200, 200]);
  });

  it("are absent as on ModelGates, in its envelope", async () => {
    assert.deepEqual(await statuses({ flavour: "modelgates" }), [404, 404, 404, 404]);
    const service = await running({ flavour: "modelgates" });
    const { error, modelgates_metadata } = JSON.parse(await (await ask(service, "/keys")).text());
    assert.deepEqual([error.code, modelgates_metadata], [404, null]);
    assert.equal((await ask(service)).status, 200);
  });

  it("are there or absent as told, whatever the flavour, and at any time", async () => {
    assert.deepEqual(await statuses({ management: false }), [404, 404, 404, 404]);
    assert.deepEqual(await statuses({ flavour: "modelgates", management: true }), [200, 200, 200, 200]);
    const service = await running();
    service.management = false;
    assert.equal((await ask(service, "/keys")).status, 404);
  });

  it("want the credential", async () => {
    assert.deepEqual(await statuses({}, { headers: { authorization: "Bearer x" } }), [401, 401, 401, 401]);
  });

  it("are read, not written", async () => {
    assert.deepEqual(await statuses({}, { method: "POST" }), [404, 404, 404, 404]);
  });

  it("suffer the same faults", async () => {
    const fault = { kind: "status", status: 429, headers: { "retry-after": "7" } } as const;
    assert.deepEqual(await statuses({ faults: [fault, undefined, fault] }), [429, 200, 429, 200]);
    const service = await running({
      faults: [{ kind: "edited-page", edit: (page) => ({ ...page, data: page.data.slice(1) }) }],
    });
    assert.equal(JSON.parse(await (await ask(service, "/keys")).text()).data.length, 2);
  });

  it("wait for their latency", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const service = await running({ latency: ({ path }) => (path.endsWith("/keys") ? held : 0) });
    let answered = false;
    const keys = ask(service, "/keys").then(() => {
      answered = true;
    });
    await ask(service, "/workspaces");
    assert.equal(answered, false);
    release();
    await keys;
  });
});
