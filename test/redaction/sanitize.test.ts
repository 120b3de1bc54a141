import assert from "node:assert/strict";
import fc from "fast-check";
import { quoted, redact, registerSecret, sanitize } from "../../provider/redaction/sanitize";
import { holdsApiKey } from "../../provider/redaction/secret-search";
import { cases } from "../cases";
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
// As short as one may be: it hides itself, and not how all of them begin.
registerSecret("sk-or-mgmt-Z");

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
        "SK-OR-MGMT-abcdef1234",
        maskedLabel,
        credential,
        "sk-",
        "or-v1-abcdefghijkl1",
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
    { numRuns: cases(3_000) },
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
    whatever((_, shown) => {
      // A character as spreadsheets write it is not eight of a key's.
      const read = shown.replace(/_x[\da-f]{4}_/giu, " ");
      assert.doesNotMatch(read, /sk-or-(?=[\w-]*\d[a-z]{0,9})(?:v1-|mgmt-)?\w{8}/iu);
    }));

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
    for (const label of [
      "sk-or-v1-0e6…1c96",
      "sk-or-mgmt-0e6...1c96",
      `${maskedLabel}_old`,
      `${maskedLabel}-old-2`,
    ])
      assert.equal(sanitize(label), label);
  });

  it("blots out what only looks like a masked label", () => {
    assert.equal(sanitize("sk-or-v1-0e6f1b2c3d...1c96"), "[key]");
    assert.equal(sanitize("sk-or-mgmt-0e6...1c96f0e1d2c3"), "[key]");
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
      { numRuns: cases(2_000) },
    );
  });

  it("hides a secret however it is escaped or interleaved, in what is shown too", () => {
    registerSecret(secret);
    fc.assert(
      fc.property(foreignText, (text) => {
        assert.equal(pieceShown(sanitize(text, Number.POSITIVE_INFINITY)), undefined);
        assert.equal(pieceShown(redact(text)), undefined);
      }),
      { numRuns: cases(3_000) },
    );
  });

  it("is told apart from a text about keys by the same measure as a configuration's", () => {
    assert(holdsApiKey(rawKey));
    assert(holdsApiKey(`my ${[...rawKey].join("\u2060")}`));
    for (const word of ["sk-or-mgmt-", "sk-or-v1-0e6...1c96", "prod-gateway"]) assert(!holdsApiKey(word));
  });

  it("loses a whole of secrets that overlap, and each of several", () => {
    registerSecret("alpha-beta-gamma");
    registerSecret("gamma-delta-epsilon");
    const [both, one] = ["alpha-beta-gamma-delta-epsilon", "gamma-delta-epsilon"];
    assert.equal(redact(`x ${both} y ${one} z`), "x [secret] y [secret] z");
    assert.equal(redact(`${rawKey} and ${one}`), "[key] and [secret]");
  });

  it("is a [key] as a whole where a credential overlaps one, and each of two that touch", () => {
    registerSecret("zz-sk-or-v1-01234567");
    registerSecret("34567890/rest");
    assert.equal(redact("a zz-sk-or-v1-0123456789 b"), "a [key] b");
    assert.equal(redact("a sk-or-v1-1234567890/rest b"), "a [key] b");
    registerSecret("gamma-delta-epsilon");
    assert.equal(redact("gamma-delta-epsilongamma-delta-epsilon"), "[secret][secret]");
  });

  it("is a key from eight letters and digits in a row on, or twenty-four without a digit", () => {
    for (const key of [
      "sk-or-12345678",
      "SK-OR-abcdefg8",
      "sk-or-v1-abcdefg8",
      "sk-or-of-a-kind-0e6f1b2c",
      `sk-or-${"abcdefgh".repeat(3)}`,
      `sk-or-mgmt-${"abcdefgh".repeat(3)}`,
    ])
      assert.equal(redact(key), "[key]");
    for (const word of [
      "sk-or-1234567",
      "sk-or-abc…def",
      "sk-or-----____",
      "sk-or-mgmt-rotation",
      "sk-or-v1-migration-2",
    ])
      assert.equal(redact(word), word);
  });

  it("is a key behind a letter only where it begins as one or is as long as one", () => {
    for (const key of ["sk-or-v1-0e6f1b2c", "sk-or-mgmt-Zq9wXv7r", `sk-or-${"abcdefg8".repeat(3)}`]) {
      assert.equal(redact(`x${key}`), "x[key]");
      assert.equal(redact(`x${key} `), "x[key] ");
      assert.equal(redact(`_${key}`), "_[key]");
    }
    for (const name of ["risk-or-abcdefg8", "task-or-of-a-kind-0e6f1b2c"]) assert.equal(redact(name), name);
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
  const linked = (before: string, behind: string) => (key: string) =>
    key.slice(0, 6) + before + key.slice(6, 11) + behind + key.slice(11);

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
    "with a link of the terminal inside": linked("\u001b]8;;https://a.example\u0007", "\u001b]8;;\u0007"),
    "with a link inside that ends otherwise": linked(
      "\u001b]8;;https://a.example\u001b\\",
      "\u001b]8;;\u001b\\",
    ),
    "with a title of the terminal inside": (key) =>
      `${key.slice(0, 11)}\u009d0;a title\u009c${key.slice(11)}`,
    "with a choice of characters inside": (key) => `${key.slice(0, 11)}\u001b(B${key.slice(11)}`,
    "with a mark of two characters inside": (key) => `${key.slice(0, 11)}\u001b7${key.slice(11)}`,
    "with a colour inside as a shell writes it": (key) => `${key.slice(0, 11)}\\e[0m${key.slice(11)}`,
    "with a colour inside as a program writes it": (key) => `${key.slice(0, 11)}\\033[1;31m${key.slice(11)}`,
    "with a tag inside": (key) => `${key.slice(0, 11)}<wbr>${key.slice(11)}`,
    "with a word in tags": (key) => key.replace(/^sk-or-/u, 'sk-<b class="a">or</b>-'),
    "in tags that are escaped": dashed("&lt;wbr/&gt;-"),
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
    ...Object.fromEntries(
      ["ndash", "mdash", "horbar"].map((name) => [`in HTML as ${name}`, dashed(`&${name};`)]),
    ),
    ...Object.fromEntries(
      ["shy", "zwj", "nbsp", "thinsp"].map((name) => [
        `in HTML with ${name} between characters`,
        (key: string) => [...key].join(`&${name};`),
      ]),
    ),
    "in octal digits with spaces": (key) =>
      [...key].map((character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`).join(" "),
    "in octal digits in braces": eachAs((code) => `\\o{${code.toString(8)}}`),
    "in hexadecimal digits in braces": eachAs((code) => `\\x{${code.toString(16)}}`),
    "by the number of a character": dashed("\\N{U+002D}"),
    "with a capital X": eachAs((code) => `\\X${code.toString(16)}`),
    "as an address was written once, with a capital U": eachAs(
      (code) => `%U${code.toString(16).padStart(4, "0")}`,
    ),
    "as in a mail, in lower case": eachAs((code) => `=${code.toString(16)}`),
    "as in a spreadsheet": eachAs((code) => `_x${code.toString(16).padStart(4, "0")}_`),
    "in full-width letters in an address": eachAs((code) =>
      encodeURIComponent(String.fromCharCode(code + 0xfee0)),
    ),
    "in full-width letters, byte by byte": eachAs((code) =>
      encodeURIComponent(String.fromCharCode(code + 0xfee0))
        .replaceAll("%", "\\x")
        .toLowerCase(),
    ),
    "with a soft hyphen as one byte between characters": (key) => [...key].join("\\xad"),
    "in groups of sixteen, by two dots": (key) => key.replace(/.{16}/gu, "$&.."),
    "in groups of sixteen, by three dots": (key) => key.replace(/.{16}/gu, "$&..."),
    "in groups of four behind what looks like a masked label": (key) =>
      [key.slice(0, 12), ...(key.slice(12).match(/.{1,4}/gu) ?? [])].join("..."),
    "in groups of eight, by an ellipsis": (key) => key.replace(/.{8}/gu, "$&…"),
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
    "in decimal numbers": (key) => [...Buffer.from(key)].join(","),
    "in decimal numbers with spaces": (key) => [...Buffer.from(key)].join(" "),
    "in decimal numbers on lines": (key) => [...Buffer.from(key)].join("\n  "),
    "in base64": (key) => Buffer.from(key).toString("base64"),
    "in base64, after one byte": (key) => Buffer.from(`x${key}`).toString("base64"),
    "in base64, after two bytes": (key) => Buffer.from(`xx${key}`).toString("base64"),
  };
  for (const [way, write] of Object.entries(ways)) {
    it(`is found ${way}, and taken out whole, the services' own as well as this process's`, () => {
      for (const key of [rawKey, ownKey]) {
        // Base64 shares its outer characters with what stands around.
        assert.match(redact(`!${write(key)}!`), /^!.{0,3}\[(?:key|secret)\].{0,5}!$/su);
        assert(holdsApiKey(write(rawKey)));
      }
    });
  }

  const hyphens = [
    ..."\u2010\u2013\u2014\u2212\ufe63\uff0d",
    ..."hyphen dash minus ndash mdash horbar".split(" ").map((name) => `&${name};`),
    ...[
      "&#45;",
      "&#45",
      "&#x2d;",
      "&#X2D",
      "&#x0002d;",
      "\\N{HYPHEN-MINUS}",
      "\\N{U+002D}",
      "\\2d ",
      "\\00002d ",
    ],
    ...[
      "%2d",
      "%u002d",
      "=2D",
      "=2d",
      "\\u002d",
      "\\u{2d}",
      "\\U0000002d",
      "\\x2d",
      "\\x{2d}",
      "\\o{55}",
      "\\055",
    ],
  ];
  it("is found by its beginning alone with each way to write a hyphen, be its characters no hexadecimal digits", () => {
    for (const key of ["sk-or-v1-Zq9wXv7rTy5uMn3pLk1jHg8sDf6aBc4e", "sk-or-v10-Zq9wXv7rTy5uMn3pLk1jHg8s"]) {
      for (const hyphen of hyphens)
        assert.equal(redact(`!${key.replaceAll("-", hyphen)}!`), "![key]!", hyphen);
      assert.equal(redact(`is ${key.slice(1)}!`), "is [key]!");
    }
  });

  it("is found where only this process knows it, with what HTML and others write for its marks, or without an end", () => {
    const known = "mg_live'Zq9wXv7rT\"y5uMn3pLk1jHg8sDf6a";
    registerSecret(` ${known} `);
    const html = known.replace("_", "&lowbar;").replace("'", "&apos;").replace('"', "&quot;");
    for (const text of [known, html, known.slice(1), known.slice(0, -1), known.replace("live", "li\\fve")]) {
      assert.equal(redact(`!${text}!`).replace(/\\$/u, ""), "![secret]!", text);
    }
  });

  it("is not looked for behind what stands for no character", () => {
    for (const text of ["&#1114112;", "\\u{110000}", "&#9999999;", "\\U00110000"])
      assert.equal(redact(text), text);
    assert.equal(redact(`sk-or-v1-&#1114112;${rawKey.slice(9)}`), "[key]");
  });

  it("is found where this process knows it, in base64 that was taken apart or made of UTF-16", () => {
    const spaced = Buffer.from(ownKey).toString("base64").replace(/.{8}/gu, "$& ");
    for (const text of [spaced, Buffer.from(ownKey, "utf16le").toString("base64"), ownKey.toUpperCase()])
      assert.match(redact(`!${text}!`), /^!\[(?:key|secret)\].{0,5}!$/u);
  });

  it("is found in a buffer that was written as JSON", () => {
    for (const key of [rawKey, ownKey]) {
      const written = JSON.stringify({ name: Buffer.from(`my ${key}`) });
      assert.match(
        redact(written),
        /^\{"name":\{"type":"Buffer","data":\[109,121,32,\[(?:key|secret)\]\]\}\}$/u,
      );
    }
  });

  it("is found without its first characters", () => {
    for (const missing of ["s", "sk", "sk-"]) {
      assert.equal(redact(`a ${rawKey.slice(missing.length)}!`), "a [key]!");
      assert.equal(redact(`a ${rawKey.slice(missing.length).replaceAll("-", "\\u002d")}!`), "a [key]!");
      assert.equal(redact(`a ${rawKey.slice(missing.length).toUpperCase()}!`), "a [key]!");
    }
  });

  it("is found without the first or the last of its characters where this process knows it", () => {
    for (const key of [credential, secret]) {
      registerSecret(key);
      for (const part of [
        key.slice(1),
        key.slice(0, -1),
        [...key.slice(1)].join(" "),
        [...key.slice(0, -1)].join("_"),
      ])
        assert.equal(redact(`is ${part}!`), "is [secret]!");
    }
  });

  it("is no word, and nothing that a word could be", () => {
    registerSecret("prodk");
    registerSecret("prod-portal");
    assert.equal(redact("my prodk prod-portal"), "my prodk prod-portal");
    registerSecret("the-portals-");
    assert.equal(redact("my the-portals-"), "my [secret]");
  });

  it("is none of the names that people make of words, dashes and small numbers", () => {
    const word = fc.constantFrom(
      ..."risk task disk ask mask desk sk or v1 v2 mgmt gateway compliance milestone tracker answer".split(
        " ",
      ),
      ..."network alerts bot prod block filter connector master color for facade added bed 2 17 300 2026".split(
        " ",
      ),
    );
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 8 }),
        fc.constantFrom("-", "_", " "),
        (words, dash) => {
          for (const name of [words.join("-"), `sk-or-${words.join(dash)}`, `risk-or-${words.join(dash)}`]) {
            assert.equal(redact(name), name);
            assert.equal(sanitize(`"${name}"`, 200), `"${name}"`);
            assert(!holdsApiKey(name));
          }
        },
      ),
      { numRuns: cases(2_000) },
    );
    for (const name of [
      "risk-or-compliance-bot",
      "sk-or-gateway-prod",
      "disk-or-v1-connector",
      "color-v1-of-facades",
    ])
      assert(!holdsApiKey(name));
  });

  it("is found as a key of sixty-four hexadecimal digits, whatever word stands before it", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(digits, fc.constantFrom("", "x", "ri", "my-", "7", "é", "key="), (hex, before) => {
        for (const begins of ["sk-or-v1-", "sk-or-mgmt-", "sk-or-", "sk-or-of-a-kind-"]) {
          if (begins.endsWith("kind-") && /[xi7]/u.test(before)) continue;
          assert.equal(redact(`${before}${begins}${hex}!`), `${before}[key]!`);
        }
      }),
    );
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
