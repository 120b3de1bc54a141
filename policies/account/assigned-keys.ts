import { byKey } from "../../provider/assignments/by-key";
import type { KeyAssignment } from "../../provider/assignments/contract";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import { groupBy } from "../../provider/group-by";
import type { Evidence } from "../evidence/evidence";

/** The list of assignments, looked up by key; what nobody asks for is not made. */
export class AssignedKeys {
  /** The complete list, or why there is none. */
  readonly list: Evidence<KeyAssignmentsSnapshot>;
  #byHash: ReadonlyMap<string, readonly KeyAssignment[]> | undefined;
  #byName: ReadonlyMap<string, readonly KeyAssignment[]> | undefined;

  constructor(list: Evidence<KeyAssignmentsSnapshot>) {
    this.list = completeOrNone(list);
  }

  isOf(list: Evidence<KeyAssignmentsSnapshot>): boolean {
    return this.list.kind === "read" && list.kind === "read" && this.list.value === list.value;
  }

  /** In lower case. */
  hashes(): readonly string[] {
    return [...this.#hashed().keys()];
  }

  /** @param hash in lower case; undefined for a key that has none yet */
  of(hash: string | undefined): readonly KeyAssignment[] {
    const rows: ReadonlyMap<string | undefined, readonly KeyAssignment[]> = this.#hashed();
    return rows.get(hash) ?? [];
  }

  hashesNamed(name: string): readonly string[] {
    this.#byName ??= groupBy(this.#rows(), ({ keyName }) => keyName);
    const rows = this.#byName.get(name) ?? [];
    return [...new Set(rows.map(({ keyHash }) => keyHash.toLowerCase()))];
  }

  #hashed(): ReadonlyMap<string, readonly KeyAssignment[]> {
    this.#byHash ??= byKey(this.#rows());
    return this.#byHash;
  }

  #rows(): readonly KeyAssignment[] {
    return this.list.kind === "read" ? this.list.value.assignments : [];
  }
}

/** A part of the list may leave out the very row that does not comply. */
function completeOrNone(evidence: Evidence<KeyAssignmentsSnapshot>): Evidence<KeyAssignmentsSnapshot> {
  if (evidence.kind === "none" || evidence.value.scope.kind === "complete") return evidence;
  return {
    kind: "none",
    why: "could not verify: only a part of the list was read. Read it without filters.",
  };
}
