import assert from "node:assert/strict";
import fc from "fast-check";
import { longestPattern, nameMatcher } from "../../../policies/configuration/name-pattern";

describe("a pattern of names", () => {
  const cases: readonly (readonly [
    pattern: string,
    matching: readonly string[],
    others: readonly string[],
  ])[] = [
    ["prod", ["prod"], ["", "prod ", "Prod", "aprod", "prods"]],
    ["prod-*", ["prod-", "prod-gateway", "prod-*", "prod-a/b\nc"], ["prod", "Prod-x", "xprod-", "preprod-x"]],
    ["*-batch", ["-batch", "prod-batch", "-batch-batch"], ["batch", "prod-batch-1"]],
    ["*", ["", "x", "\n", "a/b/c", "."], []],
    ["**", ["", "x"], []],
    ["a*b*c", ["abc", "a-b-c", "abbc", "abcbc"], ["ac", "acb", "abcd", "bac"]],
    ["*b*", ["b", "abc", "bb"], ["", "a"]],
    ["ab*ba", ["abba", "ab-ba"], ["aba", "ab", "ba"]],
    ["a*a", ["aa", "aba"], ["a"]],
    ["*aba*aba*", ["abaaba", "xabaxabax"], ["ababa", "aba"]],
    ["*ab*ab", ["abab", "xabyab"], ["ab", "aab"]],
  ];
  for (const [pattern, matching, others] of cases) {
    it(`${pattern} matches exactly what its stars can stand for`, () => {
      const matches = nameMatcher(pattern);
      for (const name of matching) assert(matches(name), JSON.stringify(name));
      for (const name of others) assert(!matches(name), JSON.stringify(name));
    });
  }

  it("takes everything but the star literally", () => {
    for (const literal of [".", "?", "+", "[a]", "(a|b)", "\\", "^$", "{1}", "/", "a/../b", "%", "_"]) {
      assert(nameMatcher(literal)(literal), literal);
      assert(nameMatcher(`${literal}*`)(`${literal}x`), literal);
      assert(!nameMatcher(literal)("x"), literal);
      assert(!nameMatcher(`*${literal}`)("ab"), literal);
    }
  });

  it("matches what the same regular expression matches, whatever pattern and name", () => {
    const verdicts = { true: 0, false: 0 };
    const text = fc.string({
      unit: fc.constantFrom("a", "b", ".", "\\", "\n", "é", "\u{1f511}"),
      maxLength: 6,
    });
    const patterns = fc
      .array(fc.oneof(text, fc.constant("*")), { maxLength: 7 })
      .map((parts) => parts.join(""));
    // A name made from the pattern matches often; one text of it changed, often only just not.
    const names = (pattern: string) =>
      fc.oneof(
        text,
        fc.array(text, { minLength: 8, maxLength: 8 }).map((runs) =>
          pattern
            .split("*")
            .flatMap((part, n) => [part, runs[n] ?? ""])
            .slice(0, -1)
            .join(""),
        ),
        fc.shuffledSubarray(pattern.split("*")).map((parts) => parts.join("")),
      );
    fc.assert(
      fc.property(
        patterns.chain((pattern) => fc.tuple(fc.constant(pattern), names(pattern))),
        ([pattern, name]) => {
          const expected = regularExpression(pattern).test(name);
          assert.equal(nameMatcher(pattern)(name), expected);
          verdicts[`${expected}`] += 1;
        },
      ),
      { numRuns: 20_000 },
    );
    assert(verdicts.true > 2_000 && verdicts.false > 2_000, JSON.stringify(verdicts));
  });
});

/** The same said a second time; slow where stars are many, so only for short names. */
function regularExpression(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/gu, "\\$&"));
  return new RegExp(`^(?:${parts.join("[^]*")})$`);
}

describe("matching a pattern", () => {
  const long = 50_000;

  /** How often characters of the name are passed over, in all searches together. */
  function stepsOf(pattern: string, name: string): { readonly matches: boolean; readonly steps: number } {
    const counted = new CountedText(name);
    const matches = nameMatcher(pattern)(counted as unknown as string);
    return { matches, steps: counted.steps };
  }

  const adversarial: Readonly<Record<string, readonly [pattern: string, name: string, matches: boolean]>> = {
    "many stars and a last letter that is missing": [`${"a*".repeat(63)}b`, "a".repeat(long), false],
    "many stars and a middle letter that is missing": [`${"*a".repeat(40)}*b*a`, "a".repeat(long), false],
    "many stars that all match": [`${"a*".repeat(63)}a`, "a".repeat(long), true],
    "stars alone": ["*".repeat(longestPattern), "a".repeat(long), true],
    "parts that nearly match everywhere": [`*${"aaaab*".repeat(20)}c`, `${"aaaa".repeat(long / 4)}c`, false],
    "parts that match late": [`*ab*ab*ab*`, `${"a".repeat(long)}${"ab".repeat(3)}`, true],
    "a beginning and an end that overlap": [`${"a".repeat(60)}*${"a".repeat(60)}`, "a".repeat(119), false],
  };
  for (const [title, [pattern, name, expected]] of Object.entries(adversarial)) {
    it(`passes over the name at most twice: ${title}`, () => {
      assert(pattern.length <= longestPattern);
      const { matches, steps } = stepsOf(pattern, name);
      assert.equal(matches, expected);
      assert(steps <= 2 * name.length, `${steps} steps for ${name.length} characters`);
    });
  }

  it("passes over the name at most twice, whatever pattern and name", () => {
    const few = fc.constantFrom("a", "b", "ab", "aab", "*", "*");
    const patterns = fc.array(few, { maxLength: 60 }).map((parts) => `*${parts.join("")}`);
    const names = fc
      .array(fc.constantFrom("a", "b", "ab"), { maxLength: 300 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(patterns, names, (pattern, name) => {
        const counted = new CountedText(name);
        nameMatcher(pattern)(counted as unknown as string);
        assert(counted.steps <= 2 * name.length);
      }),
      { numRuns: 3_000 },
    );
  });
});

/** A text that counts which of its characters its searches pass over; it cannot be read in any other way. */
class CountedText {
  steps = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get length(): number {
    return this.#text.length;
  }

  startsWith(part: string): boolean {
    return this.#pass(part.length, this.#text.startsWith(part));
  }

  endsWith(part: string): boolean {
    return this.#pass(part.length, this.#text.endsWith(part));
  }

  indexOf(part: string, from: number): number {
    const at = this.#text.indexOf(part, from);
    return this.#pass((at < 0 ? this.#text.length : at + part.length) - from, at);
  }

  [Symbol.toPrimitive](): never {
    return assert.fail("the text is read without being counted");
  }

  #pass<Result>(characters: number, result: Result): Result {
    this.steps += Math.max(0, Math.min(characters, this.#text.length));
    return result;
  }
}
