import assert from "node:assert/strict";
import fc from "fast-check";
import { quoted, redact, registerSecret, sanitize } from "../../provider/sanitize";
import { holdsApiKey } from "../../provider/secret-search";
import {
  charactersByCategory,
  disguised,
  foreignText,
  pieceShown,
  rawKey,
  secret,
  unprintable,
  unseen,
} from "../foreign-text";

const credential = "not-a-key-by-its-form-but-secret-31337";
registerSecret(credential);

const fullKey = "sk-or-v1-0e6f1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071829304a5b6c7d8e";
const maskedLabel = "sk-or-v1-0e6...1c96";
const invisible = [
  "\u200b",
  "\u202e",
  "\u2066",
  "\u0000",
  "\u001b",
  "\u007f",
  "\u0085",
  "\u2028",
  "\u2029",
  "\ufeff",
  "\u{e0041}",
  "\ud800",
  "\ue000",
  "\n",
];

/** Text an attacker would write: the dangerous pieces, cut up, strewn with invisible characters, among anything at all. */
const hostile = fc
  .array(
    fc.oneof(
      foreignText,
      fc.constantFrom(...invisible),
      fc.constantFrom(
        ":",
        "::",
        "::error::",
        "#",
        "##[group]",
        "##vso[task.setvariable]",
        "<",
        "{%",
        "<{%reset%}>",
        "%",
        "}",
      ),
      fc.constantFrom(
        fullKey,
        "sk-or-",
        "SK-OR-MGMT-abcdef",
        maskedLabel,
        credential,
        "sk-",
        "or-v1-abcdefghijkl",
      ),
      fc
        .tuple(
          fc.constantFrom(fullKey, credential),
          fc.constantFrom(...invisible),
          fc.integer({ min: 1, max: 20 }),
        )
        .map(([secret, strewn, at]) => secret.slice(0, at) + strewn + secret.slice(at)),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(""));

const whatever = (property: (text: string, shown: string) => void): void => {
  fc.assert(
    fc.property(hostile, (text) => property(text, sanitize(text))),
    { numRuns: 3_000 },
  );
};

describe("foreign text, made safe to show", () => {
  it("holds no control, bidirectional, invisible, separator or unassigned character, and no noncharacter", () =>
    whatever((_, shown) => assert.doesNotMatch(shown, unprintable)));

  it("holds nothing of a category that cannot be seen, and all of those that can", () => {
    for (const [category, characters] of charactersByCategory) {
      for (const character of characters) {
        const shown = sanitize(`a${character}b`);
        const hidden = /^(C|Zl|Zp)/u.test(category) || /\p{Default_Ignorable_Code_Point}/u.test(character);
        assert.equal(shown === `a${character}b`, !hidden, `${category} ${shown}`);
      }
    }
  });

  it("holds no workflow command and no markup of the engine", () =>
    whatever((_, shown) => assert.doesNotMatch(shown, /::|##|<\{|%\}/u)));

  it("holds no key, and no longer piece of one than the services' own mask shows", () =>
    whatever((_, shown) => assert.doesNotMatch(shown, /sk-or-[\w-]{10}/iu)));

  it("holds no credential of this process", () =>
    whatever((_, shown) => assert(!shown.includes(credential), shown)));

  it("has at most 80 characters", () => whatever((_, shown) => assert([...shown].length <= 80)));

  it("stays as it is when it is made safe again, or loses more of a key", () =>
    whatever((_, shown) => {
      if (!/sk-or-/iu.test(shown)) assert.equal(sanitize(shown), shown);
    }));

  it("keeps plain names as they are", () => {
    for (const name of ["prod-gateway", "Büro: München #3 (50 %)", "日本語のキー", "a:b#c<d%e{f}"])
      assert.equal(sanitize(name), name);
  });

  it("keeps the masked labels that people recognise a key by", () => {
    assert.equal(sanitize(maskedLabel), maskedLabel);
    assert.equal(sanitize(`key ${maskedLabel}, of the gateway`), `key ${maskedLabel}, of the gateway`);
    assert.equal(sanitize("sk-or-v1-0e6…1c96"), "sk-or-v1-0e6…1c96");
  });

  it("blots out what only looks like a masked label", () => {
    assert.equal(sanitize("sk-or-v1-0e6f1b2c3d...1c96"), "[key]");
    assert.equal(sanitize("sk-or-mgmt-0e6...1c96"), "[key]");
  });

  it("blots out a key that follows a masked label directly", () => {
    assert.equal(sanitize(`${maskedLabel}${fullKey}`), `${maskedLabel}[key]`);
  });

  it("blots out keys in any case and with invisible characters strewn in", () => {
    assert.equal(sanitize(`name ${fullKey.toUpperCase()}!`), "name [key]!");
    assert.equal(sanitize(`name sk-\u200bor-v1\u202e-0e6f1b2c3d4e`), "name [key]");
    assert.equal(sanitize(`is ${credential.slice(0, 9)}\u2060${credential.slice(9)}`), "is [secret]");
  });

  it("says how a management key begins, which is no key", () => {
    for (const hint of ["they start sk-or-mgmt-) of this", "sk-or-v1-…", "sk-or-", "a sk-or-v1-abc"]) {
      assert.equal(sanitize(hint), hint);
      assert.equal(redact(hint), hint);
    }
  });

  it("stays readable where markup is broken up", () => {
    assert.equal(sanitize("a::b##c<{d%}e:::"), "a: :b# #c< {d% }e: : :");
  });

  it("shows what it escaped", () => {
    assert.equal(sanitize("a\nb\u202ec"), "a\\u{a}b\\u{202e}c");
  });

  it("is cut with a mark, between characters", () => {
    assert.equal(sanitize("😀".repeat(81)), `${"😀".repeat(79)}…`);
    assert.equal(sanitize("x".repeat(80)), "x".repeat(80));
  });

  it("is put in quotes for messages", () => {
    assert.equal(quoted("prod\n"), '"prod\\u{a}"');
  });
});

describe("foreign text that programs read on", () => {
  it("keeps whatever is no secret, also what would be escaped for the eye", () => {
    for (const text of [...unseen, ...[...charactersByCategory.values()].flat()].map((one) => `a${one}b`)) {
      assert.equal(redact(text), text);
    }
    for (const text of ["::error::", "<{%reset%}>", "a\nb", "\\u0073", "&#115;k", "100 %20", "x".repeat(500)])
      assert.equal(redact(text), text);
  });

  it("holds [key] or [secret] in the place of one, and keeps what stands around it", () => {
    registerSecret(secret);
    fc.assert(
      fc.property(disguised, fc.constantFrom(...unseen, "", "prod "), (hidden, around) => {
        const redacted = redact(`${around}!${hidden}!${around}`);
        assert(
          [`${around}!`, `!${around}`].every((end, place) =>
            place === 0 ? redacted.startsWith(end) : redacted.endsWith(end),
          ),
          redacted,
        );
        assert.match(redacted, /\[(key|secret)\]/u);
        assert.equal(pieceShown(redacted), undefined);
      }),
      { numRuns: 2_000 },
    );
  });

  it("hides a secret however it is escaped or interleaved, in what is shown too", () => {
    registerSecret(secret);
    fc.assert(
      fc.property(foreignText, (text) => {
        assert.equal(pieceShown(sanitize(text, Number.POSITIVE_INFINITY)), undefined);
        assert.equal(pieceShown(redact(text)), undefined);
      }),
      { numRuns: 3_000 },
    );
  });

  it("is told apart from a text about keys by the same measure as a configuration's", () => {
    assert(holdsApiKey(rawKey));
    assert(holdsApiKey(`my ${[...rawKey].join("\u2060")}`));
    for (const word of ["sk-or-mgmt-", "sk-or-v1-0e6...1c96", "prod-gateway"]) assert(!holdsApiKey(word));
  });

  it("loses a whole of secrets that overlap, and each of several", () => {
    registerSecret("alpha-beta-gamma");
    registerSecret("gamma-delta");
    assert.equal(redact("x alpha-beta-gamma-delta y gamma-delta z"), "x [secret] y [secret] z");
    assert.equal(redact(`${rawKey} and gamma-delta`), "[key] and [secret]");
  });

  it("is a [key] as a whole where a credential overlaps one, and each of two that touch", () => {
    registerSecret("zz-sk-or-v1-01234567");
    registerSecret("34567890/rest");
    assert.equal(redact("a zz-sk-or-v1-0123456789 b"), "a [key] b");
    assert.equal(redact("a sk-or-v1-1234567890/rest b"), "a [key] b");
    registerSecret("gamma-delta");
    assert.equal(redact("gamma-deltagamma-delta"), "[secret][secret]");
  });

  it("is a key from eight characters on, whatever they are", () => {
    for (const key of ["sk-or-12345678", "SK-OR-sk-or-ab", "sk-or-----____"])
      assert.equal(redact(key), "[key]");
    for (const word of ["sk-or-1234567", "sk-or-abc…def"]) assert.equal(redact(word), word);
  });

  it("is undone through escapes of escapes", () => {
    const escaped = [...rawKey]
      .map((one) => `\\\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
    assert.equal(redact(escaped), "\\[key]");
  });
});

describe("a secret that is written otherwise", () => {
  /** Of this process, and begins as the services' own do; its characters are no hexadecimal digits only. */
  const ownKey = "sk-or-mgmt-Zq9wXv7rTy5uMn3pLk1jHg8sDf6aBc4e";
  registerSecret(ownKey);
  const pairs = (text: string, between: string, before = ""): string =>
    [...Buffer.from(text)].map((byte) => before + byte.toString(16).padStart(2, "0")).join(between);
  const dashed = (dash: string) => (key: string) => key.replaceAll("-", dash);
  const eachAs = (write: (code: number) => string) => (key: string) =>
    [...key].map((character) => write(character.charCodeAt(0))).join("");

  const ways: Readonly<Record<string, (key: string) => string>> = {
    "with a dash of another kind": dashed("\u2010"),
    "with a non-breaking hyphen": dashed("\u2011"),
    "with an en dash": dashed("\u2013"),
    "with an em dash": dashed("\u2014"),
    "with a minus": dashed("\u2212"),
    "with a small hyphen": dashed("\ufe63"),
    "with a full-width hyphen": dashed("\uff0d"),
    "in full-width letters": eachAs((code) => String.fromCharCode(code + 0xfee0)),
    "with a colour of the terminal inside": (key) => `${key.slice(0, 11)}\u001b[31m${key.slice(11)}`,
    "with a colour of several numbers inside": (key) => `${key.slice(0, 4)}\u001b[1;38:5m${key.slice(4)}`,
    "with a one-character colour mark inside": (key) => `${key.slice(0, 11)}\u009b0m${key.slice(11)}`,
    "with a mark inside that a terminal takes together with what follows": (key) =>
      `${key.slice(0, 11)}\u009b${key.slice(11)}`,
    "behind such a mark, with an escape between characters": (key) => `\u009b${[...key].join("\\ufffe")}`,
    "with an escape and a backslash between characters": (key) => [...key].join("\\ufffe\\"),
    "with the mark of a colour escaped": (key) => `${key.slice(0, 11)}\\u001b[31m${key.slice(11)}`,
    "with spaces around its dashes": dashed(" - "),
    "with a space after its beginning": (key) => key.replace(/^(sk-or-\w+-)/u, "$1 "),
    "wrapped to lines": (key) => `${key.slice(0, 20)}\n  ${key.slice(20)}`,
    "wrapped by a space": (key) => `${key.slice(0, 20)} ${key.slice(20)}`,
    "in HTML twice": dashed("&amp;#45;"),
    "in HTML twice, without its semicolons": dashed("&amp&#45"),
    "in HTML without a semicolon": (key) => key.replace(/^sk-or-/u, "sk&#45or&#45"),
    "in HTML with zeros in front": dashed("&#000000045;"),
    "in HTML with zeros in front of hexadecimal digits": dashed("&#x0000002d;"),
    "in HTML by name": dashed("&hyphen;"),
    "in HTML by another name": dashed("&dash;"),
    "in HTML as a minus": dashed("&minus;"),
    "in octal digits": eachAs((code) => `\\${code.toString(8).padStart(3, "0")}`),
    "in eight hexadecimal digits": eachAs((code) => `\\U${code.toString(16).padStart(8, "0")}`),
    "in capital hexadecimal digits": eachAs(
      (code) => `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`,
    ),
    "by the name of a character": dashed("\\N{HYPHEN-MINUS}"),
    "as an address was written once": eachAs((code) => `%u${code.toString(16).padStart(4, "0")}`),
    "as in a mail": eachAs((code) => `=${code.toString(16).toUpperCase()}`),
    "as in CSS": eachAs((code) => `\\${code.toString(16)} `),
    "in an address four times": dashed("%2525252d"),
    "in hexadecimal digits": (key) => pairs(key, ""),
    "in hexadecimal digits with spaces": (key) => pairs(key, " "),
    "in hexadecimal digits with colons": (key) => pairs(key, ":").toUpperCase(),
    "in hexadecimal numbers": (key) => pairs(key, ", ", "0x"),
    "in base64": (key) => Buffer.from(key).toString("base64"),
    "in base64, after one byte": (key) => Buffer.from(`x${key}`).toString("base64"),
    "in base64, after two bytes": (key) => Buffer.from(`xx${key}`).toString("base64"),
  };
  for (const [way, write] of Object.entries(ways)) {
    it(`is found ${way}, and taken out whole, the services' own as well as this process's`, () => {
      for (const key of [rawKey, ownKey]) {
        // Base64 shares its outer characters with what stands around.
        assert.match(redact(`!${write(key)}!`), /^!.{0,3}\[(?:key|secret)\].{0,4}!$/su);
        assert(holdsApiKey(write(rawKey)));
      }
    });
  }

  it("is found where this process knows it, in base64 that was taken apart or made of UTF-16", () => {
    const spaced = Buffer.from(ownKey).toString("base64").replace(/.{8}/gu, "$& ");
    for (const text of [spaced, Buffer.from(ownKey, "utf16le").toString("base64"), ownKey.toUpperCase()])
      assert.match(redact(`!${text}!`), /^!\[(?:key|secret)\].{0,5}!$/u);
  });

  it("is told from texts that only come near", () => {
    const hash = "0e6f1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071829304a5b6c7d8";
    for (const text of [
      `${maskedLabel} ${hash}`,
      `the key sk-or-v1- of ${hash}`,
      `task or v1 ${hash.slice(0, 23)}`,
      "keys begin with sk-or-mgmt- and this one does not",
      "c2stb3It and more",
      `736b2d6f722d and ${hash}`,
      "a – b −1 \uff21\uff22 &amp; &#45 =2D \\055 %u002d \u001b[31mred",
    ]) {
      assert.equal(redact(text), text);
      assert(!holdsApiKey(text));
    }
  });
});
