import assert from "node:assert/strict";
import type { Finding } from "../../../policies/findings/report";
import { planFixes } from "../../../policies/report/fix";
import { keyEntriesOf } from "../../../policies/report/key-entries";
import { describeViolation } from "../../../policies/report/violation";
import { account, findingOf, judged, keyOf } from "../../cli/reports/sample-results";

/** What a rule finds in a key that no command helps, whatever guardrail it has. */
function undeclared(n: number): Finding {
  const cause = { kind: "feeds-no-assignment" } as const;
  return {
    state: "unguarded",
    key: keyOf(n),
    guardrailIds: [],
    cause,
    remedy: { kind: "declare-assignment" },
  };
}

function said(...findings: readonly (readonly [string, readonly Finding[]])[]) {
  const reports = findings.map(([rule, found]) => judged(rule, found)).filter((one) => one.kind === "judged");
  const entries = keyEntriesOf(reports, [account]);
  const [first] = reports;
  assert(first);
  const context = { accounts: [account], reports, areAll: true, entries: () => entries, shown: [] };
  return { fixes: planFixes(entries, reports).fixes, text: describeViolation(first, context) };
}

describe("a command that assigns a guardrail", () => {
  it("is not printed for guarded keys that fail a rule that it does not help, whose remedy is", () => {
    const { fixes, text } = said(
      ["declared-keys-guarded", [undeclared(0), undeclared(1)]],
      ["no-unguarded-keys", [findingOf("guarded", keyOf(0)), findingOf("guarded", keyOf(1))]],
    );
    assert.deepEqual(fixes, []);
    assert.doesNotMatch(text, /Assign a guardrail/u);
    assert.match(text, /^Declare an assignment with this key's hash\.$/mu);
  });

  it("is printed for the one of them that has none, beside that remedy", () => {
    const { fixes, text } = said(
      ["declared-keys-guarded", [undeclared(0), undeclared(1)]],
      ["no-unguarded-keys", [findingOf("unguarded", keyOf(0)), findingOf("guarded", keyOf(1))]],
    );
    assert.deepEqual(
      fixes.flatMap(({ keys }) => keys.map(({ hash }) => hash)),
      [keyOf(0).hash],
    );
    assert.match(text, /^Declare an assignment with this key's hash\.$/mu);
  });

  it("is told in words for all keys where it is none to copy", () => {
    const keys = Array.from({ length: 11 }, (_, n) => findingOf("unguarded", keyOf(n)));
    assert.match(said(["no-unguarded-keys", keys]).text, /^Assign a guardrail to each of these 11 keys, /mu);
  });
});
