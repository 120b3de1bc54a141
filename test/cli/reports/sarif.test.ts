import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import AjvDraft04 from "ajv-draft-04";
import addFormats from "ajv-formats";
import fc from "fast-check";
import type { Log, Result, Run } from "sarif";
import type { CheckResult } from "../../../cli/reports/check-result";
import { cases } from "../../cases";
import { anyText, harmful } from "../../policies/builders";
import { root } from "../../repository";
import { hostileTexts, resultWith } from "./hostile-results";
import { checkedAccount } from "./sample-accounts";
import { findingOf, guarded, judged, keyOf, mixed, resultOf, unread } from "./sample-results";
import { written } from "./written";

/** The standard's own schema, as Microsoft's package for tests ships it. */
const schema = JSON.parse(
  readFileSync(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"),
);
const ajv = new AjvDraft04({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats(ajv);
const validate = ajv.compile(schema);

function runOf(result: CheckResult): Run {
  const log: Log = JSON.parse(written("sarif", result));
  assert.ok(validate(log), JSON.stringify(validate.errors));
  const [run, ...more] = log.runs;
  assert(run !== undefined && more.length === 0);
  return run;
}

function resultsOf(result: CheckResult): readonly Result[] {
  return runOf(result).results ?? [];
}

const rule = "no-unguarded-keys";

describe("the sarif report", () => {
  it("has the schema of SARIF 2.1.0, which says no to anything else", () => {
    for (const result of [mixed, guarded, unread, resultOf([])]) runOf(result);
    assert(!validate({ version: "2.1.0", runs: [{ tool: { driver: {} } }] }));
  });

  it("names each rule in force by its own name, those that found nothing too", () => {
    assert.deepEqual(
      runOf(mixed).tool.driver.rules?.map(({ id }) => id),
      [
        "required-keys-guarded",
        "no-unguarded-keys",
        "approved-guardrails-only",
        "guardrails-enforce-something",
      ],
    );
    for (const { ruleId, ruleIndex } of resultsOf(mixed)) {
      assert.equal(runOf(mixed).tool.driver.rules?.[ruleIndex ?? -1]?.id, ruleId);
    }
  });

  it("has an error for each key that does not pass, a suppressed note for a waived one, nothing for the others", () => {
    const found = resultsOf(mixed).map(({ level, properties, suppressions }) => [
      level,
      properties?.["state"] ?? "",
      suppressions?.length ?? 0,
    ]);
    assert.deepEqual(found, [
      ["error", "unguarded", 0],
      ["error", "wrong-guardrail", 0],
      ["error", "missing", 0],
      ["error", "unverified", 0],
      // The rule that could not be judged at all.
      ["error", "", 0],
      ["note", "waived", 1],
    ]);
    assert.deepEqual(resultsOf(guarded), []);
  });

  it("says of what the result is about which guardrail and workspace it has, and where help is", async () => {
    const { results = [], tool } = runOf(await checkedAccount(5, 2));
    assert.equal(results.length, 6);
    for (const { properties } of results) assert.equal(properties?.["workspace"], "Default");
    for (const { id, help, helpUri } of tool.driver.rules?.slice(0, 2) ?? []) {
      const [, page = ""] = /More: node_modules\/pulumi-guardrails\/(\S+)$/u.exec(help?.text ?? "") ?? [];
      assert.equal(page, `docs/rules/${id}.md`);
      assert(existsSync(join(root, page)));
      assert.match(helpUri ?? "", /^https:\/\/openrouter\.ai\/docs\//u);
    }
    const wrong = resultOf([judged(rule, [findingOf("wrong-guardrail", keyOf(1))])]);
    assert.equal(resultsOf(wrong)[0]?.properties?.["guardrails"]?.length, 1);
  });

  it("keeps to what code scanning shows of a run, failing keys first, and says what it left out", () => {
    const findings = Array.from({ length: 5_002 }, (_, n) =>
      findingOf(n === 0 ? "waived" : "unguarded", keyOf(n)),
    );
    const { results = [], invocations } = runOf(resultOf([judged(rule, findings)]));
    assert.equal(results.length, 5_000);
    assert.equal(results.at(-1)?.level, "error");
    const [first] = invocations?.[0]?.toolConfigurationNotifications ?? [];
    assert.match(first?.message.text ?? "", /^2 of the results are left out/u);
  });

  it("has fingerprints that differ between keys and rules, and stay when all else changes", () => {
    const prints = (result: CheckResult): unknown[] =>
      resultsOf(result).map((one) => one.partialFingerprints);
    const once = resultOf([
      judged(rule, [findingOf("unguarded", keyOf(1)), findingOf("unguarded", keyOf(2))]),
      judged("required-keys-guarded", [findingOf("unguarded", keyOf(1))]),
    ]);
    assert.equal(new Set(prints(once).map((print) => JSON.stringify(print))).size, 3);
    const later = resultOf(
      [
        judged(rule, [
          findingOf("unverified", keyOf(1, { name: "renamed" })),
          findingOf("unguarded", keyOf(2)),
        ]),
        judged("required-keys-guarded", [findingOf("wrong-guardrail", keyOf(1))]),
      ],
      { checkedAt: "2027-01-01T00:00:00.000Z", version: "9.0.0" },
    );
    const sorted = (all: unknown[]): unknown[] => all.map((one) => JSON.stringify(one)).toSorted();
    assert.deepEqual(sorted(prints(later)), sorted(prints(once)));
    for (const print of prints(once)) {
      // Without this very name a code host computes its own from the line, which all results share.
      assert(Object.hasOwn(print as object, "primaryLocationLineHash"));
    }
  });

  it("says that the execution succeeded only if everything could be verified", () => {
    const succeeded = (result: CheckResult): boolean | undefined =>
      runOf(result).invocations?.[0]?.executionSuccessful;
    assert.equal(succeeded(guarded), true);
    assert.equal(succeeded(resultOf([judged(rule, [findingOf("unguarded", keyOf(1))])])), true);
    assert.equal(succeeded(resultOf([judged(rule, [findingOf("unverified", keyOf(1))])])), false);
    assert.equal(succeeded(resultOf([judged(rule, [])])), false);
    assert.equal(succeeded(unread), false);
    assert.equal(succeeded(mixed), false);
  });

  it("says in notifications what could not be verified", () => {
    const [invocation] = runOf(unread).invocations ?? [];
    assert.deepEqual(
      invocation?.toolExecutionNotifications?.map(({ level, associatedRule }) => [level, associatedRule?.id]),
      [["error", "required-keys-guarded"]],
    );
    assert.match(
      invocation?.toolExecutionNotifications?.[0]?.message.text ?? "",
      /^could not verify: the connection/u,
    );
  });

  it("points to the configuration file, by an address that is one whatever the file is called", () => {
    const at = (configuration: string): string | undefined =>
      resultsOf({ ...mixed, configuration })[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri;
    assert.equal(at("policies/guardrails.json"), "policies/guardrails.json");
    assert.equal(at("a b/c#d?e%.json"), "a%20b/c%23d%3Fe%25.json");
  });

  it("shows hostile names harmlessly, as no link and no placeholder, and any other text", () => {
    const check = (texts: readonly string[]): void => {
      const result = resultWith(texts);
      for (const line of written("sarif", result).split("\n")) assert.doesNotMatch(line, harmful);
      for (const { message } of resultsOf(result)) assert.doesNotMatch(message.text ?? "", /\]\(|\{\d/u);
    };
    check(hostileTexts);
    fc.assert(fc.property(fc.array(anyText, { minLength: 1, maxLength: 5 }), check), { numRuns: cases(100) });
  });
});
