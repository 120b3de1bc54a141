import assert from "node:assert/strict";
import { type Changes, changesSince, describeChanges } from "../../../cli/reports/changes";
import { checkReportOf } from "../../../cli/reports/check-report";
import type { CheckResult } from "../../../cli/reports/check-result";
import type { Finding } from "../../../policies/findings/report";
import { account, earlier, findingOf, judged, keyOf, mixed, resultOf, unread } from "./sample-results";

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

  const called = (n: number) => `"${keyOf(n).name}" (hash ${keyOf(n).hash?.slice(0, 8)})`;
  const passing = (count: number) => [
    judged(
      "no-unguarded-keys",
      Array.from({ length: count }, (_, n) => findingOf("guarded", keyOf(n, { label: undefined }))),
    ),
  ];

  it("is how much of each, and which keys are new beside those that still fail", () => {
    assert.deepEqual(words(resultOf(unguarded(1)), resultOf(unguarded(2))), [
      "since 2026-03-01T10:00:00.000Z: 1 new, 0 fixed, 0 no longer judged, 1 still failing",
      `new: ${called(1)}`,
    ]);
    assert.match(words(earlier, mixed)[0] ?? "", /: 3 new, 1 fixed, 1 no longer judged, 1 still failing$/u);
  });

  it("names the keys that were fixed, and those that no rule judges any more", () => {
    assert.deepEqual(words(resultOf(unguarded(2)), resultOf(passing(2))).slice(1), [
      `fixed: ${called(1)}, ${called(0)}`,
    ]);
    assert.deepEqual(words(resultOf(unguarded(2)), resultOf(passing(1))).slice(1), [
      `fixed: ${called(0)}`,
      `no longer judged: ${called(1)}`,
    ]);
  });

  it("claims nothing of keys by a report that could read nothing", () => {
    assert.deepEqual(words(resultOf(unguarded(1)), unread), [
      `since 2026-03-01T10:00:00.000Z: 0 new, 0 fixed, 1 not known now, 0 still failing`,
      `not known now: ${called(0)}`,
    ]);
    assert.match(words(unread, resultOf(unguarded(1)))[0] ?? "", /: 1 failing, not known before, 0 fixed, /u);
  });

  it("names no key as new where all that fail are: the report lists them", () => {
    assert.deepEqual(words(resultOf(passing(2)), resultOf(unguarded(2))), [
      "since 2026-03-01T10:00:00.000Z: 2 new, 0 fixed, 0 no longer judged, 0 still failing",
    ]);
  });

  it("names twenty keys of each kind, and counts the others", () => {
    const [, twenty = ""] = words(resultOf(unguarded(20)), resultOf(passing(20)));
    assert.doesNotMatch(twenty, / more$/u);
    const [, line = ""] = words(resultOf(unguarded(25)), resultOf(passing(25)));
    assert.match(line, /^fixed: .* and 5 more$/u);
    assert.equal(line.match(/\(hash /gu)?.length, 20);
  });

  it("says where the earlier report is of another address", () => {
    const other = { ...account, service: "modelgates", baseUrl: "https://modelgates.ai/api/v1" } as const;
    const [first = ""] = words(resultOf([], { accounts: [other] }), resultOf([]));
    assert.match(first, /^since \S+ \(a report of another address\): 0 new/u);
  });
});
