import assert from "node:assert/strict";
import { type LocalService, sampleWorkspace } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { ask, rowsOf } from "./asking";

describe("GET /workspaces of the local service", () => {
  const running = useServices();

  async function ids(service: LocalService, query = ""): Promise<unknown[]> {
    return (await rowsOf(service, `/workspaces${query}`)).map((row) => row["id"]);
  }

  it("shows the default workspace of an account that has no other", async () => {
    const service = await running();
    const response = await ask(service, "/workspaces");
    const { data, total_count } = JSON.parse(await response.text());
    assert.deepEqual([data.length, total_count], [1, 1]);
    const { id, name, default_guardrail_id: defaultGuardrailId } = data[0];
    assert.deepEqual({ id, name, defaultGuardrailId }, sampleWorkspace(0));
  });

  it("sends the window that offset and limit name, 50 by default and at most 100, and the total", async () => {
    const service = await running();
    const { ledger } = service;
    for (let n = 1; n < 130; n += 1) ledger.workspaces.push(sampleWorkspace(n));
    const all = ledger.workspaces.map(({ id }) => id);
    assert.equal(new Set(all).size, 130);
    assert.deepEqual(await ids(service), all.slice(0, 50));
    assert.deepEqual(await ids(service, "?offset=20&limit=1000"), all.slice(20, 120));
    assert.deepEqual(await ids(service, "?offset=125&limit=10"), all.slice(125));
    const { total_count } = JSON.parse(await (await ask(service, "/workspaces?limit=1")).text());
    assert.equal(total_count, 130);
  });

  it("clamps quietly where the ledger's window is smaller", async () => {
    const service = await running();
    service.ledger.workspaces.push(sampleWorkspace(1), sampleWorkspace(2));
    service.ledger.window = 2;
    assert.equal((await ids(service, "?limit=100")).length, 2);
  });

  it("refuses what is no page with 400", async () => {
    const service = await running();
    for (const query of ["offset=-1", "limit=0", "limit=ten"])
      assert.equal((await ask(service, `/workspaces?${query}`)).status, 400);
  });

  it("lets workspaces come just before a page is cut", async () => {
    const service = await running();
    service.beforePage = (wanted) => {
      assert.deepEqual(wanted, { list: "workspaces", index: 0, offset: 1, limit: 50 });
      service.ledger.workspaces.push(sampleWorkspace(1));
    };
    assert.deepEqual(await ids(service, "?offset=1"), [sampleWorkspace(1).id]);
  });
});
