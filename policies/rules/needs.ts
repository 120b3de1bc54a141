import type { KeySelector } from "../configuration/key-selector";
import type { Needed } from "./rule";

/** The lists it takes to find these keys: the inventory only where one is meant by a name that may be unassigned. */
export function needsOf(
  selectors: readonly (KeySelector & { readonly assignedNameSuffices?: boolean })[],
): readonly Needed[] {
  const byHash = selectors.every(
    ({ by, assignedNameSuffices }) => by === "hash" || assignedNameSuffices === true,
  );
  return byHash ? ["assignments"] : ["assignments", "inventory"];
}
