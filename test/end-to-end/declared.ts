import type { Project } from "../engines";

/** What the program `declares` declares, by resource name. The text `later` stands for what only deployment tells. */
export interface Declared {
  /** The hash of a key without one is not known before deployment either. */
  readonly keys?: Readonly<Record<string, { readonly name: string; readonly hash?: string }>>;
  readonly assignments?: Readonly<Record<string, DeclaredAssignment>>;
}

interface DeclaredAssignment {
  /** `hashOf`: the hash of the key declared under that name. */
  readonly keyHash: string | { readonly hashOf: string };
  readonly guardrailId: string;
  /** Its creation succeeds and assigns nothing. */
  readonly pretends?: true;
}

/** Settings by which the pack knows that program's resources. */
export const declaredTypes = {
  keyTypes: ["pulumi-nodejs:dynamic/fixture:Key"],
  assignmentTypes: [{ type: "pulumi-nodejs:dynamic/fixture:Assignment", createdProperty: "createdAt" }],
};

/** Says what the program `declares` declares from now on. */
export function declare(project: Project, declared: Declared): Promise<void> {
  return project.setConfig("fixture:declares", JSON.stringify(declared));
}
