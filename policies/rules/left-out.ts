import { counted } from "../../provider/counted";
import type { LeftOutKey } from "../account/active-keys";

/** How many keys a rule does not judge, and why, as whole sentences: none where there are none. */
export function describeLeftOut(keys: readonly LeftOutKey[]): readonly string[] {
  const counts = (["disabled", "expired"] as const).flatMap((use) => {
    const count = keys.filter((key) => key.use === use).length;
    if (count === 0) return [];
    return [counted(count, `${use} key`)];
  });
  return counts.length === 0 ? [] : [`Not judged: ${counts.join(" and ")}.`];
}
