import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { Guardrail } from "../../provider/inventory/contract";
import type { KeyInventory } from "../../provider/inventory/inventory";
import type { Evidence, NoEvidence } from "./evidence";

/** The guardrails asked for, by id; `absent` where the service knows none of that id. */
export type Guardrails = ReadonlyMap<string, Guardrail | "absent">;

/** An account that nobody can read: every question is answered by why. */
export function unreadableAccount(why: NoEvidence): AccountEvidence {
  const none = async () => why;
  return { assignments: none, inventory: none, guardrails: none };
}

/** Where a rule's evidence about the account comes from. Each is read at most once in a run. */
export interface AccountEvidence {
  assignments(): Promise<Evidence<KeyAssignmentsSnapshot>>;
  inventory(): Promise<Evidence<KeyInventory>>;
  guardrails(ids: readonly string[]): Promise<Evidence<Guardrails>>;
}
