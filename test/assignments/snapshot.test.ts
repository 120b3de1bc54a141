import assert from "node:assert/strict";
import fc from "fast-check";
import { sampleAssignment } from "../../local-service/index";
import {
  type KeyAssignmentsSnapshot,
  parseSnapshot,
  redactSnapshot,
  type SnapshotScope,
  sorted,
  writeContent,
  writeSnapshot,
} from "../../provider/assignments/snapshot";
import { rawKey } from "../foreign-text";

const snapshot: KeyAssignmentsSnapshot = {
  version: 1,
  assignments: sorted([
    sampleAssignment(1),
    sampleAssignment(2),
    { ...sampleAssignment(3), assignedBy: null },
  ]),
  totalCount: 5,
  missingRows: 2,
  scope: { kind: "complete" },
  service: "openrouter",
  baseUrl: "https://openrouter.ai/api/v1",
  readAt: "2026-08-01T12:00:00.000Z",
  requests: 3,
};

/** The same value with its fields in another order. */
function turnedRound(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turnedRound);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, field]) => [name, turnedRound(field)]),
  );
}

const scopes: readonly SnapshotScope[] = [
  { kind: "complete" },
  { kind: "filtered", keyNames: ["prod"] },
  { kind: "filtered", guardrailId: "a", keyHashes: ["b", "c"] },
  { kind: "page", offset: 50, limit: 50 },
];

describe("the text of a snapshot", () => {
  it("is the same for equal snapshots, whatever the order of their fields", () => {
    const other = turnedRound(snapshot) as KeyAssignmentsSnapshot;
    assert.notEqual(JSON.stringify(other), JSON.stringify(snapshot));
    assert.equal(writeSnapshot(other), writeSnapshot(snapshot));
  });

  it("has the fields in the order of their names, so that a later version writes an earlier one's text", () => {
    const names = (value: object): string[] => Object.keys(value);
    const { assignments, ...others } = JSON.parse(writeSnapshot(snapshot)) as KeyAssignmentsSnapshot;
    for (const object of [others, ...assignments]) assert.deepEqual(names(object), names(object).toSorted());
  });

  it("leaves out what is undefined", () => {
    const withScope = (scope: SnapshotScope): string => writeSnapshot({ ...snapshot, scope });
    const lean = withScope({ kind: "filtered", keyNames: ["prod"] });
    assert.equal(withScope({ kind: "filtered", guardrailId: undefined, keyNames: ["prod"] }), lean);
  });

  for (const scope of scopes) {
    it(`gives the snapshot back (scope ${JSON.stringify(scope)})`, () => {
      const missingRows = scope.kind === "page" ? null : 2;
      const written = { ...snapshot, scope, missingRows };
      assert.deepEqual(parseSnapshot(writeSnapshot(written)), written);
    });
  }

  it("gives names back exactly, whatever is in them", () => {
    const property = fc.property(fc.string({ unit: "binary" }), (keyName) => {
      const written = { ...snapshot, assignments: [{ ...sampleAssignment(1), keyName }] };
      assert.deepEqual(parseSnapshot(writeSnapshot(written)), written);
    });
    fc.assert(property);
  });

  it("says as content only what is assigned, not when or how it was read", () => {
    const later = { ...snapshot, readAt: "2026-08-02T12:00:00.000Z", requests: 9 };
    assert.equal(writeContent(later), writeContent(snapshot));
    assert.notEqual(writeSnapshot(later), writeSnapshot(snapshot));
    const renamed = { ...snapshot, assignments: [{ ...sampleAssignment(1), keyName: "other" }] };
    assert.notEqual(writeContent(renamed), writeContent(snapshot));
  });
});

describe("a text that is no snapshot", () => {
  const refused = (value: unknown): void => assert.equal(parseSnapshot(JSON.stringify(value)), undefined);

  it("is refused when it is not JSON, or no text", () => {
    for (const text of ["", "{", "hunter2", undefined, null, 7, {}, snapshot, [writeSnapshot(snapshot)]])
      assert.equal(parseSnapshot(text), undefined);
  });

  for (const name of Object.keys(snapshot)) {
    it(`is refused without ${name}`, () => {
      refused(Object.fromEntries(Object.entries(snapshot).filter(([field]) => field !== name)));
    });

    it(`is refused when ${name} is of another type`, () => {
      refused({ ...snapshot, [name]: true });
    });
  }

  for (const name of Object.keys(sampleAssignment(1))) {
    it(`is refused when an assignment has no ${name}`, () => {
      const row = Object.fromEntries(Object.entries(sampleAssignment(1)).filter(([field]) => field !== name));
      refused({ ...snapshot, assignments: [row] });
    });
  }

  for (const [what, change] of [
    ["a later version", { version: 2 }],
    ["a field nobody knows", { colour: "green" }],
    ["a service nobody knows", { service: "elsewhere" }],
    ["a scope nobody knows", { scope: { kind: "some" } }],
    ["a scope with a field of another", { scope: { kind: "complete", offset: 1 } }],
    ["a negative count", { missingRows: -1 }],
    ["a fractional count", { totalCount: 1.5 }],
    ["a time that is none", { readAt: "yesterday" }],
    ["no requests", { requests: 0 }],
  ] as const) {
    it(`is refused with ${what}`, () => refused({ ...snapshot, ...change }));
  }
});

describe("the rows of a snapshot", () => {
  it("are sorted by key hash, then by id, and the given list stays as it was", () => {
    const rows = ["a 1", "a 2", "b 0", "b 3", "c 2"].map((place) => {
      const [keyHash = "", id = ""] = place.split(" ");
      return { ...sampleAssignment(1), keyHash, id };
    });
    const property = fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), (given) => {
      const before = [...given];
      assert.deepEqual(sorted(given), rows);
      assert.deepEqual(given, before);
    });
    fc.assert(property);
  });

  for (const field of ["keyHash", "keyName", "keyLabel", "assignedBy", "createdAt"] as const)
    it(`leave this process without a raw key that stands in ${field}`, () => {
      const [row, other] = [sampleAssignment(1), sampleAssignment(2)];
      const written = { ...snapshot, assignments: [{ ...row, [field]: `of ${rawKey}` }, other] };
      const { assignments } = redactSnapshot(written);
      assert.deepEqual(assignments, [{ ...row, [field]: "of [key]" }, other]);
    });
});
