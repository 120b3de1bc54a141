import { orList } from "../../provider/counted";
import { sanitize } from "../../provider/redaction/sanitize";
import type { Finding } from "../findings/report";
import { describeGuardrailId, type GuardrailNames, noNames } from "./describe-cause";

interface Options {
  /** How many keys it is said of. */
  readonly keys?: number;
  readonly nameOf?: GuardrailNames;
}

/** What to do about a key, whole sentences; undefined where it passes. */
export function describeRemedy(
  { remedy, required }: Pick<Finding, "remedy" | "required">,
  { keys = 1, nameOf = noNames }: Options = {},
): string | undefined {
  switch (remedy.kind) {
    case "none":
      return undefined;
    case "assign":
      return howToAssign(whichOf(required, nameOf), keys);
    case "assign-or-correct-hash":
      return (
        `${howToAssign(whichOf(required, nameOf), keys)} If the service answers 404 to that, no key has ` +
        "such a hash any more: require the new key's hash, or its name."
      );
    case "change-guardrail":
      return "Change that guardrail, or assign another one, then run this again.";
    case "replace-if-gone":
      return `If that guardrail was deleted: ${howToAssign("a guardrail", keys)}`;
    case "as-said-above":
      return "Fix what is named above.";
    case "read-inventory":
      return 'Fix what is named above, or require the key by its hash; for a name, "assignedNameSuffices": true judges the assigned keys alone.';
    case "name-declared-keys":
      return "Give every declared key a name that is known at preview, or require keys by their hash.";
    case "deploy-with-assignment":
      return "Deploy it together with an assignment of its hash.";
    case "declare-assignment":
      return "Declare an assignment with this key's hash.";
    case "declare-assignment-and-hash":
      return "Declare an assignment with this key's hash; its type must have the property hash, by which that is seen.";
    case "deploy-guardrail":
      return "Deploy the guardrail first, then assign it.";
    case "deploy-guardrail-or-assign-known":
      return "Deploy the guardrail first, or assign one whose id is known.";
    case "refresh":
      return "Run pulumi up --refresh, or deploy that change first.";
    case "name-created-property": {
      const types = remedy.types.map((type) => sanitize(type)).join(", ");
      return `In "assignmentTypes", name for ${types} the "createdProperty": an output that only its creation tells.`;
    }
    case "check-management-key":
      return "Check that the management key is that account's.";
    case "correct-requirement":
      return remedy.isExpired
        ? "Correct the requirement, make a new key that it matches, or take the requirement out."
        : "Correct the requirement, enable the key, or take the requirement out.";
    case "correct-hash":
      return "The key was deleted or rotated, or the hash is mistyped: give the requirement the hash of the new key, require its name, or take the requirement out.";
    case "set-clock":
      return setClock;
  }
}

/** What to do where nobody can tell what has expired. */
export const setClock = "Set this machine's clock, or read the service directly, then run this again.";

function whichOf(required: Finding["required"], nameOf: GuardrailNames): string {
  const named = required?.guardrails.map((id) => describeGuardrailId(id, nameOf));
  return named === undefined ? "a guardrail" : `guardrail ${orList(named)}`;
}

function howToAssign(guardrail: string, keys: number): string {
  return `Assign ${guardrail} to ${keys === 1 ? "it" : `each of these ${keys} keys`}, then run this again.`;
}
