import * as z from "zod";
import { guardrailId, type KeySelector, saidText, selecting, selectorOf } from "./key-selector";

/** Keys that must have a guardrail, and which one. */
export type RequiredKey = KeySelector & {
  /** Guardrails (lower-case UUIDs) of which one must be assigned; undefined: any will do. */
  readonly guardrails: readonly string[] | undefined;
  /** What people call this requirement, for messages only. */
  readonly description: string | undefined;
  /** Where it stands: `guardrails-settings.requiredKeys[0]`. */
  readonly place: string;
  /** A name is judged by the assigned keys alone, although another key of that name may have no assignment. */
  readonly assignedNameSuffices: boolean;
};

const oneOrMore = {
  error: "must be the UUID of a guardrail (not its name), or a list of them that is not empty",
};

/** A requirement by itself: the list it stands in tells where. */
export type StatedKey = KeySelector &
  Pick<RequiredKey, "guardrails" | "description" | "assignedNameSuffices">;

/** One entry of `requiredKeys`, as people write it. */
const requiredKey = selecting({
  guardrail: z
    .union([guardrailId.transform((id) => [id]), z.array(guardrailId).min(1, oneOrMore)], oneOrMore)
    .optional(),
  description: saidText("text").optional(),
  assignedNameSuffices: z.boolean({ error: "must be true or false" }).optional(),
})
  .refine((entry) => entry.assignedNameSuffices === undefined || entry.name !== undefined, {
    path: ["assignedNameSuffices"],
    error: "is only for a name",
  })
  .transform((entry): StatedKey => {
    const { guardrail: guardrails, description, assignedNameSuffices = false } = entry;
    return { ...selectorOf(entry), guardrails, description, assignedNameSuffices };
  });

/** @internal */
export const requiredKeys = z.array(requiredKey, { error: "must be a list of keys" });

/** @param list where the requirements stand: `guardrails-settings.requiredKeys` */
export function requiredIn(list: string, stated: readonly StatedKey[] = []): readonly RequiredKey[] {
  return stated.map((one, index) => ({ ...one, place: `${list}[${index}]` }));
}
