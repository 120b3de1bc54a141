import assert from "node:assert/strict";
import {
  Ledger,
  type LocalService,
  sampleAssignment,
  sampleGuardrailId,
  samplePositions,
  sampleWorkspace,
} from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { ask, rowsOf } from "./asking";

describe("the guardrails of the local service", () => {
  const running = useServices();

  async function ids(service: LocalService, query = ""): Promise<unknown[]> {
    return (await rowsOf(service, `/guardrails${query}`)).map((row) => row["id"]);
  }

  async function content(service: LocalService, id: string) {
    const response = await ask(service, `/guardrails/${id}`);
    return response.status === 200 ? JSON.parse(await response.text()).data : response.status;
  }

  it("are those that assignments use, whether there from the start or made later, but by no request", async () => {
    const service = await running({ ledger: new Ledger({ positions: samplePositions(2) }) });
    const { ledger } = service;
    assert.deepEqual(await ids(service), [sampleGuardrailId(0), sampleGuardrailId(1)]);
    ledger.assign({ guardrailId: sampleGuardrailId(2) });
    const body = JSON.stringify({ key_hashes: [sampleAssignment(0).keyHash] });
    const path = `/guardrails/${sampleGuardrailId(3)}/assignments/keys`;
    assert.equal((await ask(service, path, { method: "POST", body })).status, 404);
    assert.deepEqual(await ids(service), [0, 1, 2].map(sampleGuardrailId));
  });

  it("limit the key to 100 dollars a month unless something else is said", async () => {
    const service = await running({ rows: 1 });
    const { limit_usd, reset_interval, ...rest } = await content(service, sampleGuardrailId(0));
    assert.deepEqual([limit_usd, reset_interval], [100, "monthly"]);
    assert.deepEqual([rest.allowed_providers, rest.enforce_zdr, rest.content_filters], [null, null, null]);
  });

  it("have the content they are given, and keep the rest when it changes", async () => {
    const service = await running({ rows: 1 });
    const { guardrails } = service.ledger;
    const id = sampleGuardrailId(0);
    guardrails.add({ id, limit_usd: null, reset_interval: null, allowed_providers: ["openai"] });
    guardrails.add({ id, enforce_zdr_openai: true });
    const { limit_usd, allowed_providers, enforce_zdr_openai } = await content(service, id);
    assert.deepEqual([limit_usd, allowed_providers, enforce_zdr_openai], [null, ["openai"], true]);
    assert.deepEqual(await ids(service), [id]);
    assert.notEqual(guardrails.add().id, guardrails.add().id);
  });

  it("stay removed although assignments name them, until they are added again", async () => {
    const service = await running({ rows: 1 });
    const { ledger } = service;
    const id = sampleGuardrailId(0);
    ledger.guardrails.remove(id);
    ledger.assign({ guardrailId: id });
    assert.equal(await content(service, id), 404);
    assert.deepEqual(await ids(service), []);
    assert.throws(() => ledger.guardrails.remove(id), RangeError);
    ledger.guardrails.add({ id });
    assert.deepEqual(await ids(service), [id]);
  });

  it("are not there for an unknown id, nor for a workspace's default nobody has configured", async () => {
    const service = await running();
    const { defaultGuardrailId: id } = sampleWorkspace(0);
    assert.equal(await content(service, sampleWorkspace(0).id), 404);
    assert.equal(await content(service, id), 404);
    service.ledger.guardrails.add({ id });
    assert.equal((await content(service, id)).id, id);
  });

  it("are listed by workspace, the default one unless another is named, and by none if they have none", async () => {
    const service = await running({ rows: 0 });
    const { guardrails } = service.ledger;
    const [mine, theirs, nobodys] = [sampleWorkspace(0).id, sampleWorkspace(1).id, null].map((workspace_id) =>
      guardrails.add({ workspace_id }),
    );
    assert.deepEqual(await ids(service), [mine?.id]);
    assert.deepEqual(await ids(service, `?workspace_id=${sampleWorkspace(1).id}`), [theirs?.id]);
    assert.equal((await content(service, nobodys?.id ?? "")).workspace_id, null);
  });

  it("come in the window that offset and limit name, with the total of the workspace", async () => {
    const service = await running({ rows: 0 });
    for (let n = 0; n < 130; n += 1) service.ledger.guardrails.add();
    service.ledger.guardrails.add({ workspace_id: null });
    assert.equal((await ids(service)).length, 50);
    assert.equal((await ids(service, "?limit=1000")).length, 100);
    assert.equal((await ids(service, "?offset=125&limit=10")).length, 5);
    const { total_count } = JSON.parse(await (await ask(service, "/guardrails")).text());
    assert.equal(total_count, 130);
  });

  it("refuse what is no page or no workspace with 400", async () => {
    const service = await running();
    for (const query of ["offset=x", "limit=0", "workspace_id=team"])
      assert.equal((await ask(service, `/guardrails?${query}`)).status, 400);
  });

  it("may change just before a page is cut", async () => {
    const service = await running({ rows: 1 });
    service.beforePage = (wanted) => {
      assert.deepEqual(wanted, { list: "guardrails", index: 0, offset: 0, limit: 50 });
      service.ledger.guardrails.remove(sampleGuardrailId(0));
    };
    assert.deepEqual(await ids(service), []);
  });
});
