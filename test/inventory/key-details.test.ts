import assert from "node:assert/strict";
import { wireKeyPage } from "../../provider/inventory/contract";
import { inventoryOf, ledgerOf, useInventories } from "./inventory-of";

describe("what an inventory says of keys for people", () => {
  const start = useInventories();

  it("is who made a key and when, its own limit and what it spent this month", async () => {
    const ledger = ledgerOf(0);
    const { keyHash } = ledger.addKey({
      keyCreatedAt: "2026-02-03T04:05:06Z",
      creatorUserId: "user_1",
      limit: 50,
      limitReset: "monthly",
      usageMonthly: 12.5,
    });
    const plain = ledger.addKey();
    const service = await start({ ledger });
    const { details } = await inventoryOf(service.baseUrl).readInventory();
    assert.deepEqual(details.get(keyHash), {
      createdAt: "2026-02-03T04:05:06Z",
      creatorId: "user_1",
      limitUsd: 50,
      limitReset: "monthly",
      usageMonthUsd: 12.5,
    });
    assert.deepEqual(details.get(plain.keyHash), {
      createdAt: "2026-01-01T00:00:00.000Z",
      creatorId: undefined,
      limitUsd: null,
      limitReset: undefined,
      usageMonthUsd: 0,
    });
  });

  it("is never a reason to refuse: what is absent or malformed is left out", () => {
    const key = { hash: "a", name: "n", label: "l", workspace_id: "w", disabled: false };
    const malformed = { created_at: 7, creator_user_id: {}, limit: "x", limit_reset: [], usage_monthly: -1 };
    const { data } = wireKeyPage.parse({ data: [key, { ...key, ...malformed }] });
    for (const row of data) {
      const { created_at, creator_user_id, limit, limit_reset, usage_monthly } = row;
      assert.deepEqual(
        [created_at, creator_user_id, limit, limit_reset, usage_monthly],
        [undefined, undefined, undefined, undefined, undefined],
      );
    }
  });

  it("changes while it is read without unsettling the reading: keys that are used spend", async () => {
    const ledger = ledgerOf(250);
    const service = await start({
      ledger,
      beforePage: ({ index }) => {
        for (const { keyHash } of ledger.keys()) ledger.changeKey(keyHash, { usageMonthly: index });
      },
    });
    const { keys, details, requests } = await inventoryOf(service.baseUrl).readInventory();
    assert.equal(keys.length, 250);
    assert.equal(details.size, 250);
    assert(requests <= 7, `${requests} requests`);
  });
});
