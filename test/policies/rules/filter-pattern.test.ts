import assert from "node:assert/strict";
import { isFilterPattern } from "../../../policies/rules/filter-pattern";

/** Well formed in the dialect that is named, and most of them in no version of JavaScript or only in some. */
const counted: Readonly<Record<string, readonly string[]>> = {
  "every dialect": [
    "secret",
    "a|b",
    "^x$",
    String.raw`\d{4}-\d{4}`,
    "[a-z]+",
    "(a(b)c)*",
    "x{2,}?",
    ".",
    "-",
  ],
  "ECMAScript of 2025": [
    "(?i:secret)",
    "(?-i:a)",
    "(?<n>a)|(?<n>b)",
    String.raw`(?<n>a)\k<n>`,
    "(?<=a)b",
    "[^]",
  ],
  RE2: [
    "(?i)(?s)x",
    String.raw`(?P<n>\d+)`,
    "[[:alpha:]]+",
    String.raw`\Aab\z`,
    "(?U)a+",
    "a(?i)b",
    "(?i)secret",
  ],
  PCRE: [
    ...["(?>a)", "a++", "a*+b", "x{1,2}+", "(?#c)x", "(?|a|b)", "(a)(?1)", "(?R)?x", "(?(1)a|b)", "(*UTF8)a"],
    ...[
      String.raw`\Q(\E`,
      String.raw`\Q[`,
      ...["(?x) a # one (\n b", "(?ix)a # (\n b", "(?xi)a # (\n b", "(?x)[#(]a"],
      "[]a]",
      "[^]a]",
      String.raw`\x{41}`,
      "(?'n'a)",
    ],
    ...[String.raw`(a)\g{1}`, "(?P>n)", "(?&n)", "(?P<n>a)(?P=n)", "[[:^digit:](]", String.raw`\p{L}`],
  ],
  "no dialect but as text": [String.raw`\(\?i`, String.raw`\[`, "{", "a{,x}"],
};

const broken: Readonly<Record<string, readonly string[]>> = {
  "unbalanced in every dialect": ["(", "a)", "(?:a", "(?P<n>a", "(?>a", "(?i:a", "(a))"],
  "an open class": ["[", "[a", "(?i)[", "[a-"],
  "a class whose range runs backwards": ["[z-a]"],
  "with nothing to repeat": ["*", "+a", "?", "(*a)", "a|*"],
  "a backslash at its end": ["a\\"],
  "with a flag that none has": ["(?y)a", "(?i"],
  empty: ["", " ", "\u200b", "\n"],
  "empty but for flags and comments": [
    "(?i)",
    "(?i)(?s)",
    "(?#c)",
    "(?i) ",
    "(?#a)(?m)",
    "(?x)# nothing",
    "(*UTF8)",
    "(?:)",
    "()",
    "^$",
    "(?i:)",
    "|",
  ],
};

describe("the pattern of a content filter", () => {
  for (const [dialect, patterns] of Object.entries(counted)) {
    for (const pattern of patterns) {
      it(`counts, well formed in ${dialect}: ${JSON.stringify(pattern)}`, () => {
        assert(isFilterPattern(pattern));
      });
    }
  }
  for (const [title, patterns] of Object.entries(broken)) {
    for (const pattern of patterns) {
      it(`does not count, ${title}: ${JSON.stringify(pattern)}`, () =>
        assert.equal(isFilterPattern(pattern), false));
    }
  }

  it("is looked at without an error, however odd", () => {
    for (const odd of ["[", "(?", "\\Q", "(?#", "a{1,", "[[:"]) isFilterPattern(odd.repeat(100));
  });
});
