import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import fc from "fast-check";
import * as z from "zod";
import { checkReport, checkReportOf } from "../../../cli/reports/check-report";
import { cases } from "../../cases";
import { anyText, harmful } from "../../policies/builders";
import { root } from "../../repository";
import { hostileTexts, resultWith } from "./hostile-results";
import { findingOf, guarded, judged, keyOf, mixed, resultOf, unread } from "./sample-results";
import { written } from "./written";

const published = JSON.parse(readFileSync(resolve(root, "cli/reports/report.schema.json"), "utf8"));

describe("the json report", () => {
  const validate = new Ajv2020({ allErrors: true }).compile(published);
  const strict = new Ajv2020({ allErrors: true }).compile(z.toJSONSchema(checkReport));

  it("has the published schema, and no property that is not in it", () => {
    for (const result of [mixed, guarded, unread, resultOf([]), resultWith(hostileTexts)]) {
      const report: unknown = JSON.parse(written("json", result));
      assert.ok(validate(report), JSON.stringify(validate.errors));
      assert.ok(strict(report), JSON.stringify(strict.errors));
    }
  });

  it("has a schema that says no to anything else", () => {
    const report = JSON.parse(written("json", mixed));
    for (const changes of [
      { version: 2 },
      { verdict: "fine" },
      { rules: [{ rule: "x" }] },
      { checkedAt: undefined },
    ]) {
      assert(!validate(JSON.parse(JSON.stringify({ ...report, ...changes }))), Object.keys(changes).join());
    }
  });

  it("has a published schema that is the form the code reads and writes", () => {
    assert.deepEqual(published, JSON.parse(JSON.stringify(z.toJSONSchema(checkReport, { io: "input" }))));
  });

  it("is read back as it was written", () => {
    for (const result of [mixed, resultWith(hostileTexts)]) {
      assert.deepEqual(
        checkReport.parse(JSON.parse(written("json", result))),
        JSON.parse(JSON.stringify(checkReportOf(result))),
      );
    }
  });

  it("shows hostile names harmlessly, and any other text", () => {
    for (const line of written("json", resultWith(hostileTexts)).split("\n"))
      assert.doesNotMatch(line, harmful);
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 5 }), (texts) => {
        for (const line of written("json", resultWith(texts)).split("\n")) assert.doesNotMatch(line, harmful);
      }),
      { numRuns: cases(200) },
    );
  });

  it("gives a key the same fingerprint whatever it is called, and another for another rule or key", () => {
    const print = (rule: string, key: Parameters<typeof findingOf>[1]): unknown => {
      const [first] = checkReportOf(resultOf([judged(rule, [findingOf("unguarded", key)])])).keys.failing;
      return first?.verdicts[0]?.fingerprint;
    };
    const known = print("no-unguarded-keys", keyOf(1));
    assert.match(String(known), /^[0-9a-f]{32}$/u);
    assert.equal(print("no-unguarded-keys", keyOf(1, { name: "renamed", label: "x" })), known);
    assert.equal(print("no-unguarded-keys", { hash: keyOf(1).hash?.toUpperCase() }), known);
    assert.notEqual(print("no-unguarded-keys", keyOf(2)), known);
    assert.notEqual(print("required-keys-guarded", keyOf(1)), known);
  });
});
