import * as z from "zod";
import { orList } from "../../provider/counted";
import { sanitize } from "../../provider/redaction/sanitize";
import { DeclaredAssignments } from "../account/declared-assignments";
import { declaredIdentity } from "../account/declared-key";
import { overridable } from "../configuration/shared-settings";
import type { DeclaredAssignment, DeclaredKey } from "../evidence/stack-resources";
import type { Finding } from "../findings/report";
import { defineRule } from "./rule";

/**
 * Each API key that the stack declares feeds an assignment of the same stack, seen through property dependencies: so an
 * unguarded key is stopped at preview, before it exists.
 */
export const declaredKeysGuarded = defineRule({
  name: "declared-keys-guarded",
  letter: "D",
  title: "Declared keys are guarded",
  description: "Every API key declared in the stack feeds a guardrail assignment of the same stack.",
  severity: "high",
  takesAnyGuardrail: true,
  target: "stack",
  inForce:
    "always under a Pulumi engine, where the stack declares a key; pulumi-guardrails check sees no stack",
  remediation:
    "Declare an assignment resource whose key hash is the hash of the key named in the message, in the same stack. " +
    "Where the message says could not be verified, run it again without --target.",
  form: z.strictObject(overridable),
  configure: ({ shared: { keyTypes } }) => ({
    kind: "configured",
    needs: [],
    judge: ({ declared }) => {
      if (declared.keys.length === 0) {
        return {
          kind: "not-applicable",
          why: `the stack has no resource of ${orList(keyTypes.map((type) => sanitize(type)))}`,
        };
      }
      const assignments = new DeclaredAssignments(declared);
      const findings = declared.keys.map((key) => judgeDeclared(key, assignments.ofDeclared(key)));
      return { kind: "judged", subject: "declared keys", findings, problems: [], notes: [] };
    },
  }),
});

function judgeDeclared(declared: DeclaredKey, assignments: readonly DeclaredAssignment[]): Finding {
  const found = {
    key: declaredIdentity(declared),
    guardrailIds: assignments.flatMap(({ guardrailId }) => guardrailId ?? []),
  };
  if (assignments.length > 0) {
    return { ...found, state: "guarded", cause: { kind: "feeds-assignment" }, remedy: { kind: "none" } };
  }
  const isHashAbsent = declared.hash.kind === "absent";
  if (declared.name.kind === "absent" && isHashAbsent) {
    const remedy = { kind: "deploy-with-assignment" } as const;
    return { ...found, state: "unverified", cause: { kind: "not-shown" }, remedy };
  }
  const remedy = { kind: isHashAbsent ? "declare-assignment-and-hash" : "declare-assignment" } as const;
  return { ...found, state: "unguarded", cause: { kind: "feeds-no-assignment" }, remedy };
}
