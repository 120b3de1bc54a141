import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import { counted, listed } from "../../provider/counted";
import { quoted } from "../../provider/redaction/sanitize";
import { serviceAt, services } from "../../provider/settings/services";
import type { Account } from "../account/account";
import type { LeftOutKey } from "../account/active-keys";
import { matcherOf } from "../account/name-selector";
import type { RequiredKey } from "../configuration/required-key";
import type { Unassigned } from "../findings/report";
import { needsOf } from "./needs";

/** How many keys a rule does not judge, and why, as whole sentences: none where there are none. */
export function describeLeftOut(keys: readonly LeftOutKey[]): readonly string[] {
  const counts = (["disabled", "expired"] as const).flatMap((use) => {
    const count = keys.filter((key) => key.use === use).length;
    if (count === 0) return [];
    return [counted(count, `${use} key`)];
  });
  return counts.length === 0 ? [] : [`Not judged: ${counts.join(" and ")}.`];
}

/**
 * What becomes of keys without an assignment that no requirement means: the key of a rotation would pass without a word,
 * unless the list of all keys shows it, or the service is known to have one.
 */
export function unassignedBeside(
  { assignments, inventory }: Pick<Account, "assignments" | "inventory">,
  requirements: readonly RequiredKey[],
): Unassigned | undefined {
  if (assignments.kind === "none") return undefined;
  if (inventory.kind === "read") return { kind: "judged" };
  const { service, baseUrl } = assignments.value;
  const { label, listsAllKeys } = services[service];
  if (!listsAllKeys) {
    const note = `${label} lists no keys without an assignment: one whose hash is not required, ${rotated}.`;
    return { kind: "unseen", note };
  }
  // That it could not be read is a doubt of its own.
  if (needsOf(requirements).includes("inventory")) return undefined;
  const own = serviceAt(baseUrl);
  if (own !== undefined && services[own].listsAllKeys) return { kind: "judged" };
  const note = `The list of all keys was not read: a key whose hash is not required, ${rotated}.`;
  return { kind: "unseen", note };
}

/** Of a rule that judges the assigned keys alone. */
export function onlyAssigned({ service }: KeyAssignmentsSnapshot): Unassigned {
  const { label, listsAllKeys } = services[service];
  const note = listsAllKeys
    ? `Only keys with an assignment were looked at: one without, ${rotated}.`
    : `${label} lists no keys without an assignment: one without, ${rotated}.`;
  return { kind: "unseen", note };
}

const rotated = "such as the new key of a rotation, passes unseen";

const mostNamed = 3;

/**
 * Of which names keys without an assignment are not seen, because the configuration says that assigned ones suffice, as
 * whole sentences: a key that was made anew under its old name would pass otherwise without a word.
 */
export function describeAssignedOnly(requirements: readonly RequiredKey[]): readonly string[] {
  const byInventory = requirements.flatMap((one) =>
    one.by === "hash" || one.assignedNameSuffices ? [] : [matcherOf(one)],
  );
  const names = requirements.flatMap((one) =>
    one.by === "name" && one.assignedNameSuffices && !byInventory.some((matches) => matches(one.name))
      ? [one.name]
      : [],
  );
  if (names.length === 0) return [];
  const named = listed([...new Set(names)].map(quoted), mostNamed);
  return [
    `Only keys with an assignment are judged of the name ${named}, because of "assignedNameSuffices": a key without one passes unseen.`,
  ];
}
