import { listed } from "../../provider/counted";
import { sanitize } from "../../provider/redaction/sanitize";
import { shortId } from "../../provider/short-id";
import type { Demand } from "../findings/cause";
import type { OpenGuardrail } from "./choose-guardrail";
import { describeKeys } from "./describe";
import type { Fix } from "./fix";

interface FixContext {
  /** How many failing keys stand beside it: where they are more than its own, these are named. */
  readonly shown?: number;
  /** A guardrail is chosen that nothing requires: why, in words that follow its name. */
  readonly why?: string | undefined;
}

/** What a fix is for, in words before its command. */
export function describeFix(
  { guardrail, keys }: Pick<Fix, "guardrail" | "keys">,
  { shown = keys.length, why = "passes every rule in force" }: FixContext = {},
): string {
  const isEvery = keys.length >= shown;
  const many = keys.length === 1 ? "this key" : `these ${keys.length} keys`;
  const named =
    keys.length === 1 ? `key ${describeKeys(keys)}` : `the ${keys.length} keys ${describeKeys(keys)}`;
  const these = isEvery ? many : named;
  switch (guardrail.kind) {
    case "open":
      return `Assign a guardrail to ${these} (${whyOpen(guardrail)}put the id of the one you choose in the first line):`;
    case "required":
    case "approved":
      return `Assign guardrail ${called(guardrail)}, which is ${guardrail.kind}, to ${these}:`;
    case "passing":
      return `Assign a guardrail to ${these} (${called(guardrail)} ${why}):`;
  }
}

/** The most ids that are named. */
const mostAbsent = 3;

function whyOpen({ unproven, nonePasses, absent }: OpenGuardrail): string {
  if (absent !== undefined) {
    const ids = absent.ids.map((id) => sanitize(id));
    const are = ids.length === 1 ? `${ids} is` : `${listed(ids, mostAbsent)} are`;
    return `${are} ${absent.demand}, and the account has no such guardrail: correct the configuration, and `;
  }
  if (nonePasses === true) return "none that the account shows is known to pass every rule in force; ";
  return unproven === undefined ? "" : `${called(unproven)} is not known to enforce anything; `;
}

/** What is to be changed in a guardrail. */
export function describeChange({
  guardrail,
  lacks,
  demand,
  keys,
}: {
  readonly guardrail: { readonly id: string; readonly name?: string | undefined };
  readonly lacks: string;
  readonly demand?: Demand | undefined;
  readonly keys: number;
}): string {
  const change = `Change guardrail ${called(guardrail)}, which`;
  const vain = keys === 0 ? "to assign it is not enough" : "assigning it again does not help";
  if (demand !== undefined) return `${change} is ${demand} and ${lacks}: ${vain}.`;
  const these = keys === 1 ? "the key that has it" : `the ${keys} keys that have it`;
  return `${change} ${lacks}, or assign another one to ${these}.`;
}

export const fixInPulumi =
  "or in Pulumi: a GuardrailKeyAssignment with keyHash and guardrailId (node_modules/pulumi-guardrails/docs/recipes.md)";

function called({ id, name }: { readonly id: string; readonly name?: string | undefined }): string {
  return name === undefined ? sanitize(id) : `"${sanitize(name)}" ${shortId(id)}…`;
}
