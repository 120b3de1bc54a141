import { distance } from "fastest-levenshtein";
import type { SharedSettings } from "../configuration/shared-settings";

/** A resource type of the configuration that no resource of the stack has, while one has a type that looks like it. */
export interface NearType {
  readonly setting: "keyTypes" | "assignmentTypes";
  readonly configured: string;
  readonly found: string;
}

/**
 * Configured types that a stack's own may be meant by. Left alone, a type with one wrong letter would judge nothing, and say so as
 * a type does of which there is none.
 * @param present the types of the resources that this run registers
 */
export function nearTypesAmong(
  present: ReadonlySet<string>,
  { keyTypes, assignmentTypes }: Pick<SharedSettings, "keyTypes" | "assignmentTypes">,
): readonly NearType[] {
  const lists = { keyTypes, assignmentTypes: assignmentTypes.map(({ type }) => type) };
  const all: ReadonlySet<string> = new Set(Object.values(lists).flat());
  const others = [...present].filter((type) => !all.has(type));
  return (["keyTypes", "assignmentTypes"] as const).flatMap((setting) =>
    lists[setting]
      .filter((configured) => !present.has(configured))
      .flatMap((configured) =>
        others.filter((found) => isNear(configured, found)).map((found) => ({ setting, configured, found })),
      ),
  );
}

/** But for upper case, the way the module is written, and one typing mistake. */
function isNear(one: string, other: string): boolean {
  return isMistyped(one.toLowerCase(), other.toLowerCase()) || isMistyped(shortened(one), shortened(other));
}

/** Two letters that change places are one mistake. */
function isMistyped(one: string, other: string): boolean {
  const apart = distance(one, other);
  return apart <= 1 || (apart === 2 && inOrder(one) === inOrder(other));
}

/** Bridged providers write the type once more into the module (`index/apiKey:ApiKey`), others only `index`, or nothing. */
function shortened(type: string): string {
  const [pack = "", module = "", name = ""] = type.toLowerCase().split(":");
  const path = module.split("/").filter((part) => part !== "index" && part !== name);
  return [pack, path.join("/"), name].join(":");
}

function inOrder(letters: string): string {
  return [...letters].toSorted().join("");
}
