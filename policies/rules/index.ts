import { approvedGuardrailsOnly } from "./approved-guardrails-only";
import { declaredKeysGuarded } from "./declared-keys-guarded";
import { guardrailsEnforceSomething } from "./guardrails-enforce-something";
import { noUnguardedKeys } from "./no-unguarded-keys";
import { requiredKeysGuarded } from "./required-keys-guarded";
import type { Rule } from "./rule";

/** All rules, in the order in which they judge. */
export const rules: readonly Rule[] = [
  requiredKeysGuarded,
  noUnguardedKeys,
  approvedGuardrailsOnly,
  guardrailsEnforceSomething,
  declaredKeysGuarded,
];

export const ruleNames: readonly string[] = rules.map(({ name }) => name);
