import type { KeySelector } from "../configuration/key-selector";
import type { ConfiguredRule } from "./rule";

/** The lists it takes to find these keys: the inventory only where one is meant by a name that may be unassigned. */
export function needsOf(
  selectors: readonly (KeySelector & { readonly assignedNameSuffices?: boolean })[],
): Pick<ConfiguredRule, "needs" | "requiredHashes" | "isByHashOnly"> {
  const byHash = selectors.every(
    ({ by, assignedNameSuffices }) => by === "hash" || assignedNameSuffices === true,
  );
  return {
    needs: byHash ? ["assignments"] : ["assignments", "inventory"],
    requiredHashes: selectors.flatMap((selector) => (selector.by === "hash" ? [selector.hash] : [])),
    isByHashOnly: selectors.every(({ by }) => by === "hash"),
  };
}
