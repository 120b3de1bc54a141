import { counted } from "../../provider/counted";
import { quoted } from "../../provider/redaction/sanitize";
import type { LeftOutKey } from "../account/active-keys";
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

const mostNamed = 3;

/**
 * Of which names keys without an assignment are not seen, because the configuration says that assigned ones suffice, as
 * whole sentences: a key that was made anew under its old name would pass otherwise without a word.
 */
export function describeAssignedOnly(requirements: readonly RequiredKey[]): readonly string[] {
  const names = requirements.flatMap((one) =>
    one.by === "name" && one.assignedNameSuffices ? [one.name] : [],
  );
  if (names.length === 0) return [];
  const shown = [...new Set(names)].map(quoted);
  const more = shown.length > mostNamed ? ` and ${shown.length - mostNamed} more` : "";
  const named = `${shown.slice(0, mostNamed).join(", ")}${more}`;
  return [
    `Only keys with an assignment are judged of the name ${named}, because of "assignedNameSuffices": a key without one passes unseen.`,
  ];
}
