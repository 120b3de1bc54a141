import type { KeyAssignment } from "../../provider/assignments/contract";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { ApiKey } from "../../provider/inventory/contract";
import type { KeySelector } from "../configuration/key-selector";
import type { Evidence } from "../evidence/evidence";
import type { DeclaredAssignment, DeclaredKey } from "../evidence/stack-resources";
import type { KeyIdentity } from "../report/report";
import type { Facts } from "../rules/rule";
import { ActiveKeys } from "./active-keys";
import { AssignmentsByKey } from "./assignments-by-key";
import { declaredIdentity, isIn, isNamed, isNameOpen } from "./declared-key";
import { groupBy } from "./group-by";
import { matcherOf, type NameSelector } from "./name-selector";

/** A key with what guards it. */
export interface AccountKey {
  readonly identity: KeyIdentity;
  readonly assignments: readonly KeyAssignment[];
  /** What this deployment is about to assign to it. */
  readonly planned: readonly DeclaredAssignment[];
}

/** The keys a selector means, or why nobody can tell. */
export type Selection =
  | { readonly kind: "keys"; readonly keys: readonly AccountKey[] }
  | {
      readonly kind: "unverified";
      /** What could not be read, if that is why: whole sentences. */
      readonly problem?: string;
      readonly reason: string;
      readonly remedy: string;
    };

/** The facts as keys: looked up by hash, name and pattern, each in one step. */
export class Account {
  /** The complete list, or why there is none. */
  readonly assignments: Evidence<KeyAssignmentsSnapshot>;
  readonly #facts: Facts;
  readonly #byHash: ReadonlyMap<string, readonly KeyAssignment[]>;
  readonly #planned: AssignmentsByKey;
  readonly #leavesNameOpen: boolean;
  #byName: ReadonlyMap<string, readonly KeyAssignment[]> | undefined;
  #active: Evidence<ActiveKeys> | undefined;

  constructor(facts: Facts) {
    this.#facts = facts;
    this.assignments = completeOrNone(facts.assignments);
    this.#byHash = groupBy(this.#rows(), ({ keyHash }) => keyHash.toLowerCase());
    this.#planned = new AssignmentsByKey(facts.planned);
    this.#leavesNameOpen = facts.planned.keys.some(isNameOpen);
  }

  /**
   * The keys that a selector means. A hash is one key, and the list of assignments says whether it has one. Names and
   * patterns are looked up in the inventory, because a key without an assignment is not in that list; unless `assignedNameSuffices`.
   */
  select(selector: KeySelector, assignedNameSuffices: boolean): Selection {
    if (this.assignments.kind === "none") {
      return {
        kind: "unverified",
        problem: this.assignments.why,
        reason: "could not be verified",
        remedy: "Fix what is named above.",
      };
    }
    if (selector.by === "hash") return { kind: "keys", keys: [this.#keyOf(selector.hash)] };
    if (selector.by === "name" && assignedNameSuffices) {
      return { kind: "keys", keys: this.#assignedKeysNamed(selector.name) };
    }
    return this.#selectFromInventory(selector);
  }

  /**
   * Every enabled, unexpired key of the inventory, and each that this deployment is about to make; one that it is about to
   * rename under both names.
   */
  everyKey(): Evidence<readonly AccountKey[]> {
    if (this.assignments.kind === "none") return this.assignments;
    const active = this.#activeKeys();
    if (active.kind === "none") return active;
    const keys = this.#withDeclared(active.value.all, active.value, (key) => !keepsName(key, active.value));
    return { kind: "read", value: keys };
  }

  /** Every key with an assignment, made or planned. */
  assignedKeys(): readonly AccountKey[] {
    const { keys, assignments } = this.#facts.planned;
    const hashes = new Set([...this.#byHash.keys(), ...assignments.flatMap(({ keyHashes }) => keyHashes)]);
    const ofOthers = assignments.filter(
      ({ keyHashes, unknownKeys }) => unknownKeys > 0 || keyHashes.length === 0,
    );
    return [
      ...[...hashes].map((hash) => this.#keyOf(hash)),
      ...ofOthers.map((assignment) => ({
        identity: fedBy(assignment, keys),
        assignments: [],
        planned: [assignment],
      })),
    ];
  }

  #assignedKeysNamed(name: string): readonly AccountKey[] {
    this.#byName ??= groupBy(this.#rows(), ({ keyName }) => keyName);
    const rows = this.#byName.get(name) ?? [];
    const hashes = new Set(rows.map(({ keyHash }) => keyHash.toLowerCase()));
    const declared = this.#facts.planned.keys.filter(
      (key) => isNamed(key, (text) => text === name) && !isIn(hashes, key),
    );
    return [
      ...[...hashes].map((hash) => this.#keyOf(hash)),
      ...declared.map((key) => this.#keyDeclared(key)),
    ];
  }

  #selectFromInventory(selector: NameSelector): Selection {
    const active = this.#activeKeys();
    if (active.kind === "none") {
      return {
        kind: "unverified",
        problem: active.why,
        reason: `could not be verified by ${selector.by}: the inventory of all keys could not be read`,
        remedy:
          'Fix what is named above, or require the key by its hash; for a name, "assignedNameSuffices": true judges the assigned keys alone.',
      };
    }
    if (this.#leavesNameOpen) {
      return {
        kind: "unverified",
        reason: `could not be verified by ${selector.by}: the name of a key declared in this stack is not known before deployment`,
        remedy: "Give every declared key a name that is known at preview, or require keys by their hash.",
      };
    }
    const found = active.value.find(selector);
    const hashes = new Set(found.map(({ hash }) => hash));
    const matches = matcherOf(selector);
    const wanted = (key: DeclaredKey) => isNamed(key, matches) && !isIn(hashes, key);
    return { kind: "keys", keys: this.#withDeclared(found, active.value, wanted) };
  }

  /** The keys found under the names they have, and of those that this deployment is about to make or rename the wanted ones. */
  #withDeclared(
    found: readonly ApiKey[],
    active: ActiveKeys,
    wanted: (key: DeclaredKey) => boolean,
  ): readonly AccountKey[] {
    const declared = this.#facts.planned.keys.filter((key) => wanted(key) && !isIn(active.switchedOff, key));
    return [
      ...found.map((key) => this.#keyOf(key.hash, key)),
      ...declared.map((key) => this.#keyDeclared(key)),
    ];
  }

  #keyOf(hash: string, key?: ApiKey): AccountKey {
    const assignments = this.#byHash.get(hash) ?? [];
    const [row] = assignments;
    return {
      identity: { hash, name: key?.name ?? row?.keyName, label: key?.label ?? row?.keyLabel },
      assignments,
      planned: this.#planned.ofHash(hash),
    };
  }

  #keyDeclared(key: DeclaredKey): AccountKey {
    return {
      identity: declaredIdentity(key),
      assignments: key.hash.kind === "known" ? (this.#byHash.get(key.hash.text) ?? []) : [],
      planned: this.#planned.ofDeclared(key),
    };
  }

  #rows(): readonly KeyAssignment[] {
    return this.assignments.kind === "read" ? this.assignments.value.assignments : [];
  }

  #activeKeys(): Evidence<ActiveKeys> {
    const { inventory, now } = this.#facts;
    this.#active ??=
      inventory.kind === "none" ? inventory : { kind: "read", value: new ActiveKeys(inventory.value, now) };
    return this.#active;
  }
}

/** The key an assignment is for, as far as that is known before deployment; else the assignment's own name. */
function fedBy({ resourceName, keyUrns }: DeclaredAssignment, keys: readonly DeclaredKey[]): KeyIdentity {
  const key = keyUrns.length === 1 ? keys.find(({ urn }) => urn === keyUrns[0]) : undefined;
  return key === undefined ? { description: resourceName } : declaredIdentity(key);
}

/** Whether a declared key exists and its resource gives it no other name than it has. */
function keepsName({ name, hash }: DeclaredKey, active: ActiveKeys): boolean {
  const held = hash.kind === "known" ? active.nameOf(hash.text) : undefined;
  return held !== undefined && (name.kind === "absent" || (name.kind === "known" && name.text === held));
}

/** A part of the list may leave out the very row that does not comply. */
function completeOrNone(evidence: Evidence<KeyAssignmentsSnapshot>): Evidence<KeyAssignmentsSnapshot> {
  if (evidence.kind === "none" || evidence.value.scope.kind === "complete") return evidence;
  return {
    kind: "none",
    why: "could not verify: only a part of the list was read. Read it without filters.",
  };
}
