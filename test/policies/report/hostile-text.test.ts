import assert from "node:assert/strict";
import fc from "fast-check";
import { reportPasses } from "../../../policies/findings/report";
import { describeFailure, exceptionsIn } from "../../../policies/report/violation";
import { registerSecret } from "../../../provider/redaction/sanitize";
import {
  anyText,
  apiKey,
  guardrail,
  harmful,
  hashRequired,
  hostileNames,
  inventoryOf,
  listOf,
  nameRequired,
  patternRequired,
  row,
} from "../builders";
import { type Judged, judgedIn, judgeRequired, judgeRule } from "../judging";

describe("the text of a report on hostile names", () => {
  /** Everything foreign hostile at once, in every state that names a key. */
  function reportOn(text: string): Promise<Judged> {
    const hostile = { keyName: text, keyLabel: text, guardrailId: text, id: text };
    const named = { name: text, label: text };
    return judgeRequired(
      [
        nameRequired(text),
        nameRequired(text, { suffices: false }),
        nameRequired(text, { guardrails: [guardrail] }),
        nameRequired(`${text}!`, { suffices: false }),
        patternRequired(`${text}!`),
        hashRequired(row(1).keyHash, [guardrail]),
        { ...hashRequired(row(2).keyHash), description: text },
      ],
      {
        assignments: listOf([row(1, hostile)]),
        inventory: inventoryOf([apiKey(1, named), apiKey(3, named), apiKey(4, { name: "!", label: text })]),
      },
    );
  }

  for (const name of hostileNames) {
    it(`is harmless: ${JSON.stringify(name).slice(0, 40)}`, async () => {
      const lines = describeFailure(await reportOn(name)).split("\n");
      assert.equal(lines.filter((line) => line.startsWith("  ")).length, 5);
      for (const line of lines) assert.doesNotMatch(line, harmful);
    });
  }

  it("is harmless and bounded for any text", async () => {
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const lines = describeFailure(await reportOn(text)).split("\n");
        assert(lines.length <= 18, String(lines.length));
        for (const line of lines) {
          assert.doesNotMatch(line, harmful);
          assert(line.length < 1_500, String(line.length));
        }
      }),
    );
  });

  it("blots out a credential that a key is named after", async () => {
    registerSecret("a-credential-of-an-unusual-form");
    const text = describeFailure(await reportOn("named a-credential-of-an-unusual-form"));
    assert.doesNotMatch(text, /unusual/u);
    assert.match(text, /\[secret\]/u);
  });

  it("is never empty for a report that fails", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 4 }), async (texts) => {
        const required = texts.map((text) => nameRequired(text));
        const report = await judgeRequired(required, { assignments: listOf([]) });
        assert(!reportPasses(report));
        assert.match(describeFailure(report), /\S/u);
        // The count, what is wrong, a line a key, and what to do.
        assert.equal(describeFailure(report).split("\n").length, texts.length + 3);
      }),
    );
  });

  it("is harmless in what is waived or exempt: the words of waivers and exemptions", async () => {
    const expires = "2026-03-08";
    for (const text of hostileNames.filter((name) => !name.startsWith("sk-or-"))) {
      const { keyHash: hash } = row(7);
      const inventory = inventoryOf([apiKey(7, { name: text, label: text })]);
      const rule = "no-unguarded-keys";
      const given = { assignments: listOf([]), inventory };
      const waivers = [{ hash, rule, reason: text, owner: text, expires }];
      const reports = [
        await judgeRule(rule, { exempt: [] }, given, { waivers }),
        await judgeRule(rule, { exempt: [{ name: text, reason: text }] }, given),
      ];
      for (const report of reports.map(judgedIn)) {
        const lines = exceptionsIn(report);
        assert.equal(lines.length, 1);
        for (const line of lines) assert.doesNotMatch(line, harmful);
      }
    }
  });
});
