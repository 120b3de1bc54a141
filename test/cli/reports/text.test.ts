import assert from "node:assert/strict";
import { checkReportOf } from "../../../cli/reports/check-report";
import type { CheckResult } from "../../../cli/reports/check-result";
import type { Terminal } from "../../../cli/reports/report-writer";
import { writeText } from "../../../cli/reports/text-report";
import type { Finding } from "../../../policies/report/report";
import { harmful } from "../../policies/builders";
import { hostileTexts, resultWith } from "./hostile-results";
import { findingOf, guarded, judged, keyOf, mixed, resultOf, unread } from "./sample-results";

function text(result: CheckResult, terminal?: Terminal): string {
  return writeText(checkReportOf(result), { terminal });
}

function headline(...findings: readonly Finding[]): string | undefined {
  return text(resultOf([judged("no-unguarded-keys", findings)])).split("\n")[0];
}

const [good, other, bad, wrong, doubtful, waived] = [
  findingOf("guarded", keyOf(1)),
  findingOf("guarded", keyOf(2)),
  findingOf("unguarded", keyOf(3)),
  findingOf("wrong-guardrail", keyOf(4)),
  findingOf("unverified", keyOf(5)),
  findingOf("waived", keyOf(6)),
] as const;

describe("the text report", () => {
  it("begins with the verdict, which counts keys", () => {
    assert.equal(headline(good), "guarded: the one key passes");
    assert.equal(headline(good, other), "guarded: all 2 keys pass");
    assert.equal(headline(good, waived), "guarded: all 2 keys pass, 1 by exception");
    assert.equal(headline(bad), "not guarded: the one key fails");
    assert.equal(headline(good, bad), "not guarded: 1 of 2 keys fails");
    assert.equal(headline(good, bad, wrong), "not guarded: 2 of 3 keys fail");
    assert.equal(headline(bad, doubtful), "not guarded: 1 of 2 keys fails, 1 could not be verified");
    assert.equal(headline(good, doubtful), "could not verify: nothing was found out about 1 of 2 keys");
    assert.equal(headline(doubtful), "could not verify: nothing was found out about the one key");
    assert.equal(headline(), "could not verify: not every rule could be judged");
  });

  it("counts a key once, whatever number of rules it fails, and two keys of the same name twice", () => {
    const twice = resultOf([
      judged("required-keys-guarded", [bad, good]),
      judged("no-unguarded-keys", [bad]),
    ]);
    assert.match(text(twice), /^not guarded: 1 of 2 keys fails\n/u);
    assert.equal(
      headline(bad, findingOf("unguarded", keyOf(9, { name: bad.key.name }))),
      "not guarded: 2 of 2 keys fail",
    );
  });

  it("never takes a run in which no rule applied for a pass", () => {
    const none = resultOf([
      { rule: "no-unguarded-keys", kind: "not-applicable", why: "it is not configured" },
    ]);
    assert.match(text(none), /^could not verify: /u);
  });

  it("gives a line to each key that does not pass: state, key, why, where it was read, what to do", () => {
    const lines = text(resultOf([judged("no-unguarded-keys", [good, bad])])).split("\n");
    assert.deepEqual(
      lines.filter((line) => /^(?:un)?guarded: key/u.test(line)),
      [
        'unguarded: key "prod-support-3" (sk-or-v1-bae...5cc8, hash 071a7ec0) has no direct assignment of a guardrail ' +
          "(list of OpenRouter at https://openrouter.ai/api/v1, read 2026-03-01T10:00:01.250Z). " +
          "Assign a guardrail to it, then run this again.",
      ],
    );
  });

  it("says what could not be read, and which counts each rule came to", () => {
    assert.match(text(unread), /\n\nrequired-keys-guarded:\ncould not verify: the connection was refused /u);
    assert.match(text(unread), /\n\nrequired-keys-guarded: required keys: 1 unverified\n$/u);
    assert.match(
      text(guarded),
      /^guarded: [^\n]*\n\nrequired-keys-guarded: required keys: 3 guarded \(list of /u,
    );
  });

  it("is a table on a terminal, as wide as that is, and plain elsewhere", () => {
    const wide = text(mixed, { columns: 100, colour: false }).split("\n");
    const table = wide.filter((line) => /^[│┌├└]/u.test(line));
    assert(table.length > 10);
    assert.deepEqual([...new Set(table.map((line) => line.length))], [100]);
    assert.match(table[1] ?? "", /│ state +│ key +│ why +│ what to do +│/u);
    assert.doesNotMatch(text(mixed), /[│┌├└]/u);
    assert.equal(text(mixed, { columns: 60, colour: false }), text(mixed));
  });

  it("is coloured only where colours are wanted", () => {
    assert.match(text(mixed, { columns: 100, colour: true }), /^\u001b\[1m\u001b\[31mnot guarded/u);
    assert.doesNotMatch(text(mixed, { columns: 100, colour: false }), /\u001b/u);
  });

  it("shows hostile names harmlessly, in a table too", () => {
    for (const terminal of [undefined, { columns: 120, colour: false }]) {
      const shown = text(resultWith(hostileTexts), terminal);
      for (const line of shown.split("\n")) assert.doesNotMatch(line, harmful);
    }
  });
});
