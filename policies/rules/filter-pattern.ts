/*
 * The services say of a content filter's pattern that it is a regular expression, and not in which dialect. One that is well
 * formed in any usual dialect (PCRE, RE2, Python, Java, .NET, ECMAScript) may be at work, and a verdict must not depend on the
 * version of Node that happens to judge. So what dialects write differently is put into the few words that all of them share, and
 * which no version of Node reads in its own way; what is broken then is broken in every one of them.
 */

/** Whether a filter with this pattern can find something. */
export function isFilterPattern(pattern: string): boolean {
  const shared = sharedWords(pattern);
  return visible.test(shared.replace(structure, "")) && isWellFormed(shared);
}

const visible = /(?!\p{Default_Ignorable_Code_Point})[^\p{C}\p{Z}\u2800]/u;
/** What stands around the things to be found, and is an empty expression by itself. */
const structure = /\(\?:|[()|^$]/gu;

const flags = "[imsxnadluJLU^-]*";
/** With this flag a # begins a comment, outside of classes. */
const ignoresSpace = /\(\?[a-zA-Z]*x[a-zA-Z-]*[):]/u;

/** By what a dialect writes, first come first served: what the shared words say instead. */
const words: readonly (readonly [dialect: string, shared: string])[] = [
  [String.raw`\\Q[\s\S]*?(?:\\E|$)`, "x"],
  // A character by its code or class, a reference by its name, and any other character with a backslash before it.
  [String.raw`\\(?:[gkpPxoNu]\{[^{}]*\}|[gk]<[^<>]*>|[gk]'[^']*'|[\s\S])`, "x"],
  [
    String.raw`\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\[:\^?\w+:\](?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]`,
    "x",
  ],
  [String.raw`\[\^?\](?:\\[\s\S]|[^\]\\])*\]`, "x"],
  [String.raw`\[(?:\\[\s\S]|[^\]\\])*\]`, "$&"],
  [String.raw`\(\?#[^)]*\)`, ""],
  [String.raw`\(\*[A-Z_0-9]+(?::[^()]*)?\)`, ""],
  [String.raw`\(\?${flags}\)`, "(?:)"],
  // Called again, or referred to.
  [String.raw`\(\?(?:R|[+-]?\d+|&\w+|P[>=]\w+)\)`, "x"],
  [String.raw`\(\?(?:P?<\w+>|'\w+'|${flags}:|[>|=!]|<[=!]|\([^()]*\))`, "(?:"],
  // Possessive.
  [String.raw`([*+?]|\{\d*,?\d*\})\+`, "$1"],
];
const dialects = new RegExp(
  words.map(([dialect]) => `(?:${dialect.replaceAll(/(?<!\\)\((?!\?)/gu, "(?:")})`).join("|"),
  "gu",
);
const each = words.map(([dialect, shared]) => [new RegExp(`^(?:${dialect})$`, "u"), shared] as const);

function sharedWords(pattern: string): string {
  const plain = ignoresSpace.test(pattern) ? pattern.replace(/(?<!\\)#[^\n\]]*$/gmu, "") : pattern;
  return plain.replace(dialects, (written) => {
    const found = each.find(([one]) => one.test(written));
    return found === undefined ? written : written.replace(...found);
  });
}

function isWellFormed(shared: string): boolean {
  try {
    return new RegExp(shared) instanceof RegExp;
  } catch {
    return false;
  }
}
