import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { Guardrail } from "../../provider/inventory/contract";
import type { KeyInventory } from "../../provider/inventory/inventory";
import type { Evidence, NoEvidence } from "./evidence";

/** The guardrails asked for, by id; `absent` where the service knows none of that id. */
export type Guardrails = ReadonlyMap<string, Guardrail | "absent">;

/** An account that nobody can read: every question is answered by why. */
export function unreadableAccount(why: NoEvidence): AccountEvidence {
  const none = async () => why;
  return {
    assignments: none,
    wholeAccount: async () => ({ assignments: why, inventory: why }),
    guardrails: none,
  };
}

/** All keys of an account and all assignments: where both were read, they fit together. */
export interface WholeAccountEvidence {
  readonly assignments: Evidence<KeyAssignmentsSnapshot>;
  readonly inventory: Evidence<KeyInventory>;
}

/**
 * Where a rule's evidence about the account comes from. Each list is read at most once in a run, save that both are read
 * again where they do not fit together.
 */
export interface AccountEvidence {
  assignments(): Promise<Evidence<KeyAssignmentsSnapshot>>;
  wholeAccount(): Promise<WholeAccountEvidence>;
  guardrails(ids: readonly string[]): Promise<Evidence<Guardrails>>;
}
