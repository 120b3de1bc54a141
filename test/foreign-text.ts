import fc from "fast-check";

/** The general categories of Unicode. */
const categories =
  "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn".split(" ");

/** Some characters of each category, from all over the code space; every place below U+3000, where the small ones live. */
export const charactersByCategory: ReadonlyMap<string, readonly string[]> = new Map(
  categories.map((category) => {
    const belongs = new RegExp(`^\\p{gc=${category}}$`, "u");
    const found: string[] = [];
    for (let at = 0; at <= 0x10ffff && found.length < 400; at += at < 0x3000 ? 1 : 97) {
      const character = String.fromCodePoint(at);
      if (belongs.test(character)) found.push(character);
    }
    return [category, found];
  }),
);

/** Noncharacters, fillers, joiners, variation selectors, tags: what a list of "control characters" leaves out. */
export const unseen = [
  "\ufffe",
  "\uffff",
  "\ufdd0",
  "\u{1ffff}",
  "\u00ad",
  "\u034f",
  "\u115f",
  "\u17b4",
  "\u180e",
  "\u200b",
  "\u200d",
  "\u202e",
  "\u2060",
  "\u2065",
  "\u2066",
  "\u2800",
  "\u3164",
  "\ufe0f",
  "\ufeff",
  "\uffa0",
  "\ufff0",
  "\u{1d173}",
  "\u{e0041}",
  "\u{e0fff}",
  "\u0301",
  "\u0000",
  "\n",
] as const;

/** A key and a credential whose every piece of 12 characters is found nowhere else. */
export const rawKey = "sk-or-v1-0e6f1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071829304a5b6c7d8e";
export const secret = 'Zq7/Wm"k2+Hx9\\Rt4=Jp5:Nv8&Lc3';

const obeyed = [
  "::error::x",
  "\n::add-mask::x",
  "##[group]",
  "##vso[task.setvariable variable=x]",
  "<{%reset%}>",
  "\u001b[31m",
  "=1+2",
  "]]>",
  "</script>",
  "&",
  '"',
  "'",
  "\\",
  "|",
  "`",
];

/** Each way in which a text can still tell a person, or a program that reads on, what a secret is. */
export const disguised: fc.Arbitrary<string> = fc
  .record({
    of: fc.constantFrom(rawKey, secret),
    how: fc.constantFrom<(character: string, filler: string) => string>(
      (character) => character,
      (character, filler) => `${character}${filler}`,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
      (character) => `\\u{${character.charCodeAt(0).toString(16)}}`,
      (character) => `&#${character.charCodeAt(0)};`,
      (character) => `&#x${character.charCodeAt(0).toString(16)};`,
      (character) => `%${character.charCodeAt(0).toString(16)}`,
      (character) => (/\W/u.test(character) ? `\\${character}` : character),
      (character) => `\\x{${character.charCodeAt(0).toString(16)}}`,
      (character) => `=${character.charCodeAt(0).toString(16)}`,
      (character) => `_x${character.charCodeAt(0).toString(16).padStart(4, "0")}_`,
      (character) => encodeURIComponent(String.fromCharCode(character.charCodeAt(0) + 0xfee0)),
      (character) => `${character}<wbr>`,
      (character) => `${character}\u001b(B`,
      (character) => `${character}\u001b]8;;https://a.example\u001b\\`,
      (character) => `${character}..`,
      (character, filler) => `${character}\\u${filler.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
    filler: fc.constantFrom(...unseen),
    every: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ of, how, filler, every }) =>
    [...of].map((one, place) => (place % every === 0 ? how(one, filler) : one)).join(""),
  );

/** What somebody may call a key, a guardrail or themselves. */
export const foreignText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      ...[...charactersByCategory.values()].map((some) => fc.constantFrom(...some)),
      fc.constantFrom(...unseen),
      fc.constantFrom(...obeyed),
      fc.constantFrom("a", "prod-gateway", " ", "7"),
      disguised,
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(""));

const overlooked = /[\p{C}\p{M}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** The piece of a secret that a text shows to somebody who overlooks what is invisible; undefined if it shows none. */
export function pieceShown(text: string): string | undefined {
  const forms = [text, text.replace(/\\u\{[0-9a-f]+\}|\\u[0-9a-f]{4}/giu, ""), text.replaceAll("\\", "")];
  const shown = forms.map((form) => form.replace(overlooked, "")).join("\n");
  return [rawKey.slice("sk-or-v1-".length), secret, secret.replaceAll("\\", "")]
    .flatMap((one) => Array.from({ length: one.length - 11 }, (_, from) => one.slice(from, from + 12)))
    .find((piece) => shown.includes(piece));
}

/** What no terminal, log, engine or parser should get to see as it is. */
export const unprintable = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
