import assert from "node:assert/strict";
import { type LocalService, sampleAssignment, sampleGuardrailId } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { ask, page } from "./asking";

describe("assigning keys at the local service", () => {
  const running = useServices();

  const assign = (service: LocalService, guardrail: string, body: unknown): Promise<Response> =>
    ask(service, `/guardrails/${guardrail}/assignments/keys`, { method: "POST", body: JSON.stringify(body) });

  it("gives the keys the guardrail, in place of any they had", async () => {
    const service = await running({ rows: 1 });
    service.ledger.guardrails.add({ id: sampleGuardrailId(2) });
    const keyHashes = [sampleAssignment(0).keyHash, service.ledger.addKey({ keyName: "prod-new" }).keyHash];
    const response = await assign(service, sampleGuardrailId(2), { key_hashes: keyHashes });
    assert.deepEqual(await response.json(), { assigned_count: 2 });
    const rows = (await page(service)).data;
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
    const service = await running({ rows: 0 });
    service.ledger.guardrails.add({ id: sampleGuardrailId(0) });
    const { keyHash } = service.ledger.addKey();
    assert.equal(
      (await assign(service, sampleGuardrailId(0), { key_hashes: [keyHash, "unknown"] })).status,
      404,
    );
    assert.equal(service.ledger.totalCount, 0);
  });

  it("assigns none where the guardrail does not exist, and makes no such guardrail", async () => {
    const service = await running({ rows: 0 });
    const { keyHash } = service.ledger.addKey();
    for (const attempt of ["first", "second"]) {
      const { status } = await assign(service, sampleGuardrailId(2), { key_hashes: [keyHash] });
      assert.equal(status, 404, attempt);
    }
    assert.equal(service.ledger.totalCount, 0);
  });

  it("refuses nonsense with 400 and unknown paths with 404", async () => {
    const service = await running();
    for (const body of [{}, [], null, { key_hashes: [] }, { key_hashes: [1] }, { key_hashes: [""] }]) {
      assert.equal((await assign(service, sampleGuardrailId(0), body)).status, 400);
    }
    assert.equal((await assign(service, "no-uuid", { key_hashes: ["x"] })).status, 404);
    assert.equal((await ask(service, "/elsewhere")).status, 404);
  });
});
