import { sanitize } from "../../provider/redaction/sanitize";
import { shortId } from "../../provider/short-id";
import type { Demand } from "../findings/demand";
import type { Fix } from "./fix";

/**
 * What a fix is for, in words before its command.
 * @param why a guardrail is chosen that nothing requires, in words that follow its name
 */
export function describeFix(
  {
    guardrail,
    keys,
  }: {
    readonly guardrail: Fix["guardrail"];
    readonly keys: readonly unknown[];
  },
  why = "passes every rule in force",
): string {
  const these = keys.length === 1 ? "this key" : `these ${keys.length} keys`;
  switch (guardrail.kind) {
    case "open":
      return `Assign a guardrail to ${these} (${unproven(guardrail)}put its id in the first line):`;
    case "required":
    case "approved":
      return `Assign guardrail ${named(guardrail)}, which is ${guardrail.kind}, to ${these}:`;
    case "passing":
      return `Assign a guardrail to ${these} (${named(guardrail)} ${why}):`;
  }
}

function unproven({ unproven: one }: Extract<Fix["guardrail"], { readonly kind: "open" }>): string {
  return one === undefined ? "" : `${named(one)} is not known to enforce anything; `;
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
  const change = `Change guardrail ${named(guardrail)}, which`;
  const vain = keys === 0 ? "to assign it is not enough" : "assigning it again does not help";
  if (demand !== undefined) return `${change} is ${demand} and ${lacks}: ${vain}.`;
  const these = keys === 1 ? "the key that has it" : `the ${keys} keys that have it`;
  return `${change} ${lacks}, or assign another one to ${these}.`;
}

export const fixInPulumi =
  "or in Pulumi: a GuardrailKeyAssignment with keyHash and guardrailId (node_modules/pulumi-guardrails/docs/recipes.md)";

function named({ id, name }: { readonly id: string; readonly name?: string | undefined }): string {
  return name === undefined ? sanitize(id) : `"${sanitize(name)}" ${shortId(id)}…`;
}
