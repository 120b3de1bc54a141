import type { KeyAssignment } from "../../provider/assignments/contract";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { ApiKey } from "../../provider/inventory/contract";
import { type KeyInventory, type KeyUse, useOf } from "../../provider/inventory/inventory";
import { nearNames } from "../../provider/spelling-suggestions";
import type { KeySelector } from "../configuration/key-selector";
import type { ClockDoubt } from "../evidence/clock-doubt";
import type { Doubt, Evidence } from "../evidence/evidence";
import type { DeclaredAssignment, DeclaredKey, StackResources } from "../evidence/stack-resources";
import type { NamedKey, Unverified } from "../findings/cause";
import type { Remedy } from "../findings/remedy";
import type { KeyIdentity } from "../findings/report";
import { ActiveKeys, type LeftOutKey } from "./active-keys";
import { AssignedKeys } from "./assigned-keys";
import { DeclaredAssignments } from "./declared-assignments";
import { declaredIdentity, isIn, isNamed, isNameOpen } from "./declared-key";
import { matcherOf, type NameSelector } from "./name-selector";
import { namesNearPattern } from "./near-pattern";

/** A key with what guards it. */
export interface AccountKey {
  readonly identity: KeyIdentity;
  readonly assignments: readonly KeyAssignment[];
  /** What the stack declares of it, where that counts. */
  readonly planned: readonly DeclaredAssignment[];
  /** Why nobody can tell whether it has expired, where that decides whether it is judged. */
  readonly expiryDoubt?: ClockDoubt | undefined;
}

/** A key that the service shows. */
export interface KnownKey extends AccountKey {
  readonly identity: { readonly hash: string; readonly name: string; readonly label: string };
  /** What the inventory says of it; undefined where it is not in one. */
  readonly listed: ApiKey | undefined;
}

/** What an account is joined from. */
export interface AccountInput {
  readonly assignments: Evidence<KeyAssignmentsSnapshot>;
  readonly inventory: Evidence<KeyInventory>;
  /** What the stack declares, where that counts. */
  readonly planned: StackResources;
  /** Milliseconds since 1970: keys expire. */
  readonly now: number;
}

/** The keys a selector means, or why nobody can tell. */
export type Selection =
  | {
      readonly kind: "keys";
      readonly keys: readonly AccountKey[];
      /** Those that it means too and that are not judged. */
      readonly leftOut: readonly LeftOutKey[];
    }
  | {
      readonly kind: "unverified";
      /** What could not be read, if that is why. */
      readonly problem?: Doubt;
      readonly cause: Unverified;
      readonly remedy: Remedy;
    };

/** The keys of a whole account. */
export interface EveryKey {
  readonly keys: readonly AccountKey[];
  /** Those that are not judged because they are disabled or have expired. */
  readonly leftOut: readonly LeftOutKey[];
}

/** Keys joined with assignments and plans, for rules and the command: looked up by hash, name and pattern, each in one step. */
export class Account {
  readonly #assigned: AssignedKeys;
  readonly #active: Evidence<ActiveKeys>;
  readonly inventory: Evidence<KeyInventory>;
  readonly #planned: DeclaredAssignments;
  readonly #declared: readonly DeclaredKey[];

  /** @param joined an account of the same plans, whose joins it takes over, and of the same list, if it is */
  constructor({ assignments, inventory, planned, now }: AccountInput, joined?: Account) {
    const assigned = joined === undefined ? undefined : joined.#assigned;
    this.#assigned = assigned?.isOf(assignments) === true ? assigned : new AssignedKeys(assignments);
    this.#planned = joined === undefined ? new DeclaredAssignments(planned) : joined.#planned;
    this.inventory = inventory;
    this.#active =
      inventory.kind === "none"
        ? inventory
        : { kind: "read", value: new ActiveKeys(inventory.value, useAfterwards(planned.keys, now)) };
    this.#declared = planned.keys;
  }

  /** The complete list, or why there is none. */
  get assignments(): Evidence<KeyAssignmentsSnapshot> {
    return this.#assigned.list;
  }

  /**
   * The keys that a selector means. A hash is one key, and the list of assignments says whether it has one. Names and
   * patterns are looked up in the inventory, because a key without an assignment is not in that list; unless `assignedNameSuffices`.
   */
  select(selector: KeySelector, assignedNameSuffices: boolean): Selection {
    if (this.assignments.kind === "none") {
      return {
        kind: "unverified",
        problem: this.assignments,
        cause: { kind: "list-unread", by: selector.by },
        remedy: { kind: "as-said-above" },
      };
    }
    if (selector.by === "hash") {
      const { hash } = selector;
      const active = this.#active;
      const listed = active.kind === "none" ? undefined : active.value.keyOf(hash);
      return { kind: "keys", keys: [this.#keyOf(hash, listed)], leftOut: [] };
    }
    if (selector.by === "name" && assignedNameSuffices) {
      return { kind: "keys", keys: this.#assignedKeysNamed(selector.name), leftOut: [] };
    }
    return this.#selectFromInventory(selector);
  }

  /**
   * Every enabled, unexpired key of the inventory, and each that this deployment is about to make; one that it is about to
   * rename under both names.
   */
  everyKey(): Evidence<EveryKey> {
    if (this.assignments.kind === "none") return this.assignments;
    const active = this.#active;
    if (active.kind === "none") return active;
    const { named } = active.value;
    const keys = this.#withDeclared(named.all, active.value, (key) => !keepsName(key, active.value));
    return { kind: "read", value: { keys, leftOut: active.value.reasonsOf(active.value.leftOut.all) } };
  }

  /** Names of enabled keys that may have been meant by a name that none has, or by a pattern that none matches. */
  namesNear(selector: NameSelector): readonly string[] {
    const active = this.#active;
    if (active.kind === "none") return [];
    const names = namesOf(active.value.named.all);
    return selector.by === "name"
      ? nearNames(selector.name, names)
      : namesNearPattern(selector.pattern, names);
  }

  /** Keys in use that may have been meant by what somebody calls a key: those of that very name, else of names near it. */
  keysCalled(name: string): readonly NamedKey[] {
    const active = this.#active;
    if (active.kind === "none") return [];
    const { named } = active.value;
    const keysOf = (one: string) => named.find({ by: "name", name: one });
    const same = keysOf(name);
    const found = same.length > 0 ? same : this.namesNear({ by: "name", name }).flatMap(keysOf);
    return found.map(({ hash, name: called }) => ({ hash, name: called }));
  }

  /** Whether no assignment of this hash is made, and none that may yet be made is declared. */
  isUnassigned(hash: string): boolean {
    if (this.#assigned.of(hash).length > 0) return false;
    return this.#planned.ofHash(hash).every(({ standing }) => standing === "exists");
  }

  /** Whether the whole inventory shows no key of this hash, and nothing else speaks of one; not where there is no inventory. */
  isAbsent(hash: string): boolean {
    // Most required keys are assigned: then nothing has to be looked up among all.
    if (!this.isUnassigned(hash)) return false;
    const active = this.#active;
    if (active.kind === "none" || active.value.keyOf(hash) !== undefined) return false;
    return this.#declared.every((key) => key.hash.kind !== "known" || key.hash.text !== hash);
  }

  /** All keys that the service shows, sorted by name: disabled and expired ones too; without an inventory those with an assignment. */
  knownKeys(): readonly KnownKey[] {
    const inventory = this.inventory.kind === "read" ? this.inventory.value.keys : [];
    const listed = inventory.map((key) => this.#knownKey(key.hash, key));
    const hashes = new Set(inventory.map(({ hash }) => hash));
    const unlisted = this.#assigned.hashes().filter((hash) => !hashes.has(hash));
    const order = ({ identity: { name, hash } }: KnownKey): string => `${name} ${hash}`;
    return [...listed, ...unlisted.map((hash) => this.#knownKey(hash))].toSorted((one, other) =>
      order(one) < order(other) ? -1 : 1,
    );
  }

  /** Not known to be disabled or expired: where nobody can tell, its `expiryDoubt` says why. */
  isInUse({ identity }: KnownKey): boolean {
    const active = this.#active;
    return active.kind === "none" || !active.value.switchedOff.has(identity.hash);
  }

  /** Every key with an assignment, made or planned. */
  assignedKeys(): readonly AccountKey[] {
    const { assignments } = this.#planned;
    const listed = this.#assigned.hashes();
    // Of one that exists the list decides whether its key has it.
    const planned = assignments.flatMap(({ standing, keyHashes }) =>
      standing === "exists" ? [] : keyHashes,
    );
    const hashes = planned.length === 0 ? listed : [...new Set([...listed, ...planned])];
    const ofOthers = assignments.filter(
      ({ keyHashes, unknownKeys }) => unknownKeys > 0 || keyHashes.length === 0,
    );
    return [
      ...hashes.map((hash) => this.#keyOf(hash)),
      ...ofOthers.map((assignment) => ({
        identity: fedBy(assignment, this.#declared),
        assignments: [],
        planned: [assignment],
      })),
    ];
  }

  #assignedKeysNamed(name: string): readonly AccountKey[] {
    const hashes = new Set(this.#assigned.hashesNamed(name));
    const declared = this.#declared.filter(
      (key) => isNamed(key, (text) => text === name) && !isIn(hashes, key),
    );
    return [
      ...[...hashes].map((hash) => this.#keyOf(hash)),
      ...declared.map((key) => this.#keyDeclared(key)),
    ];
  }

  #selectFromInventory(selector: NameSelector): Selection {
    const active = this.#active;
    if (active.kind === "none") {
      return {
        kind: "unverified",
        problem: active,
        cause: { kind: "inventory-unread", by: selector.by },
        remedy: { kind: "read-inventory" },
      };
    }
    if (this.#declared.some(isNameOpen)) {
      return {
        kind: "unverified",
        cause: { kind: "declared-name-unknown", by: selector.by },
        remedy: { kind: "name-declared-keys" },
      };
    }
    const found = active.value.named.find(selector);
    const hashes = new Set(found.map(({ hash }) => hash));
    const matches = matcherOf(selector);
    const wanted = (key: DeclaredKey) => isNamed(key, matches) && !isIn(hashes, key);
    return {
      kind: "keys",
      keys: this.#withDeclared(found, active.value, wanted),
      leftOut: active.value.reasonsOf(active.value.leftOut.find(selector)),
    };
  }

  /** The keys found under the names they have, and of those that this deployment is about to make or rename the wanted ones. */
  #withDeclared(
    found: readonly ApiKey[],
    active: ActiveKeys,
    wanted: (key: DeclaredKey) => boolean,
  ): readonly AccountKey[] {
    const declared = this.#declared.filter((key) => wanted(key) && !isIn(active.switchedOff, key));
    return [
      ...found.map((key) => this.#keyOf(key.hash, key, active.doubtOf(key.hash))),
      ...declared.map((key) => this.#keyDeclared(key, active.doubtOf(key.hash.text))),
    ];
  }

  #keyOf(hash: string, key?: ApiKey, expiryDoubt?: ClockDoubt): AccountKey {
    const assignments = this.#assigned.of(hash);
    const [row] = assignments;
    return {
      identity: { hash, name: key?.name ?? row?.keyName, label: key?.label ?? row?.keyLabel },
      assignments,
      planned: this.#planned.ofHash(hash),
      expiryDoubt,
    };
  }

  #knownKey(hash: string, listed?: ApiKey): KnownKey {
    const active = this.#active;
    const doubt = active.kind === "none" ? undefined : active.value.doubtOf(hash);
    const { identity, ...guarding } = this.#keyOf(hash, listed, doubt);
    const { name = "", label = "" } = identity;
    return { ...guarding, identity: { hash, name, label }, listed };
  }

  #keyDeclared(key: DeclaredKey, expiryDoubt?: ClockDoubt): AccountKey {
    return {
      identity: declaredIdentity(key),
      assignments: this.#assigned.of(key.hash.text),
      planned: this.#planned.ofDeclared(key),
      expiryDoubt,
    };
  }
}

/**
 * Whether a key can be used once the deployment is made: one that the stack declares so counts, although the account has it
 * switched off yet; one that it only declares switched off counts until it is.
 */
function useAfterwards(declared: readonly DeclaredKey[], now: number): (key: ApiKey) => KeyUse {
  const byHash = new Map(declared.map((key) => [key.hash.text, key]));
  return (key) => {
    const use = useOf(key, now);
    const own = byHash.get(key.hash);
    if (use === "active" || own === undefined) return use;
    const { disabled, expiresAt } = own;
    // What is not known before deployment may be anything.
    return useOf(
      {
        ...key,
        disabled: disabled.kind === "known" ? disabled.value : disabled.kind === "absent" && key.disabled,
        expiresAt:
          expiresAt.kind === "known" ? expiresAt.value : expiresAt.kind === "absent" ? key.expiresAt : null,
      },
      now,
    );
  };
}

/** The key an assignment is for, as far as that is known before deployment; else the assignment's own name. */
function fedBy({ resourceName, keyUrns }: DeclaredAssignment, keys: readonly DeclaredKey[]): KeyIdentity {
  const key = keyUrns.length === 1 ? keys.find(({ urn }) => urn === keyUrns[0]) : undefined;
  return key === undefined ? { description: resourceName } : declaredIdentity(key);
}

function* namesOf(keys: readonly ApiKey[]): Generator<string> {
  for (const { name } of keys) yield name;
}

/** Whether a declared key exists and its resource gives it no other name than it has. */
function keepsName({ name, hash }: DeclaredKey, active: ActiveKeys): boolean {
  const held = active.nameOf(hash.text);
  return held !== undefined && (name.kind === "absent" || name.text === held);
}
