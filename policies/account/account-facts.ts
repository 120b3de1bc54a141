import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { NamedGuardrail } from "../../provider/inventory/contract";
import type { KeyInventory } from "../../provider/inventory/inventory";
import type { Address } from "../../provider/settings/settings";

/** What a check has read of one account, as far as its rules needed it: what was not read is undefined. */
export interface AccountFacts extends Address {
  /** The environment variable its management key came from. */
  readonly credentialVariable: string | undefined;
  readonly assignments: KeyAssignmentsSnapshot | undefined;
  readonly inventory: KeyInventory | undefined;
  /** What its guardrails are called, by lower-case id, as far as that could be read. */
  readonly guardrails: ReadonlyMap<string, NamedGuardrail>;
}
