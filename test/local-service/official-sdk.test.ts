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

describe("the local service is read by the official @openrouter/sdk, which", () => {
  const running = useServices();

  async function sdkOf(service: LocalService) {
    const { OpenRouter } = await import("@openrouter/sdk");
    return new OpenRouter({ apiKey: service.managementKey, serverURL: service.baseUrl });
  }

  /** The key hashes of assignments that the SDK's own pagination yields. */
  async function assigned(service: LocalService, limit?: number): Promise<string[]> {
    const { guardrails } = await sdkOf(service);
    const hashes: string[] = [];
    for await (const page of await guardrails.listKeyAssignments(limit === undefined ? {} : { limit })) {
      hashes.push(...page.result.data.map((row) => row.keyHash));
    }
    return hashes;
  }

  it("yields every row, where no key was deleted", async () => {
    const service = await running({ rows: 1_000 });
    const all = service.ledger.assignments().map((row) => row.keyHash);
    assert.deepEqual(await assigned(service), all);
    assert.deepEqual(await assigned(service, 100), all);
  });

  it("yields 49 rows of 999 by default and 99 by limit 100, where the first page has one orphan", async () => {
    const service = await running({ rows: 1_000 });
    service.ledger.deleteKey(sampleAssignment(7).keyHash);
    assert.equal(service.ledger.assignments().length, 999);
    assert.equal((await assigned(service)).length, 49);
    assert.equal((await assigned(service, 100)).length, 99);
  });

  it("yields an assignment it has made itself", async () => {
    const service = await running({ rows: 0 });
    const { keyHash } = service.ledger.addKey();
    service.ledger.guardrails.add({ id: sampleGuardrailId(0) });
    const { guardrails } = await sdkOf(service);
    const { assignedCount } = await guardrails.bulkAssignKeys({
      id: sampleGuardrailId(0),
      bulkAssignKeysRequest: { keyHashes: [keyHash] },
    });
    assert.equal(assignedCount, 1);
    assert.deepEqual(await assigned(service), [keyHash]);
  });

  it("lists the keys of a workspace, page by page", async () => {
    const ledger = new Ledger({ positions: samplePositions(150, 10) });
    const service = await running({ ledger });
    const expiresAt = "2027-12-31T23:59:59.000Z";
    const theirs = ledger.addKey({ workspaceId: sampleWorkspace(1).id, disabled: true, expiresAt });
    const { apiKeys } = await sdkOf(service);
    const first = await apiKeys.list();
    const second = await apiKeys.list({ offset: first.data.length });
    assert.deepEqual(
      [...first.data, ...second.data].map((key) => key.hash),
      ledger.assignments().map((row) => row.keyHash),
    );
    const { data } = await apiKeys.list({ workspaceId: theirs.workspaceId, includeDisabled: true });
    assert.deepEqual(
      data.map((key) => [key.hash, key.name, key.label, key.disabled, key.expiresAt?.toISOString()]),
      [[theirs.keyHash, theirs.keyName, theirs.keyLabel, true, expiresAt]],
    );
  });

  it("yields every workspace", async () => {
    const service = await running();
    for (let n = 1; n < 120; n += 1) service.ledger.workspaces.push(sampleWorkspace(n));
    const { workspaces } = await sdkOf(service);
    const ids: string[] = [];
    for await (const page of await workspaces.list()) ids.push(...page.result.data.map(({ id }) => id));
    assert.deepEqual(
      ids,
      service.ledger.workspaces.map(({ id }) => id),
    );
  });

  it("yields every guardrail, and shows one with its content", async () => {
    const service = await running({ rows: 1 });
    const ledger = service.ledger.guardrails;
    for (let n = 0; n < 60; n += 1) ledger.add();
    const { id } = ledger.add({
      limit_usd: 2.5,
      reset_interval: "daily",
      allowed_providers: ["openai"],
      enforce_zdr_xai: true,
      content_filters: [{ pattern: "secret", action: "redact" }],
      content_filter_builtins: [{ slug: "email", action: "block" }],
    });
    const { guardrails } = await sdkOf(service);
    const ids: string[] = [];
    for await (const page of await guardrails.list()) ids.push(...page.result.data.map((one) => one.id));
    assert.deepEqual(
      ids,
      ledger.list().map((one) => one.id),
    );
    const { data } = await guardrails.get({ id });
    assert.deepEqual(
      [data.limitUsd, data.resetInterval, data.allowedProviders, data.enforceZdrXai],
      [2.5, "daily", ["openai"], true],
    );
    assert.deepEqual(
      [data.contentFilters?.[0]?.pattern, data.contentFilterBuiltins?.[0]?.slug],
      ["secret", "email"],
    );
    await assert.rejects(guardrails.get({ id: sampleGuardrailId(1) }), { statusCode: 404 });
  });
});
