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
  /** Lower-case ids that a fix might have assigned, and that no guardrail of it has. */
  readonly absentGuardrails: ReadonlySet<string>;
}

/** One account may be read within different limits: what is known of it is known once. */
export function byAddress(accounts: readonly AccountFacts[]): readonly AccountFacts[] {
  const known = new Map<string, AccountFacts>();
  for (const account of accounts) {
    const place = `${account.service} ${account.baseUrl}`;
    const before = known.get(place);
    known.set(place, {
      ...account,
      credentialVariable: before?.credentialVariable ?? account.credentialVariable,
      assignments: before?.assignments ?? account.assignments,
      inventory: before?.inventory ?? account.inventory,
      guardrails: new Map([...(before?.guardrails ?? []), ...account.guardrails]),
      absentGuardrails: new Set([...(before?.absentGuardrails ?? []), ...account.absentGuardrails]),
    });
  }
  return [...known.values()];
}

/** An account of which only the address is known. */
export function nothingReadOf({ service, baseUrl }: Address): AccountFacts {
  const nothing = { credentialVariable: undefined, assignments: undefined, inventory: undefined };
  return { service, baseUrl, ...nothing, guardrails: new Map(), absentGuardrails: new Set() };
}
