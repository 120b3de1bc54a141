import { counted, listed } from "../../provider/counted";
import { quoted } from "../../provider/redaction/sanitize";
import { services } from "../../provider/settings/services";
import type { Account } from "../account/account";
import type { LeftOutKey } from "../account/active-keys";
import { matcherOf } from "../account/name-selector";
import type { RequiredKey } from "../configuration/required-key";

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
 * Of a service that shows keys by their assignments only, what no rule can see, as whole sentences: the key of a rotation
 * would pass without a word.
 */
export function describeUnlisted({ assignments }: Pick<Account, "assignments">): readonly string[] {
  if (assignments.kind === "none") return [];
  const { label, listsAllKeys } = services[assignments.value.service];
  if (listsAllKeys) return [];
  return [
    `${label} lists no keys without an assignment: one whose hash is not required, such as the new key of a rotation, passes unseen.`,
  ];
}

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
