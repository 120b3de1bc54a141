import assert from "node:assert/strict";
import fc from "fast-check";
import { jsonProblem } from "../../provider/json-problem";

describe("what is wrong with a configuration file", () => {
  const cases: Readonly<Record<string, readonly [text: string, said: string]>> = {
    "a comma too many": [
      '{\n  "a": [1,\n  ]\n}',
      "is not JSON: line 3, column 3: a comma before a closing bracket",
    ],
    "a comma too few": [
      '{\n  "a": 1\n  "b": 2\n}',
      "is not JSON: line 3, column 3: a comma or a colon is missing before it",
    ],
    "a comment": [
      '{\n  // why\n  "a": 1\n}',
      "is not JSON: line 2, column 3: a comment, which JSON does not have",
    ],
    "a comment of another language": [
      '{\n  "a": 1 # why\n}',
      "is not JSON: line 2, column 10: a comment, which JSON does not have",
    ],
    "a byte order mark": ['\ufeff{"a": 1}', "begins with a byte order mark: save it as UTF-8 without one"],
    YAML: [
      "guardrails-settings:\n  requiredKeys: []\n",
      "is not JSON: line 1, column 1: it begins with neither { nor [; YAML is not taken",
    ],
    "YAML with a comment": [
      "# keys\nall: mandatory\n",
      "is not JSON: line 1, column 1: it begins with neither { nor [; YAML is not taken",
    ],
    "single quotes": [
      "{'a': 1}",
      "is not JSON: line 1, column 2: a single quote, where JSON has double ones",
    ],
    "a word without quotes": ["{\n  all: 1}", "is not JSON: line 2, column 3: a word without quotes"],
    "an end right after a bracket": [
      '{"a": [',
      "is not JSON: line 1, column 1: the end comes before its last bracket is closed",
    ],
    "a missing end": [
      '{"a": {"b": 1}',
      "is not JSON: line 1, column 15: the end comes before its last bracket is closed",
    ],
    nothing: [" \n", "is empty"],
    "the name __proto__": [
      '{ "all": { "__proto__": {} } }',
      "gives the name __proto__: line 1, column 12; nothing has that name",
    ],
    "a name given twice": [
      '{\n  "all": "mandatory",\n  "all": "disabled"\n}',
      "gives the name all twice: line 2, column 3, and line 3, column 3",
    ],
    "a name given twice, deep inside": [
      '{ "r": { "requiredKeys": [{ "hash": "a",\n  "hash": "b" }] } }',
      "gives the name hash twice: line 1, column 29, and line 2, column 3",
    ],
    "a name given twice, once with an escape": [
      '{ "all": 1, "\\u0061ll": 2 }',
      "gives the name all twice: line 1, column 3, and line 1, column 13",
    ],
    "lists nested as deep as no configuration is": [
      `{ "a": ${"[".repeat(6000)}${"]".repeat(6000)} }`,
      "is nested too deeply: line 1, column 107: more than 100 brackets are open there",
    ],
    "objects nested so, after a text that holds brackets": [
      `["[[\\"[", ${'{"a":'.repeat(6000)}1${"}".repeat(6000)}]`,
      "is nested too deeply: line 1, column 506: more than 100 brackets are open there",
    ],
    "a nesting that is never closed": [
      "\n".repeat(2) + "[".repeat(1_000_000),
      "is nested too deeply: line 3, column 101: more than 100 brackets are open there",
    ],
    "a line end in a text": [
      '{ "a": "x\u0001y" }',
      "is not JSON: line 1, column 10: a character that must be escaped",
    ],
  };
  for (const [title, [text, said]] of Object.entries(cases)) {
    it(`is told with its place: ${title}`, () => assert.equal(jsonProblem(text), said));
  }

  it("is nothing for any JSON without the name __proto__, and never nothing for a text that is none", () => {
    const json = fc.json().filter((text) => !text.includes("__proto__"));
    fc.assert(fc.property(json, (text) => assert.equal(jsonProblem(text), undefined)));
    fc.assert(
      fc.property(fc.string(), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        assert.equal(jsonProblem(text) === undefined, isJson);
      }),
    );
  });

  it("is nothing where brackets stand in a text, or beside one another", () => {
    for (const text of [
      `["${"[".repeat(6000)}"]`,
      `[${"[],".repeat(6000)}{}]`,
      `${"[".repeat(100)}${"]".repeat(100)}`,
    ]) {
      assert.equal(jsonProblem(text), undefined);
    }
  });

  it("shows nothing of what stands there", () => {
    assert.doesNotMatch(jsonProblem('{ "key": sk-or-v1-0e60e60e60 }') ?? "", /0e6/u);
    assert.doesNotMatch(
      jsonProblem('{ "sk-or-v1-0e60e60e60e60e6": 1, "sk-or-v1-0e60e60e60e60e6": 2 }') ?? "",
      /0e60e/u,
    );
  });
});
