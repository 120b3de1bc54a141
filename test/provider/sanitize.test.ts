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
