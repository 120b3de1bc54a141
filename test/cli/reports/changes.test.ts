import assert from "node:assert/strict";
import { type Changes, changesSince, describeChanges } from "../../../cli/reports/changes";
import { checkReportOf } from "../../../cli/reports/check-report";
import type { CheckResult } from "../../../cli/reports/check-result";
import type { Finding } from "../../../policies/report/report";
import { account, earlier, findingOf, judged, keyOf, mixed, resultOf } from "./sample-results";

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

describe("what changed since an earlier report, in words,", () => {
  const unguarded = (count: number) => [
    judged(
      "no-unguarded-keys",
      Array.from({ length: count }, (_, n) => findingOf("unguarded", keyOf(n, { label: undefined }))),
    ),
  ];
  const words = (before: CheckResult, after: CheckResult): readonly string[] =>
    describeChanges(checkReportOf(before), checkReportOf(after));

  it("is how much of each, and which keys are new", () => {
    assert.deepEqual(words(resultOf(unguarded(1)), resultOf(unguarded(2))), [
      "since 2026-03-01T10:00:00.000Z: 1 new, 0 fixed, 0 no longer judged, 1 unchanged",
      `new: unguarded: key "${keyOf(1).name}" (hash ${keyOf(1).hash?.slice(0, 8)}) (no-unguarded-keys)`,
    ]);
    assert.match(words(earlier, mixed)[0] ?? "", /: 3 new, 1 fixed, 1 no longer judged, 1 unchanged$/u);
  });

  it("names the first twenty new ones", () => {
    const lines = words(resultOf([]), resultOf(unguarded(25)));
    assert.equal(lines.length, 22);
    assert.equal(lines.at(-1), "new: 5 more");
    assert.equal(words(resultOf([]), resultOf(unguarded(20))).length, 21);
  });

  it("says where the earlier report is of another address", () => {
    const other = { ...account, service: "modelgates", baseUrl: "https://modelgates.ai/api/v1" } as const;
    const [first = ""] = words(resultOf([], { accounts: [other] }), resultOf([]));
    assert.match(first, /^since \S+ \(a report of another address\): 0 new/u);
  });
});
