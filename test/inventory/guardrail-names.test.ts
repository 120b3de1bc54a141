import assert from "node:assert/strict";
import { sampleGuardrailId, sampleWorkspace } from "../../local-service/index";
import { inventoryOf, ledgerOf, refusalOf, useInventories } from "./inventory-of";

const [first, second] = [sampleGuardrailId(0), sampleGuardrailId(1)];

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
