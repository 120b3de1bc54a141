import type { RequiredKey } from "../configuration/required-key";
import type { ConfiguredRule } from "./rule";

/** The lists it takes to find these keys: the inventory only where one is meant by a name that may be unassigned. */
export function needsOf(required: readonly RequiredKey[]): ConfiguredRule["needs"] {
  const isAssigned = required.every(({ by, assignedNameSuffices }) => by === "hash" || assignedNameSuffices);
  return isAssigned ? ["assignments"] : ["assignments", "inventory"];
}
