import assert from "node:assert/strict";
import fc from "fast-check";
import { Ledger, sampleAssignment, samplePositions, sampleWorkspace } from "../../local-service/index";
import type { KeyAssignment } from "../../provider/assignments/contract";

const everything = { workspaceId: sampleWorkspace(0).id, includeDisabled: true };

describe("the ledger's inventory", () => {
  const names = (ledger: Ledger): string[] => ledger.keys().map((key) => key.keyName);

  it("has the keys with an assignment and those without, enabled, never expiring, in the default workspace", () => {
    const ledger = new Ledger({ positions: samplePositions(1) });
    const ordinary = {
      workspaceId: sampleWorkspace(0).id,
      disabled: false,
      expiresAt: null,
      keyCreatedAt: "2026-01-01T00:00:00.000Z",
      creatorUserId: null,
      limit: null,
      limitReset: null,
      usageMonthly: 0,
    };
    const named = (row: KeyAssignment) => ({
      keyHash: row.keyHash,
      keyName: row.keyName,
      keyLabel: row.keyLabel,
    });
    const spare = ledger.addKey({ keyName: "spare" });
    const third = ledger.assign({ keyName: "third" });
    assert.deepEqual(ledger.keys(), [
      { ...named(sampleAssignment(0)), ...ordinary },
      { ...spare, ...ordinary },
      { ...named(third), ...ordinary },
    ]);
    assert.deepEqual([spare.keyName, third.keyName], ["spare", "third"]);
  });

  it("takes what is said of a key, whether it is added, assigned or changed", () => {
    const ledger = new Ledger();
    const said = {
      workspaceId: sampleWorkspace(1).id,
      disabled: true,
      expiresAt: "2027-01-01T00:00:00.000Z",
    };
    ledger.addKey(said);
    const row = ledger.assign(said);
    const { keyHash } = ledger.addKey();
    ledger.changeKey(keyHash, said);
    assert.equal(ledger.keys().length, 3);
    for (const key of ledger.keys()) assert.deepEqual({ ...key, ...said }, key);
    assert.deepEqual(Object.keys(row).sort(), Object.keys(sampleAssignment(0)).sort());
  });

  it("keeps what is known of a key that is assigned later", () => {
    const ledger = new Ledger();
    const key = ledger.addKey({ keyName: "spare", disabled: true });
    assert.equal(ledger.assign({ keyHash: key.keyHash }).keyName, "spare");
    assert.deepEqual(ledger.keys(), [key]);
  });

  it("renames a key in the list of assignments too", () => {
    const ledger = new Ledger({ positions: samplePositions(2) });
    const { id, keyHash } = sampleAssignment(1);
    ledger.changeKey(keyHash, { keyName: "renamed" });
    assert.deepEqual(ledger.assignments()[1], { ...sampleAssignment(1), keyName: "renamed" });
    assert.notEqual(ledger.assign({ keyHash, keyName: "again" }).id, id);
    assert.deepEqual(names(ledger), [sampleAssignment(0).keyName, "again"]);
  });

  it("has no key of an orphan, and none that was deleted", () => {
    const ledger = new Ledger({ positions: samplePositions(4, 2) });
    const before = ledger.keys();
    assert.equal(before.length, 2);
    ledger.deleteKey(before[0]?.keyHash ?? "");
    assert.deepEqual(ledger.keys(), before.slice(1));
    assert.deepEqual(ledger.keysPage(everything, 0), before.slice(1));
  });

  it("refuses to change a key it does not hold", () => {
    assert.throws(() => new Ledger().changeKey("nothing", { disabled: true }), RangeError);
  });

  it("loses and doubles no key, page by page, whatever is assigned, unassigned, renamed or added meanwhile", () => {
    const change = fc.record({
      kind: fc.constantFrom("assign", "unassign", "rename", "add"),
      place: fc.nat(40),
    });
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 30 }), fc.array(change), (orphans, changes) => {
        const positions = orphans.map((gone, n) => (gone ? "orphan" : sampleAssignment(n)));
        const ledger = new Ledger({ positions, keysPerPage: 4 });
        const before = ledger.keys().map((key) => key.keyHash);
        const seen: string[] = [];
        for (let offset = 0; offset < ledger.keys().length; offset += 4) {
          seen.push(...ledger.keysPage(everything, offset).map((key) => key.keyHash));
          const { kind, place } = changes[offset / 4] ?? { kind: "add", place: 40 };
          const keyHash = before[place];
          if (kind === "add" && place < 40) ledger.addKey();
          if (keyHash === undefined) continue;
          if (kind === "assign") ledger.assign({ keyHash }, { at: "start" });
          if (kind === "rename") ledger.changeKey(keyHash, { keyName: "renamed" });
          if (kind === "unassign" && ledger.assignments().some((row) => row.keyHash === keyHash))
            ledger.unassign(keyHash);
        }
        assert.deepEqual(seen.slice(0, before.length), before);
        assert.equal(new Set(seen).size, seen.length);
      }),
    );
  });

  it("makes of very many keys only those a page shows, where orphans are told without making them", () => {
    let made = 0;
    const { length, at, isOrphan } = samplePositions(1_000_000, 10);
    const counted = (position: number) => {
      made += 1;
      return at(position);
    };
    const ledger = new Ledger({ positions: { length, at: counted, ...(isOrphan && { isOrphan }) } });
    ledger.addKey();
    ledger.assign();
    assert.equal(made, 0);
    assert.equal(ledger.keysPage(everything, 999_900).length, 92);
    assert.equal(made, 90);
  });

  it("looks at each of very many keys once where orphans are not told, then makes only those a page shows", () => {
    let made = 0;
    const at = (position: number) => {
      made += 1;
      return position % 2 === 0 ? "orphan" : sampleAssignment(position);
    };
    const ledger = new Ledger({ positions: { length: 1_000, at } });
    for (const offset of [0, 450]) ledger.keysPage(everything, offset);
    assert.equal(made, 1_150);
    assert.deepEqual(ledger.keysPage(everything, 450), ledger.keys().slice(450));
  });
});
