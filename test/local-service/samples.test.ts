import assert from "node:assert/strict";
import fc from "fast-check";
import { Ledger, sampleAssignment, samplePositions } from "../../local-service/index";
import { wireKeyAssignment } from "../../provider/assignments/contract";

describe("sample assignments", () => {
  it("are what the contract asks for, and never share an id or a key", () => {
    const rows = Array.from({ length: 500 }, (_, n) => [
      sampleAssignment(n),
      sampleAssignment(n, "new"),
    ]).flat();
    const { data } = new Ledger({ positions: rows, window: 1_000 }).page({ limit: 1_000 });
    for (const row of data) {
      wireKeyAssignment.parse(row);
      assert.match(row.key_hash, /^[0-9a-f]{64}$/);
    }
    assert.equal(new Set(rows.map((row) => row.id)).size, 1_000);
    assert.equal(new Set(rows.map((row) => row.keyHash)).size, 1_000);
  });

  it("leave out as many positions for orphans as they are told to", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (rows, orphans) => {
        const ledger = new Ledger({ positions: samplePositions(rows + orphans, orphans) });
        assert.equal(ledger.assignments().length, rows);
      }),
    );
  });
});
