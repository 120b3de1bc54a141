import assert from "node:assert/strict";
import type { Evidence } from "../../../policies/evidence/evidence";
import { accountOf } from "../../../policies/judge";
import type { KeyInventory } from "../../../provider/inventory/inventory";
import { apiKey, guardrailsOf, inventoryOf, listOf, noEvidence, noon, row } from "../builders";

const past = new Date(noon - 1).toISOString();
const assigned = [row(2, { keyName: "b" }), row(3, { keyName: "c", keyLabel: "" })];

/** The keys that an account shows, and whether each is in use. */
async function known(inventory: Evidence<KeyInventory>) {
  const account = {
    assignments: async () => listOf(assigned),
    wholeAccount: async () => ({ assignments: listOf(assigned), inventory }),
    guardrails: async () => guardrailsOf(),
  };
  const joined = await accountOf({ account, now: noon }, ["assignments", "inventory"]);
  return joined
    .knownKeys()
    .map((key) => [key.identity.name, key.identity.hash, key.assignments.length, joined.isInUse(key)]);
}

describe("the keys that an account shows", () => {
  it("are all of the inventory and all that are assigned, each once, sorted by name and then by hash", async () => {
    const hashes = [row(5).keyHash, row(6).keyHash].toSorted();
    const keys = [
      apiKey(1, { name: "z", disabled: true }),
      apiKey(6, { name: "same" }),
      apiKey(5, { name: "same" }),
      apiKey(2, { name: "b" }),
      apiKey(4, { name: "a", expiresAt: past }),
    ];
    assert.deepEqual(await known(inventoryOf(keys)), [
      ["a", row(4).keyHash, 0, false],
      ["b", row(2).keyHash, 1, true],
      ["c", row(3).keyHash, 1, true],
      ["same", hashes[0], 0, true],
      ["same", hashes[1], 0, true],
      ["z", row(1).keyHash, 0, false],
    ]);
  });

  it("are those with an assignment, as far as anybody knows in use, where there is no inventory", async () => {
    assert.deepEqual(await known(noEvidence), [
      ["b", row(2).keyHash, 1, true],
      ["c", row(3).keyHash, 1, true],
    ]);
  });
});
