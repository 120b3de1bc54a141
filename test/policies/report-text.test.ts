import assert from "node:assert/strict";
import fc from "fast-check";
import { countStates, describeReport, reportPasses } from "../../policies/finding";
import { judgeRequiredKeys } from "../../policies/rules/required-keys-guarded";
import { keepSecret } from "../../provider/foreign-text";
import {
  anyText,
  guardrail,
  harmful,
  hashRequired,
  hostileNames,
  listOf,
  nameRequired,
  noEvidence,
  otherGuardrail,
  row,
} from "./builders";

const mixed = judgeRequiredKeys(
  [
    nameRequired("by-name-alone", { suffices: false }),
    hashRequired(row(1).keyHash),
    hashRequired(row(2).keyHash, [guardrail]),
    nameRequired("zebra"),
    nameRequired("antelope"),
  ],
  listOf([row(1), row(2, { guardrailId: otherGuardrail })]),
);

describe("the text of a report", () => {
  it("begins with how many keys are in each state", () => {
    assert.equal(countStates(mixed), "2 unguarded, 1 wrong-guardrail, 1 unverified, 1 guarded");
    assert(describeReport(mixed).startsWith(`required keys: ${countStates(mixed)}\n`));
  });

  it("has one line for each key that does not pass, the worst states first, then by name", () => {
    const lines = describeReport(mixed).split("\n").slice(1);
    assert.deepEqual(
      lines.map((line) => /^([a-z-]+): key "([^"]+)"/u.exec(line)?.slice(1)),
      [
        ["unguarded", "antelope"],
        ["unguarded", "zebra"],
        ["wrong-guardrail", row(2).keyName],
        ["unverified", "by-name-alone"],
      ],
    );
  });

  it("is the same whatever the order of the requirements", () => {
    const reversed = { ...mixed, findings: mixed.findings.toReversed() };
    assert.equal(describeReport(reversed), describeReport(mixed));
  });

  it("calls a key by its name, label and the first 8 characters of its hash", () => {
    const { keyName, keyLabel, keyHash } = row(2);
    assert(describeReport(mixed).includes(`key "${keyName}" (${keyLabel}, hash ${keyHash.slice(0, 8)}) is`));
    assert(!describeReport(mixed).includes(keyHash));
  });

  it("calls a key that is not in the list by its description and hash", () => {
    const { keyHash } = row(7);
    const described = { ...hashRequired(keyHash), description: "the payment gateway" };
    const text = describeReport(judgeRequiredKeys([described], listOf([])));
    assert(text.includes(`key "the payment gateway" (hash ${keyHash.slice(0, 8)}) has no`), text);
    const bare = describeReport(judgeRequiredKeys([hashRequired(keyHash)], listOf([])));
    assert(bare.includes(`key hash ${keyHash.slice(0, 8)} has no`), bare);
  });

  it("says where and when the list was read, and what to do", () => {
    const [, line] = describeReport(mixed).split("\n");
    assert.match(
      line ?? "",
      /\(list of OpenRouter at https:\S+, read 2026-03-01T10:00:00\.000Z\)\. Assign /u,
    );
  });

  it("says first why there is no evidence", () => {
    const [first, ...others] = describeReport(
      judgeRequiredKeys([nameRequired("one"), nameRequired("two")], noEvidence),
    ).split("\n");
    assert.equal(first, "could not verify: the list was not read. (required keys: 2 unverified)");
    assert.equal(others.length, 2);
  });

  it("is not empty when nothing was judged", () => {
    assert.equal(describeReport(judgeRequiredKeys([], listOf([]))), "required keys: none");
  });

  it("does not pass off a missing assignment as a doubt, nor a doubt as a missing assignment", () => {
    const unguarded = describeReport(judgeRequiredKeys([nameRequired("one")], listOf([])));
    assert.match(unguarded, /has no direct assignment/u);
    assert.doesNotMatch(unguarded, /could not/u);
    assert.doesNotMatch(describeReport(judgeRequiredKeys([nameRequired("one")], noEvidence)), /no direct/u);
  });
});

describe("the text of a report on hostile names", () => {
  /** Everything foreign hostile at once, in every state that names a key. */
  function reportOn(text: string) {
    const hostile = { keyName: text, keyLabel: text, guardrailId: text, id: text };
    return judgeRequiredKeys(
      [
        nameRequired(text),
        nameRequired(text, { suffices: false }),
        nameRequired(text, { guardrails: [guardrail] }),
        hashRequired(row(1).keyHash, [guardrail]),
        { ...hashRequired(row(2).keyHash), description: text },
      ],
      listOf([row(1, hostile)]),
    );
  }

  for (const name of hostileNames) {
    it(`is harmless: ${JSON.stringify(name).slice(0, 40)}`, () => {
      const report = reportOn(name);
      const lines = describeReport(report).split("\n");
      assert.equal(lines.length, 1 + 4);
      for (const line of lines) assert.doesNotMatch(line, harmful);
    });
  }

  it("is harmless and bounded for any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const lines = describeReport(reportOn(text)).split("\n");
        assert(lines.length <= 6);
        for (const line of lines) {
          assert.doesNotMatch(line, harmful);
          assert(line.length < 1_500, String(line.length));
        }
      }),
    );
  });

  it("blots out a credential that a key is named after", () => {
    keepSecret("a-credential-of-an-unusual-form");
    const text = describeReport(reportOn("named a-credential-of-an-unusual-form"));
    assert.doesNotMatch(text, /unusual/u);
    assert.match(text, /\[secret\]/u);
  });

  it("is never empty for a report that fails", () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 4 }), (texts) => {
        const report = judgeRequiredKeys(
          texts.map((text) => nameRequired(text)),
          listOf([]),
        );
        assert(!reportPasses(report));
        assert.match(describeReport(report), /\S/u);
        assert.equal(describeReport(report).split("\n").length, texts.length + 1);
      }),
    );
  });
});
