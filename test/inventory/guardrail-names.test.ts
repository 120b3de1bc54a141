import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { type Fault, type LocalService, sampleGuardrailId, sampleWorkspace } from "../../local-service/index";
import { never } from "../http/reading-of";
import { inventoryOf, ledgerOf, refusalOf, useInventories } from "./inventory-of";

const [first, second] = [sampleGuardrailId(0), sampleGuardrailId(1)];

/** A page of the list of guardrails, shorter than any that was asked for. */
function pageOf({ ledger }: LocalService, from: number, length: number, total?: number): Fault {
  const all = ledger.guardrails.list().map(({ id, name }) => ({ id, name }));
  return {
    kind: "json",
    value: { data: all.slice(from, from + length), total_count: total ?? all.length },
  };
}

describe("the names of guardrails", () => {
  const start = useInventories();
  const asked = ({ requests }: { readonly requests: readonly { readonly query: string }[] }) =>
    requests.map(({ query }) => query);

  it("are read from the default workspace's list, and of other workspaces only while some are missing", async () => {
    const ledger = ledgerOf(0, 0);
    const elsewhere = sampleWorkspace(1).id;
    ledger.guardrails.add({ id: first, name: "Team default" });
    ledger.guardrails.add({ id: second, name: "Batch", workspace_id: elsewhere });
    const service = await start({ ledger });
    const reading = inventoryOf(service.baseUrl);
    const one = await reading.readGuardrailNames(new Set([first]), [elsewhere]);
    assert.equal(one.get(first)?.name, "Team default");
    assert.deepEqual(asked(service), ["offset=0&limit=100"]);
    const both = await reading.readGuardrailNames(new Set([first, second]), [elsewhere]);
    const { content, ...named } = both.get(second) ?? {};
    assert.deepEqual(named, { name: "Batch", workspaceId: elsewhere });
    assert.equal(content?.id, second);
    assert.equal(service.requests.length, 3);
  });

  it("are looked for on every page, and one that no list shows is left out", async () => {
    const ledger = ledgerOf(0);
    for (let n = 0; n < 120; n += 1) ledger.guardrails.add({ name: `Guardrail ${n}` });
    ledger.guardrails.add({ id: first, name: "The last" });
    const service = await start({ ledger });
    const found = await inventoryOf(service.baseUrl).readGuardrailNames(new Set([first, second]), []);
    assert.deepEqual([found.get(first)?.name, found.get(second)], ["The last", undefined]);
    assert.deepEqual(asked(service), ["offset=0&limit=100", "offset=100&limit=100"]);
  });

  it("are looked for from where a page ended that is shorter than asked for", async () => {
    const ledger = ledgerOf(0);
    const ids = Array.from({ length: 140 }, (_, n) => ledger.guardrails.add({ name: `Guardrail ${n}` }).id);
    const service = await start({ ledger });
    service.faults = [0, 50, 100].map((from) => pageOf(service, from, 50));
    const found = await inventoryOf(service.baseUrl).readGuardrailNames(new Set(ids), []);
    assert.equal(found.size, 140);
    assert.deepEqual(
      service.requests.map(({ offset }) => offset),
      [0, 50, 100],
    );
  });

  it("are given up where a list that claims more shows the same page again", async () => {
    const ledger = ledgerOf(0);
    ledger.guardrails.add({ name: "The only one" });
    const service = await start({ ledger });
    service.faults = () => pageOf(service, 0, 50, 1e9);
    const found = await inventoryOf(service.baseUrl).readGuardrailNames(new Set([first]), []);
    assert.equal(found.size, 1);
    assert.equal(service.requests.length, 2);
  });

  it("are given up after a hundred requests where a list does not end", async () => {
    const service = await start({ ledger: ledgerOf(0) });
    service.faults = () => {
      const data = [{ id: randomUUID(), name: "One more" }];
      return { kind: "json", value: { data, total_count: 1e9 } };
    };
    const found = await inventoryOf(service.baseUrl).readGuardrailNames(new Set([first]), []);
    assert.deepEqual([found.size, service.requests.length], [100, 100]);
  });

  it("are given up after five seconds, however long a read may take", async () => {
    const limits: number[] = [];
    const timeout = AbortSignal.timeout;
    AbortSignal.timeout = (milliseconds) => {
      limits.push(milliseconds);
      const over = new AbortController();
      setImmediate(() => over.abort());
      return over.signal;
    };
    try {
      const service = await start({ ledger: ledgerOf(0), latency: () => never });
      const refusal = await refusalOf(inventoryOf(service.baseUrl).readGuardrailNames(new Set([first]), []));
      assert.match(refusal.message, /did not say in time what guardrails are called .* is slow\.$/u);
    } finally {
      AbortSignal.timeout = timeout;
    }
    assert.deepEqual(limits, [5_000]);
  });

  it("are not asked for where none is wanted, and a service without the list refuses", async () => {
    const service = await start({ ledger: ledgerOf(0), flavour: "modelgates" });
    const reading = inventoryOf(service.baseUrl);
    assert.equal((await reading.readGuardrailNames(new Set(), [])).size, 0);
    assert.equal(service.requests.length, 0);
    const refusal = await refusalOf(reading.readGuardrailNames(new Set([first]), []));
    assert.equal(refusal.status, 404);
    assert.match(
      refusal.message,
      /^could not verify: the service lists no guardrails \(404\) \(GET \S+\)\. ModelGates/u,
    );
  });
});
