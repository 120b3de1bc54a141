/** What to do about a key. report/describe-remedy.ts puts it into words. */
export type Remedy =
  /** It passes. */
  | { readonly kind: "none" }
  /** Assign a guardrail, one of those that its finding requires. */
  | { readonly kind: "assign" }
  /** Assign one, unless no key has its hash any more. */
  | { readonly kind: "assign-or-correct-hash" }
  /** Change the guardrail that its cause names, or assign another one. */
  | { readonly kind: "change-guardrail" }
  /** Assign another guardrail, if the one that its cause names was deleted. */
  | { readonly kind: "replace-if-gone" }
  | { readonly kind: "as-said-above" | "read-inventory" | "check-management-key" | "set-clock" }
  | { readonly kind: "declare-assignment" | "declare-assignment-and-hash" | "deploy-with-assignment" }
  | { readonly kind: "name-declared-keys" | "refresh" }
  | { readonly kind: "deploy-guardrail" | "deploy-guardrail-or-assign-known" }
  /** Foreign text. */
  | { readonly kind: "name-created-property"; readonly types: readonly string[] }
  /** `isExpired`: a key that matches has expired, and none is only disabled. */
  | { readonly kind: "correct-requirement"; readonly isExpired: boolean }
  | { readonly kind: "correct-hash" };

/** Of keys that do not pass. */
export const remedyKinds = [
  ...(["assign", "assign-or-correct-hash", "change-guardrail", "replace-if-gone"] as const),
  ...(["as-said-above", "read-inventory", "check-management-key", "set-clock"] as const),
  ...(["declare-assignment", "declare-assignment-and-hash", "deploy-with-assignment"] as const),
  ...(["name-declared-keys", "refresh", "deploy-guardrail", "deploy-guardrail-or-assign-known"] as const),
  ...(["name-created-property", "correct-requirement", "correct-hash"] as const),
] as const satisfies readonly Exclude<Remedy["kind"], "none">[];

/** Whether a command that assigns a guardrail can help. Any other remedy alone says what does. */
export function isByAssignment({ kind }: Pick<Remedy, "kind">): boolean {
  return kind === "assign" || kind === "assign-or-correct-hash" || kind === "change-guardrail";
}
