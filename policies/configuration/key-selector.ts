import * as z from "zod";
import { namesGuardrail } from "../../provider/assignments/by-key";
import { guardrailUuid, keyHashPattern, notA } from "../../provider/assignments/query";
import { holdsApiKey } from "../../provider/redaction/secret-search";
import { shortId } from "../../provider/short-id";
import { longestPattern } from "./name-pattern";

/** Which keys an entry of the configuration means. */
export type KeySelector =
  | { readonly by: "hash"; readonly hash: string }
  | { readonly by: "name"; readonly name: string }
  /** Names that match a pattern (name-pattern.ts). */
  | { readonly by: "pattern"; readonly pattern: string };

const pastedKey = "holds what looks like an API key itself: rotate that key, and give its hash";

/** Text of a configuration that must not be an API key, which people paste where its hash belongs. @internal */
export function plainText(what: string): z.ZodType<string> {
  return z
    .string({ error: `must be ${what}` })
    .min(1, { error: "must not be empty", abort: true })
    .refine((text) => !holdsApiKey(text), { error: pastedKey });
}

/**
 * Text by which somebody says who answers for something, or why: not blank, and nothing that only a machine sees.
 * @internal
 */
export function saidText(what: string): z.ZodType<string> {
  return plainText(what).refine((text) => visibleWord.test(text), {
    error: "must have a letter or a digit that can be seen",
  });
}

/** A letter or a digit. The fillers among the letters are invisible. */
export const visibleWord = /(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{N}]/u;

/** A key's hash, in lower case. @internal */
export const keyHash = z
  .string({ error: notA.keyHash })
  .refine((text) => !holdsApiKey(text), { error: pastedKey, abort: true })
  // No `regex`: the engine would check that too, and say less than this of a key pasted in its place.
  .refine((text) => keyHashPattern.test(text), {
    error: notA.keyHash,
  })
  .toLowerCase();

/** A guardrail's id, in lower case. @internal */
export const guardrailId = guardrailUuid.refine(namesGuardrail, { error: notA.guardrail });

const pattern = plainText("a pattern of names").refine((text) => text.length <= longestPattern, {
  error: `must be at most ${longestPattern} characters long`,
});

const selectors = {
  hash: keyHash.optional(),
  name: plainText("a key's name").optional(),
  pattern: pattern.optional(),
};
type Selected = Partial<Record<KeySelector["by"], string | undefined>>;

const oneSelector = "must have exactly one of hash, name and pattern";

/**
 * An entry that selects keys by hash, name or pattern and says something about them with further properties.
 * @internal
 */
export function selecting<Further extends z.ZodRawShape>(further: Further) {
  return z
    .strictObject(
      { ...selectors, ...further },
      {
        error: ({ code }) =>
          code === "invalid_type" ? "must be an object with a hash, a name or a pattern" : undefined,
      },
    )
    .refine((entry) => Object.keys(entry).filter((name) => Object.hasOwn(selectors, name)).length === 1, {
      error: oneSelector,
      abort: true,
    });
}

/** The selector in a checked entry. */
export function selectorOf({ hash, name, pattern: text }: Selected): KeySelector {
  if (hash !== undefined) return { by: "hash", hash };
  if (name !== undefined) return { by: "name", name };
  if (text !== undefined) return { by: "pattern", pattern: text };
  throw new Error(oneSelector);
}

/** What people may have meant by a name or pattern: something that stands in the place of another. */
export type SelectorLook = "hash" | "pattern" | "regular-expression";

/** What regular expressions have, and hardly any name: `^`, `.*`, `\d`, `[a-z]`, `(a|b)`. */
const special = /^\^|\$$|\.[*+?]|\\[dwsDWS.]|\[[^\]]*\w-\w[^\]]*\]|\([^()]*\|[^()]*\)/u;
/** And what shells take for special in a pattern of files. */
const specialInPattern = /\?|\[[^\]]+\]|\{[^}]*,[^}]*\}/u;

/** A name or pattern that looks like something else, which a key may be called all the same. */
export function lookOf(selector: KeySelector): SelectorLook | undefined {
  if (selector.by === "hash") return undefined;
  // The expressions below take time that grows faster than a text, and names have no longest length.
  const text = (selector.by === "name" ? selector.name : selector.pattern).slice(0, longestPattern);
  if (keyHashPattern.test(text)) return "hash";
  if (special.test(text) || (selector.by === "pattern" && specialInPattern.test(text)))
    return "regular-expression";
  return selector.by === "name" && text.includes("*") ? "pattern" : undefined;
}

/** How a message calls what was selected; for a hash its first 8 characters. */
export function describeSelector(selector: KeySelector): string {
  if (selector.by === "hash") return `hash ${shortId(selector.hash)}`;
  return selector.by === "name" ? `name ${selector.name}` : `pattern ${selector.pattern}`;
}
