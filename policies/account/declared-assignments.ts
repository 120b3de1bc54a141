import { groupBy } from "../../provider/group-by";
import type { DeclaredAssignment, DeclaredKey, StackResources } from "../evidence/stack-resources";

/** One of the keys an assignment is for, by hash or URN. */
interface Link {
  readonly key: string;
  readonly assignment: DeclaredAssignment;
}

/** The assignments that a stack declares, looked up by their keys in one step each. */
export class DeclaredAssignments {
  readonly assignments: readonly DeclaredAssignment[];
  readonly #urns: ReadonlyMap<string | undefined, readonly DeclaredKey[]>;
  readonly #byHash: ReadonlyMap<string, readonly Link[]>;
  readonly #byUrn: ReadonlyMap<string, readonly Link[]>;

  constructor({ keys, assignments }: StackResources) {
    this.assignments = assignments;
    this.#urns = groupBy(keys, ({ hash }) => hash.text);
    this.#byHash = linksOf(assignments, ({ keyHashes }) => keyHashes);
    this.#byUrn = linksOf(assignments, ({ keyUrns }) => keyUrns);
  }

  /** Those for a key of the account, be it declared in the stack or not. */
  ofHash(hash: string): readonly DeclaredAssignment[] {
    const fed = (this.#urns.get(hash) ?? []).flatMap(({ urn }) => this.#byUrn.get(urn) ?? []);
    return [...(this.#byHash.get(hash) ?? []), ...fed].map(({ assignment }) => assignment);
  }

  /** Those for a key that the stack declares. */
  ofDeclared({ urn, hash }: DeclaredKey): readonly DeclaredAssignment[] {
    if (hash.kind === "known") return this.ofHash(hash.text);
    return (this.#byUrn.get(urn) ?? []).map(({ assignment }) => assignment);
  }
}

function linksOf(
  assignments: readonly DeclaredAssignment[],
  keysOf: (assignment: DeclaredAssignment) => readonly string[],
): ReadonlyMap<string, readonly Link[]> {
  const links = assignments.flatMap((assignment) => keysOf(assignment).map((key) => ({ key, assignment })));
  return groupBy(links, ({ key }) => key);
}
