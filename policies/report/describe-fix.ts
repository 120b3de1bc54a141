import { sanitize } from "../../provider/sanitize";
import type { Fix } from "./fix";
import { shortId } from "./short-id";

/** What a fix is for, in words before its command. */
export function describeFix({
  guardrail,
  keys,
}: {
  readonly guardrail: Fix["guardrail"];
  readonly keys: readonly unknown[];
}): string {
  const these = keys.length === 1 ? "this key" : `these ${keys.length} keys`;
  switch (guardrail.kind) {
    case "open":
      return `Assign a guardrail to ${these} (put its id in the first line):`;
    case "required":
      return `Assign guardrail ${named(guardrail)}, which is required, to ${these}:`;
    case "passing":
      return `Assign a guardrail to ${these} (${named(guardrail)} passes every rule in force):`;
  }
}

export const fixInPulumi = "or in Pulumi: a GuardrailKeyAssignment with keyHash and guardrailId";

function named({ id, name }: { readonly id: string; readonly name?: string | undefined }): string {
  return name === undefined ? sanitize(id) : `"${sanitize(name)}" ${shortId(id)}…`;
}
