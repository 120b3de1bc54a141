import assert from "node:assert/strict";
import fc from "fast-check";
import { redact, redactRows, registerSecret } from "../../provider/redaction/sanitize";
import { holdsApiKey, reveal } from "../../provider/redaction/secret-search";
import { cases } from "../cases";
import { rawKey } from "../foreign-text";

/** Keys as services make them, and what may stand around one. */
const secrets = fc.string({ unit: fc.constantFrom(..."abcXYZ019-_+/?~"), minLength: 12, maxLength: 80 });
const around = fc.string({ maxLength: 40 });
const encodings = fc.constantFrom("base64", "base64url", "hex" as const);

const own = "mg-live-0xQ7..zP4nV9sT2bX6";
/** Names, masked labels, and a key or a secret: whole, in an encoding, without its beginning, taken apart. */
const plainTexts = fc
  .array(
    fc.oneof(
      fc
        .tuple(
          fc.constantFrom(
            ...[rawKey, own].flatMap((one) => {
              const bytes = Buffer.from(one);
              return [
                one,
                one.toUpperCase(),
                bytes.toString("hex"),
                bytes.toString("base64"),
                bytes.join(" "),
              ];
            }),
          ),
          fc.constantFrom("", " ", "-", "0x", "...", ", 0x"),
          fc.nat(4),
          fc.nat(9),
        )
        .map(([one, between, every, from]) =>
          [...one.slice(from)]
            .map((character, at) => (at % 3 < every ? character + between : character))
            .join(""),
        ),
      fc.constantFrom("sk-or-v1-0e6...1c96", "sk-or-mgmt-abcd...f00d", "0123456789abcdef01234567", "..."),
      fc.constantFrom("or-", "k-or", "prod-gateway", " "),
    ),
    { maxLength: 3 },
  )
  .map((some) => some.join(""));

function reveals(text: string, secret: string): boolean {
  return reveal([text], secret);
}

describe("the search for a secret", () => {
  it("finds it in a text that was encoded whole, wherever it stands there, and leaves nothing to decode it from", () => {
    // A few of them, other ones in each run: whatever is redacted after this is searched for every one.
    const some = fc.sample(secrets, 5);
    some.forEach(registerSecret);
    fc.assert(
      fc.property(fc.constantFrom(...some), around, around, encodings, (secret, before, after, encoding) => {
        const encoded = Buffer.from(before + secret + after).toString(encoding);
        assert(reveals(`it said ${encoded}.`, secret));
        const shown = redact(`it said ${encoded}.`);
        assert.match(shown, /^it said .*\[(?:secret|key)\]/u);
        for (const rest of shown.slice("it said ".length).split(/\[(?:secret|key)\]/u)) {
          assert(!Buffer.from(rest, encoding).toString("latin1").includes(secret.slice(0, 12)));
        }
      }),
    );
  });

  it("finds it taken apart or encoded with gaps, also where it holds dots or the mark of hexadecimal numbers itself", () => {
    const held = fc.constantFrom(
      ..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
      "0x",
      "0X",
      "..",
      "...",
    );
    const own = fc
      .array(held, { minLength: 24, maxLength: 48 })
      .map((parts) => parts.join(""))
      .filter(
        (secret) => /[^.].*[^.]/u.test(secret.slice(1, -1)) && secret.replace(/[^\da-z]/giu, "").length > 20,
      );
    const between = fc.constantFrom(" ", "-", ", ", "..", "\n", "…");
    fc.assert(
      fc.property(own, between, fc.integer({ min: 1, max: 9 }), around, (secret, gap, every, before) => {
        const parted = (text: string): string => text.replace(new RegExp(`.{${every}}`, "gu"), `$&${gap}`);
        const bytes = Buffer.from(before + secret);
        const texts = [secret, bytes.toString("base64"), bytes.toString("hex"), bytes.join(",")].flatMap(
          (one) => [one, parted(one)],
        );
        for (const text of texts) assert(reveals(text, secret), text);
        assert(reveals([...Buffer.from(secret)].map((byte) => `0x${byte.toString(16)}`).join(gap), secret));
      }),
      { numRuns: cases(1_000) },
    );
  });

  it("finds none in the encoding of a text that does not hold it", () => {
    fc.assert(
      fc.property(secrets, around, encodings, (secret, text, encoding) => {
        fc.pre(!text.includes(secret));
        assert(!reveals(Buffer.from(text).toString(encoding), secret));
      }),
    );
  });

  it("finds in a plain text, which it hardly looks at, what it finds in the same one with something behind", () => {
    fc.assert(
      fc.property(plainTexts, (text) => {
        assert.equal(holdsApiKey(text), holdsApiKey(`${text} \u00e9`), text);
        assert.equal(reveals(text, own), reveals(`${text} \u00e9`, own), text);
      }),
      { numRuns: cases(3_000) },
    );
  });

  it("finds in one of many rows, which it looks at together, what it finds in each text alone", () => {
    registerSecret(own);
    const texts = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom("prod-gateway", "sk-or-v1-0e6...1c96", "0x", "f00d") },
      { weight: 1, arbitrary: fc.oneof(plainTexts, around) },
    );
    const rows = fc.array(fc.record({ name: texts, label: texts, by: fc.option(texts) }), { maxLength: 70 });
    fc.assert(
      fc.property(rows, (some) => {
        assert.deepEqual(
          redactRows(some, ["name", "label", "by"]),
          some.map(({ name, label, by }) => ({
            name: redact(name),
            label: redact(label),
            by: by === null ? null : redact(by),
          })),
        );
        for (const { name, label } of some) {
          assert.equal(reveal([name, label], own), reveals(name, own) || reveals(label, own));
        }
      }),
      { numRuns: cases(300) },
    );
  });
});
