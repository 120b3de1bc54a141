import { assignedGuardrails } from "../../provider/assignments/by-key";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import { withoutDoubt } from "../../provider/errors";
import type { Guardrail, NamedGuardrail } from "../../provider/inventory/contract";
import type { KeyInventory } from "../../provider/inventory/inventory";
import type { Settings } from "../../provider/settings/settings";
import { type AccountFacts, byAddress } from "./account-facts";
import type { Evidence } from "./evidence";
import type { AccountEvidence, Guardrails, WholeAccountEvidence } from "./evidence-source";
import type { LiveAccounts, NamedAccountEvidence } from "./live-evidence";

/** An account that remembers what the rules read of it: a report shows that, and no list is read for a report's sake. */
export class RecordedAccount implements AccountEvidence {
  readonly #live: NamedAccountEvidence;
  readonly #settings: Settings;
  #assignments: KeyAssignmentsSnapshot | undefined;
  #inventory: KeyInventory | undefined;
  readonly #guardrails = new Map<string, NamedGuardrail>();
  readonly #absent = new Set<string>();
  /** Ids of guardrails whose names were looked for. */
  readonly #sought = new Set<string>();

  constructor(live: NamedAccountEvidence, settings: Settings) {
    this.#live = live;
    this.#settings = settings;
  }

  async assignments(): Promise<Evidence<KeyAssignmentsSnapshot>> {
    const read = await this.#live.assignments();
    if (read.kind === "read") this.#assignments = read.value;
    return read;
  }

  async wholeAccount(): Promise<WholeAccountEvidence> {
    const whole = await this.#live.wholeAccount();
    const { assignments, inventory } = whole;
    if (assignments.kind === "read") this.#assignments = assignments.value;
    if (inventory.kind === "read") this.#inventory = inventory.value;
    return whole;
  }

  async guardrails(ids: readonly string[]): Promise<Evidence<Guardrails>> {
    const read = await this.#live.guardrails(ids);
    if (read.kind === "read") {
      for (const [id, one] of read.value) {
        if (one !== "absent") this.#hold(id, one);
      }
    }
    return read;
  }

  /**
   * What was read, with the names of the guardrails that keys are assigned to: the one list that is read for people alone.
   * @param assignable lower-case ids of guardrails that a fix may assign, which are looked for too
   * @returns with it, why the names could not be had, if so: what a report says once
   */
  async facts(assignable: ReadonlySet<string>): Promise<{
    readonly facts: AccountFacts;
    readonly note: string | undefined;
  }> {
    const { service, baseUrl, credential } = this.#settings;
    const assigned = assignedGuardrails(this.#assignments?.assignments ?? []);
    const isUnnamed = (id: string): boolean => !this.#guardrails.has(id) && !this.#sought.has(id);
    const isShown = assigned.some(isUnnamed);
    const others = this.#assignments === undefined ? [] : assignable;
    const unnamed = new Set([...assigned, ...others].filter(isUnnamed));
    for (const id of unnamed) this.#sought.add(id);
    const workspaces = (this.#inventory?.workspaces ?? []).map(({ id }) => id);
    // Where no key has one, those of the account are what a fix can assign.
    const isFirst = this.#assignments !== undefined && assigned.length === 0 && this.#guardrails.size === 0;
    const names = await this.#live.guardrailNames(isFirst ? "all" : unnamed, workspaces);
    if (names.kind === "read") {
      for (const [id, one] of names.value) this.#guardrails.set(id, one);
      await this.#lookUp([...others].filter((id) => unnamed.has(id) && !names.value.has(id)));
    }
    return {
      facts: {
        service,
        baseUrl,
        credentialVariable: credential.variable,
        assignments: this.#assignments,
        inventory: this.#inventory,
        guardrails: new Map(this.#guardrails),
        absentGuardrails: new Set(this.#absent),
      },
      note: names.kind === "read" || !isShown ? undefined : withoutNames(names.why),
    };
  }

  /** Guardrails that no list shows: those of a workspace that was not read, and those that do not exist. */
  async #lookUp(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const read = await this.#live.guardrails(ids.slice(0, mostLookedUp));
    if (read.kind === "none") return;
    for (const [id, one] of read.value) {
      if (one === "absent") this.#absent.add(id);
      else this.#hold(id, one);
    }
  }

  #hold(id: string, content: Guardrail): void {
    this.#guardrails.set(id, { name: content.name, workspaceId: undefined, content });
  }
}

/** A request for each, for people only. */
const mostLookedUp = 20;

/** What the rules of one run read of all accounts. */
export class RecordedAccounts {
  readonly #live: LiveAccounts;
  readonly #recorded = new Map<NamedAccountEvidence, RecordedAccount>();

  constructor(live: LiveAccounts) {
    this.#live = live;
  }

  for(settings: Settings): RecordedAccount {
    const live = this.#live.for(settings);
    const known = this.#recorded.get(live) ?? new RecordedAccount(live, settings);
    this.#recorded.set(live, known);
    return known;
  }

  async facts(assignable: ReadonlySet<string>): Promise<KnownFacts> {
    return knownFacts([...this.#recorded.values()], assignable);
  }
}

/** What is known of accounts, for people. */
export interface KnownFacts {
  readonly accounts: readonly AccountFacts[];
  /** What could not be read, as whole sentences. */
  readonly notes: readonly string[];
}

/**
 * @param assignable lower-case ids of guardrails that a fix may assign
 * @param others of which only the address is known
 */
export async function knownFacts(
  recorded: readonly RecordedAccount[],
  assignable: ReadonlySet<string>,
  others: readonly AccountFacts[] = [],
): Promise<KnownFacts> {
  const known = await Promise.all(recorded.map((one) => one.facts(assignable)));
  return {
    accounts: byAddress([...known.map(({ facts }) => facts), ...others]),
    notes: [...new Set(known.flatMap(({ note }) => note ?? []))],
  };
}

/** A name that is missing leaves nothing unverified. */
function withoutNames(why: string): string {
  return `Showing guardrail ids instead of names: ${withoutDoubt(why)}`;
}
