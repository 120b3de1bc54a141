import assert from "node:assert/strict";
import type { LedgerKey } from "../../local-service/index";
import { sampleWorkspace } from "../../local-service/index";
import { KeyAssignmentsClient } from "../../provider/client";
import type { ApiKey } from "../../provider/inventory/contract";
import { isActive } from "../../provider/inventory/inventory";
import { inventoryOf, ledgerOf, useInventories } from "./inventory-of";

/** The truth, in the order of an inventory. */
function truth(keys: readonly LedgerKey[]): ApiKey[] {
  return keys
    .map(({ keyHash: hash, keyName: name, keyLabel: label, workspaceId, disabled, expiresAt }) => {
      return { hash, name, label, workspaceId, disabled, expiresAt };
    })
    .toSorted((one, other) => (one.hash < other.hash ? -1 : 1));
}

describe("the inventory of an account", () => {
  const start = useInventories();

  it("holds every key of every workspace, sorted by hash, and where and when it was read", async () => {
    const service = await start({ ledger: ledgerOf(250, 0, 3) });
    const before = Date.now();
    const inventory = await inventoryOf(service.baseUrl).readInventory();
    assert.deepEqual(inventory.keys, truth(service.ledger.keys()));
    assert.equal(inventory.keys.length, 253);
    const workspaces = service.ledger.workspaces.map(({ id, name }) => ({ id, name }));
    assert.deepEqual(
      inventory.workspaces,
      workspaces.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    );
    assert.equal(inventory.service, "openrouter");
    assert.equal(inventory.baseUrl, service.baseUrl);
    assert.equal(inventory.requests, service.requests.length);
    assert(Date.parse(inventory.readAt) >= before && Date.parse(inventory.readAt) <= Date.now());
  });

  it("holds disabled keys, and when keys expire", async () => {
    const ledger = ledgerOf(1);
    const off = ledger.addKey({ disabled: true });
    const ending = ledger.addKey({ expiresAt: "2027-12-31T23:59:59Z" });
    const service = await start({ ledger });
    const { keys } = await inventoryOf(service.baseUrl).readInventory();
    assert.deepEqual(keys, truth(ledger.keys()));
    assert.equal(keys.find(({ hash }) => hash === off.keyHash)?.disabled, true);
    assert.equal(keys.find(({ hash }) => hash === ending.keyHash)?.expiresAt, "2027-12-31T23:59:59Z");
  });

  it("is asked for workspace by workspace, disabled keys included, in five requests for one page", async () => {
    const service = await start({ ledger: ledgerOf(100) });
    const { requests } = await inventoryOf(service.baseUrl, { maxConcurrency: 1 }).readInventory();
    const asked = service.requests.map(({ path, query }) => `${path.replace("/api/v1", "")}?${query}`);
    const keys = `/keys?workspace_id=${sampleWorkspace(0).id}&include_disabled=true&offset=`;
    // The page at 99 shows the last key, and need not span more than 50 positions.
    const offsets = [0, 99, 198, 149];
    assert.deepEqual(asked, ["/workspaces?offset=0&limit=100", ...offsets.map((at) => `${keys}${at}`)]);
    assert.equal(requests, 5);
  });

  it("is read whole from a service with other page sizes", async () => {
    for (const keysPerPage of [7, 300]) {
      const ledger = ledgerOf(150, 20);
      ledger.keysPerPage = keysPerPage;
      const service = await start({ ledger });
      const { keys } = await inventoryOf(service.baseUrl).readInventory();
      assert.deepEqual(keys, truth(ledger.keys()));
    }
  });

  it("does not join pages at a key that was edited, because the service may have moved it", async () => {
    const ledger = ledgerOf(101);
    const [first, last, behind] = [0, 99, 100].map((n) => ledger.keys()[n]);
    assert(first !== undefined && last !== undefined && behind !== undefined);
    const service = await start({
      ledger,
      beforePage: ({ list, offset }) => {
        if (list !== "keys" || offset !== 99 || !ledger.hasKey(first.keyHash)) return;
        // A list sorted by the time of the last change: the edited key goes behind the last one, its row but for its limit as before.
        ledger.deleteKey(last.keyHash);
        ledger.addKey({ ...last, limit: 5 });
        ledger.deleteKey(first.keyHash);
      },
    });
    const { keys } = await inventoryOf(service.baseUrl).readInventory();
    assert(keys.some(({ hash }) => hash === behind.keyHash));
    assert.deepEqual(keys, truth(ledger.keys()));
  });

  it("holds every key that stayed when others are deleted and made while it is read", async () => {
    const ledger = ledgerOf(400, 30);
    const stayed = truth(ledger.keys()).slice(100);
    const going = truth(ledger.keys()).slice(0, 100);
    const service = await start({
      ledger,
      beforePage: ({ index }) => {
        if (index < 2 || index > 12) return;
        ledger.addKey();
        const gone = going.pop();
        if (gone !== undefined) ledger.deleteKey(gone.hash);
      },
    });
    const { keys } = await inventoryOf(service.baseUrl).readInventory();
    const listed = new Set(keys.map(({ hash }) => hash));
    assert.equal(listed.size, keys.length);
    assert(stayed.every(({ hash }) => listed.has(hash)));
  });

  it("tells whoever watches how far the reading is", async () => {
    const service = await start({ ledger: ledgerOf(120) });
    const seen: unknown[] = [];
    const onProgress = (now: unknown): number => seen.push(now);
    await inventoryOf(service.baseUrl, { maxConcurrency: 1 }).readInventory({ onProgress });
    assert.deepEqual(seen, [
      { rows: 100, workspaces: 1 },
      { rows: 121, workspaces: 1 },
      { rows: 121, workspaces: 1 },
      { rows: 122, workspaces: 1 },
      { rows: 122, workspaces: 1 },
    ]);
  });

  it("can be read by the public client", async () => {
    const service = await start({ ledger: ledgerOf(3) });
    const { baseUrl, managementKey } = service;
    const { keys } = await new KeyAssignmentsClient({ baseUrl, managementKey }).readInventory();
    assert.deepEqual(keys, truth(service.ledger.keys()));
  });
});

describe("a key", () => {
  const key = { hash: "h", name: "n", label: "l", workspaceId: "w", disabled: false, expiresAt: null };
  const expiry = "2027-12-31T23:59:59+01:00";
  const at = Date.parse(expiry);

  it("is active while it is enabled and before it expires", () => {
    assert(isActive(key, at));
    assert(!isActive({ ...key, disabled: true }, at));
    assert(isActive({ ...key, expiresAt: expiry }, at - 1));
    assert(!isActive({ ...key, expiresAt: expiry }, at));
    assert(!isActive({ ...key, expiresAt: expiry, disabled: true }, at - 1));
  });

  it("counts as active when nobody can tell when it expires", () => {
    assert(isActive({ ...key, expiresAt: "soon" }, at));
  });
});
