import assert from "node:assert/strict";
import fc from "fast-check";
import { Ledger, sampleAssignment, sampleGuardrailId, samplePositions } from "../../local-service/index";
import type { WirePage } from "../../provider/assignments/contract";

describe("the ledger", () => {
  const ledgerOf = (count: number): Ledger => new Ledger({ positions: samplePositions(count) });
  const ids = (page: WirePage): string[] => page.data.map((row) => row.id);
  const sampleIds = (...numbers: number[]): string[] => numbers.map((n) => sampleAssignment(n).id);

  it("cuts 50 positions by default, and at most 100 whatever is asked for", () => {
    const ledger = ledgerOf(300);
    assert.equal(ledger.page().data.length, 50);
    assert.equal(ledger.page({ limit: 250 }).data.length, 100);
    ledger.window = 30;
    assert.equal(ledger.page({ limit: 100 }).data.length, 30);
  });

  it("shows nothing of a page whose rows all belong to deleted keys, and still counts them", () => {
    const positions = Array.from({ length: 151 }, (_, n) => (n < 120 ? "orphan" : sampleAssignment(n)));
    const ledger = new Ledger({ positions });
    assert.deepEqual(ledger.page({ offset: 0, limit: 100 }), { data: [], total_count: 151 });
    const second = ledger.page({ offset: 100, limit: 100 });
    assert.equal(second.data.length, 31);
    assert.equal(second.data.at(-1)?.id, sampleAssignment(150).id);
  });

  it("replaces the assignment of a key that has one, under a new id", () => {
    const ledger = ledgerOf(3);
    const { keyHash, keyName, id } = sampleAssignment(0);
    const replaced = ledger.assign({ keyHash, guardrailId: sampleGuardrailId(3) });
    assert.notEqual(replaced.id, id);
    assert.equal(replaced.keyName, keyName);
    assert.deepEqual(ids(ledger.page()), [...sampleIds(1, 2), replaced.id]);
  });

  it("puts an assignment where it is told to", () => {
    const ledger = ledgerOf(2);
    const start = ledger.assign({}, { at: "start" });
    const middle = ledger.assign({}, { at: 2 });
    const end = ledger.assign();
    assert.deepEqual(ids(ledger.page()), [start.id, ...sampleIds(0), middle.id, ...sampleIds(1), end.id]);
  });

  it("keeps a key whose assignment is removed, and forgets a deleted one", () => {
    const ledger = ledgerOf(3);
    const [first, second] = [sampleAssignment(0), sampleAssignment(1)];
    ledger.unassign(first.id);
    ledger.deleteKey(second.keyHash);
    assert.deepEqual(ids(ledger.page()), sampleIds(2));
    assert.equal(ledger.totalCount, 2);
    assert.equal(ledger.hasKey(first.keyHash), true);
    assert.equal(ledger.hasKey(second.keyHash), false);
  });

  it("refuses to change what it does not hold", () => {
    const ledger = ledgerOf(1);
    assert.throws(() => ledger.unassign("nothing"), RangeError);
    assert.throws(() => ledger.deleteKey("nothing"), RangeError);
    assert.throws(() => ledger.removeAt(1), RangeError);
  });

  it("lists in the order it is given", () => {
    const ledger = ledgerOf(3);
    ledger.reorder((position) => -position);
    assert.deepEqual(ids(ledger.page()), sampleIds(2, 1, 0));
  });

  it("shows, page by page, exactly the assignments it holds, wherever the orphans are", () => {
    const positions = fc.array(fc.boolean(), { maxLength: 60 });
    fc.assert(
      fc.property(positions, fc.integer({ min: 1, max: 20 }), (orphans, limit) => {
        const ledger = new Ledger({
          positions: orphans.map((gone, n) => (gone ? "orphan" : sampleAssignment(n))),
        });
        const listed: string[] = [];
        for (let offset = 0; offset < ledger.totalCount; offset += limit)
          listed.push(...ids(ledger.page({ offset, limit })));
        assert.deepEqual(
          listed,
          ledger.assignments().map((row) => row.id),
        );
        assert.equal(ledger.totalCount, orphans.length);
      }),
    );
  });

  it("makes of a million positions only those a page shows", () => {
    let made = 0;
    const at = (position: number) => {
      made += 1;
      return sampleAssignment(position);
    };
    const ledger = new Ledger({ positions: { length: 1_000_000, at } });
    assert.deepEqual(ids(ledger.page({ offset: 999_998 })), sampleIds(999_998, 999_999));
    ledger.assign({}, { at: "start" });
    assert.equal(made, 2);
  });
});
