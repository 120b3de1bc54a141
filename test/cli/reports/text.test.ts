import assert from "node:assert/strict";
import { checkReportOf } from "../../../cli/reports/check-report";
import type { CheckResult } from "../../../cli/reports/check-result";
import type { Terminal } from "../../../cli/reports/report-writer";
import { writeText } from "../../../cli/reports/text-report";
import type { Finding } from "../../../policies/findings/report";
import { harmful } from "../../policies/builders";
import { hostileTexts, resultWith } from "./hostile-results";
import { checkedAccount } from "./sample-accounts";
import { findingOf, guarded, judged, keyOf, mixed, refused, resultOf } from "./sample-results";

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
    assert.equal(headline(good), "guarded: the only key in use passes");
    assert.equal(headline(good, other), "guarded: all 2 keys in use pass");
    assert.equal(headline(good, waived), "guarded: all 2 keys in use pass, 1 waived");
    assert.equal(headline(bad), "not guarded: the only key in use fails");
    assert.equal(headline(good, bad), "not guarded: 1 of 2 keys in use fails");
    assert.equal(headline(good, bad, wrong), "not guarded: 2 of 3 keys in use fail");
    assert.equal(headline(bad, doubtful), "not guarded: 1 of 2 keys in use fails, 1 could not be verified");
    assert.equal(headline(good, doubtful), "could not verify: 1 of 2 keys in use");
    assert.equal(headline(doubtful), "could not verify: the only key in use");
    assert.equal(
      headline(findingOf("missing", { name: "gone" })),
      "not guarded: 1 required name or pattern matches no key",
    );
    assert.equal(headline(), "could not verify: nothing is known about any key");
  });

  it("says what to do about requirements that mean no key, once for all of them, also in a pipe", () => {
    const missing = ["gone", "away", "lost"].map((name) => findingOf("missing", { name }));
    const result = resultOf([judged("required-keys-guarded", missing, { subject: "required keys" })]);
    const remedy = "Correct the requirement, enable the key, or take the requirement out.";
    assert.equal(
      text(result)
        .split("\n")
        .filter((line) => line === remedy).length,
      1,
    );
    const terminal = text(result, { columns: 100, colour: false }).split("\n\n");
    const heads = terminal.filter((block) => block.startsWith("MISSING"));
    assert.deepEqual(
      heads.map((block) => block.split("\n")),
      [
        [
          "MISSING  3 requirements: no enabled key of the account matches",
          ...["gone", "away", "lost"].map(
            (name) => `  ${name}  -  -  fails R  guardrails-settings.requiredKeys[0]`,
          ),
          `  ${remedy}`,
        ],
      ],
    );
  });

  it("says which keys it counts, so that nobody takes the required ones for all of the account", () => {
    const required = (...findings: readonly Finding[]) => judged("required-keys-guarded", findings);
    const inUse = (...findings: readonly Finding[]) => judged("no-unguarded-keys", findings);
    const assigned = (...findings: readonly Finding[]) =>
      judged("approved-guardrails-only", findings, { subject: "assigned keys" });
    const cases = [
      [[required(good)], "guarded: the only required key passes"],
      [[required(good, other)], "guarded: all 2 required keys pass"],
      [[required(good), inUse(good, other)], "guarded: all 2 keys in use pass"],
      [[required(good, other), inUse(good, other)], "guarded: all 2 keys in use pass"],
      // No rule judges both: a disabled key that is required by its hash is not in use.
      [[required(good, other), inUse(good, waived)], "guarded: all 3 judged keys pass, 1 waived"],
      [[required(good), assigned(other)], "guarded: all 2 judged keys pass"],
      [[required(good), assigned(good, other)], "guarded: all 2 assigned keys pass"],
      [[required(bad, doubtful)], "not guarded: 1 of 2 required keys fails, 1 could not be verified"],
      [[required(doubtful)], "could not verify: the only required key"],
      [[required(good, doubtful)], "could not verify: 1 of 2 required keys"],
    ] as const;
    for (const [reports, said] of cases) assert.equal(text(resultOf(reports)).split("\n")[0], said);
  });

  it("counts of each rule what it counts of all: a requirement that means no key is none of its keys", () => {
    const ruleLine = (...findings: readonly Finding[]): string | undefined =>
      /^rules in force: no-unguarded-keys \((.*)\)$/mu.exec(
        text(resultOf([judged("no-unguarded-keys", findings)])),
      )?.[1];
    const gone = findingOf("missing", { name: "gone" });
    const matches = "1 required name or pattern matches no key";
    assert.equal(headline(bad, gone), `not guarded: the only key in use fails, ${matches}`);
    assert.equal(ruleLine(bad, gone), `its only key fails, ${matches}`);
    assert.equal(
      ruleLine(good, bad, wrong, gone, doubtful),
      `2 of 4 fail, ${matches}, 1 could not be verified`,
    );
    assert.equal(ruleLine(doubtful), "its only key could not be verified");
    assert.equal(ruleLine(good, doubtful), "1 of 2 could not be verified");
    assert.equal(ruleLine(good, other, waived), "all 3 pass, 1 waived");
    assert.equal(ruleLine(good), "its only key passes");
  });

  it("counts a key once, whatever number of rules it fails, and two keys of the same name twice", () => {
    const twice = resultOf([
      judged("required-keys-guarded", [bad, good]),
      judged("no-unguarded-keys", [bad]),
    ]);
    assert.match(text(twice), /^not guarded: 1 of 2 required keys fails\n/u);
    assert.equal(
      headline(bad, findingOf("unguarded", keyOf(9, { name: bad.key.name }))),
      "not guarded: 2 of 2 keys in use fail",
    );
  });

  it("never takes a run in which no rule applied for a pass", () => {
    const none = resultOf([
      { rule: "no-unguarded-keys", kind: "not-applicable", why: "it is not configured" },
    ]);
    assert.match(text(none), /^could not verify: /u);
  });

  it("gives a key that does not pass one line of fields, whatever number of rules it fails", () => {
    const result = resultOf([
      judged("no-unguarded-keys", [good, bad]),
      judged("required-keys-guarded", [bad]),
    ]);
    assert.deepEqual(
      text(result)
        .split("\n")
        .filter((line) => line.includes("\t")),
      [
        "unguarded\tprod-support-3\tsk-or-v1-bae...5cc8\t071a7ec0\t-\tno-unguarded-keys,required-keys-guarded",
      ],
    );
  });

  it("says once where it was read, which rules are in force, and what is not configured", () => {
    const shown = text(mixed);
    assert.equal(shown.match(/list of OpenRouter at /gu)?.length, 1);
    assert.match(
      shown,
      /^rules in force: required-keys-guarded \(2 of 11 fail, 1 required name or pattern matches no key, 1 could not be verified\), .*; not configured: guardrails-enforce-something$/mu,
    );
  });

  it("says what was asked and the cause once where nothing could be verified, with no key and no count", () => {
    for (const shown of [text(refused), text(refused, { columns: 100, colour: false })]) {
      assert.equal(shown.match(/answered 401/gu)?.length, 1);
      assert.match(shown, /^service: OpenRouter at /mu);
      assert.match(shown, /^(?:cause|could not verify): the service answered 401/mu);
      assert.match(shown, /Use a management key of this account\./u);
      assert.doesNotMatch(shown, /"\*"|\t|%|\d+\/\d+|\d of \d/u);
    }
  });

  it("says of a rule that it could not be judged, and why where several causes are named", () => {
    const why = (cause: string) => ({
      why: `could not verify: ${cause} (GET https://a.example/x). Do this.`,
    });
    const unread = (rule: string, cause: string) =>
      judged(rule, [], { source: undefined, problems: [why(cause)] });
    const one = unread("no-unguarded-keys", "the service answered 403");
    const first = unread("required-keys-guarded", "the connection was refused");
    assert.match(text(resultOf([one])), /^rules in force: no-unguarded-keys \(could not be judged\)$/mu);
    assert.match(
      text(resultOf([first, one])),
      /^rules in force: required-keys-guarded \(could not be judged: the connection was refused\), no-unguarded-keys \(could not be judged: the service answered 403\)$/mu,
    );
  });

  it("says in words how many keys each rule finds, and names rules by letters on a terminal only where a key fails", async () => {
    const terminal = { columns: 100, colour: false };
    assert.match(text(guarded), /^rules in force: required-keys-guarded \(all 3 pass\)$/mu);
    assert.match(text(guarded, terminal), /^ {2}required-keys-guarded: all 3 pass$/mu);
    const shown = text(await checkedAccount(4, 1), terminal);
    assert.match(shown, /^ {2}R required-keys-guarded: 1 of 4 fails$/mu);
    for (const one of [shown, text(guarded), text(guarded, terminal), text(mixed, terminal)])
      assert.doesNotMatch(one, /\d\/\d/u);
    assert.doesNotMatch(text(refused, terminal), /^ *R /mu);
  });

  it("groups keys on a terminal by what is wrong with them, without a box", () => {
    const shown = text(mixed, { columns: 100, colour: false });
    assert.match(shown, /^✗ not guarded: .*OpenRouter, read 10:00:01Z\n/u);
    assert.match(
      shown,
      /^UNGUARDED {2}1 key, no direct assignment of a guardrail\n {2}prod-support-8 .* fails R$/mu,
    );
    assert.doesNotMatch(shown, /[│┌├└]/u);
  });

  it("names a command that assigns a guardrail, built of hashes and ids, up to fifty keys", async () => {
    assert.match(text(await checkedAccount(60, 50)), /^GUARDRAIL=c1b22b16-05a0-4b24-8353-6273a5c32a0f$/mu);
    const many = text(await checkedAccount(60, 51));
    assert.doesNotMatch(many, /GUARDRAIL=/u);
    assert.match(
      many,
      /^More than 50 keys need a guardrail, too many for one command: .* in groups\.\nnext: npx --no-install pulumi-guardrails check --config policies\/guardrails\.json --format json$/mu,
    );
  });

  it("names the command for the few keys without a guardrail beside many whose guardrail is too weak, and that guardrail", async () => {
    const shown = text(await checkedAccount(230, 7, ["zeroDataRetention"]));
    assert.match(
      shown,
      /^Assign a guardrail to the 7 keys (?:"new-[^"]+" [0-9a-f]{8},? ){5}and 2 more \(none that the account shows is known to pass every rule in force; put the id of the one you choose in the first line\):$/mu,
    );
    assert.match(
      shown,
      /^Change guardrail "Team default" c1b22b16…, which has no zero data retention .*, or assign another one to the 223 keys that have it\.$/mu,
    );
    assert.doesNotMatch(shown, /^next: /mu);
    const many = text(await checkedAccount(230, 60, ["zeroDataRetention"]));
    assert.doesNotMatch(many, /GUARDRAIL=/u);
    assert.match(
      many,
      /^Change guardrail .* the 170 keys that have it\.\nMore than 50 keys .*\nnext: .* check .* --format json$/mu,
    );
  });

  it("is coloured only where colours are wanted", () => {
    assert.match(text(mixed, { columns: 100, colour: true }), /^\u001b\[1m\u001b\[31m✗ not guarded/u);
    assert.doesNotMatch(text(mixed, { columns: 100, colour: false }), /\u001b/u);
  });

  it("shows hostile names harmlessly, on a terminal too", () => {
    for (const terminal of [undefined, { columns: 120, colour: false }]) {
      const shown = text(resultWith(hostileTexts), terminal);
      for (const line of shown.split(/[\n\t]/u)) assert.doesNotMatch(line, harmful);
    }
  });
});
