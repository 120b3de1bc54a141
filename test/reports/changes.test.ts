import assert from "node:assert/strict";
import { type Changes, changesSince } from "../../policies/command/reports/changes";
import { checkReportOf } from "../../policies/command/reports/check-report";
import type { Finding } from "../../policies/report/report";
import { findingOf, judged, keyOf, resultOf } from "./sample-results";

function changes(
  before: readonly Finding[],
  after: readonly Finding[],
): Record<keyof Changes, readonly unknown[]> {
  const [earlier, now] = [before, after].map((findings) =>
    checkReportOf(resultOf([judged("no-unguarded-keys", findings)])),
  );
  assert(earlier !== undefined && now !== undefined);
  const { appeared, fixed, gone, unchanged } = changesSince(earlier, now);
  const names = (found: Changes["appeared"]): readonly unknown[] =>
    found.map(({ key, state }) => `${key.name} ${state}`);
  return { appeared: names(appeared), fixed: names(fixed), gone: names(gone), unchanged: names(unchanged) };
}

const none = { appeared: [], fixed: [], gone: [], unchanged: [] };
const [good, bad, doubtful, waived] = [
  findingOf("guarded", keyOf(1)),
  findingOf("unguarded", keyOf(1)),
  findingOf("unverified", keyOf(1)),
  findingOf("waived", keyOf(1)),
] as const;
const name = keyOf(1).name;

describe("what changed since an earlier report", () => {
  it("is nothing between two reports of the same", () => {
    assert.deepEqual(changes([good], [good]), none);
    assert.deepEqual(changes([], []), none);
  });

  it("is new where a key fails now that passed then, or was not there", () => {
    assert.deepEqual(changes([good], [bad]), { ...none, appeared: [`${name} unguarded`] });
    assert.deepEqual(changes([], [doubtful]), { ...none, appeared: [`${name} unverified`] });
    assert.deepEqual(changes([waived], [bad]), { ...none, appeared: [`${name} unguarded`] });
  });

  it("is fixed only where a key is known to pass now", () => {
    assert.deepEqual(changes([bad], [good]), { ...none, fixed: [`${name} guarded`] });
    assert.deepEqual(changes([bad], [waived]), { ...none, fixed: [`${name} waived`] });
    assert.deepEqual(changes([bad], []), { ...none, gone: [`${name} unguarded`] });
    assert.deepEqual(changes([bad], [doubtful]), { ...none, unchanged: [`${name} unverified`] });
  });

  it("follows a key that is renamed, by its hash", () => {
    const renamed = findingOf("unguarded", keyOf(1, { name: "renamed" }));
    assert.deepEqual(changes([bad], [renamed]), { ...none, unchanged: ["renamed unguarded"] });
  });
});
