import { z } from "zod";
import { keyHashPattern } from "../provider/query";

/** A key that must have a guardrail, and which one. */
export type RequiredKey = {
  /** Guardrails (lower-case UUIDs) of which one must be assigned; undefined: any will do. */
  readonly guardrails: readonly string[] | undefined;
  /** What people call this requirement, for messages only. */
  readonly description: string | undefined;
} & (
  | { readonly by: "hash"; readonly hash: string }
  | { readonly by: "name"; readonly name: string; readonly assignedNameSuffices: boolean }
);

const rawKey = /sk-or-(?!v\d+-\w{1,6}(?:\.{3}|…))[\w-]{8,}/iu;
const pastedKey = "holds what looks like an API key itself: rotate that key, and give its hash";

const hash = z
  .string({ error: "must be a key's hash: 64 hexadecimal characters" })
  .refine((text) => !rawKey.test(text), { error: pastedKey, abort: true })
  .regex(keyHashPattern, { error: "must be a key's hash: 64 hexadecimal characters, never the key itself" })
  .toLowerCase();

const name = z
  .string({ error: "must be a key's name" })
  .min(1, { error: "must not be empty" })
  .refine((text) => !rawKey.test(text), { error: pastedKey });

const guardrailId = z.guid({ error: "must be the UUID of a guardrail" }).toLowerCase();

const oneOrMore = { error: "must be the UUID of a guardrail, or a list of them that is not empty" };

const common = {
  guardrail: z.union([guardrailId, z.array(guardrailId).min(1, oneOrMore)], oneOrMore).optional(),
  description: z
    .string({ error: "must be text" })
    .refine((text) => !rawKey.test(text), { error: pastedKey })
    .optional(),
};

const byHash = z.strictObject({ hash, ...common });
const byName = z.strictObject({
  name,
  assignedNameSuffices: z.boolean({ error: "must be true or false" }).default(false),
  ...common,
});

/** One entry of `requiredKeys`, as people write it. */
export const requiredKey = z
  .custom<Record<string, unknown>>((value) => typeof value === "object" && value !== null, {
    error: "must be an object with a hash or a name",
    abort: true,
  })
  .refine((value) => "hash" in value !== "name" in value, {
    error: "must have either a hash or a name",
    abort: true,
  })
  // Chosen by the property present, not by a union: a union's error does not say which part of which form is wrong.
  .transform((value, context): RequiredKey => {
    const parsed = "hash" in value ? byHash.safeParse(value) : byName.safeParse(value);
    if (!parsed.success) {
      for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: undefined });
      return z.NEVER;
    }
    const { guardrail, description } = parsed.data;
    const shared = { guardrails: typeof guardrail === "string" ? [guardrail] : guardrail, description };
    return "hash" in parsed.data
      ? { by: "hash", hash: parsed.data.hash, ...shared }
      : {
          by: "name",
          name: parsed.data.name,
          assignedNameSuffices: parsed.data.assignedNameSuffices,
          ...shared,
        };
  });
