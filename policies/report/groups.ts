import { counted } from "../../provider/counted";
import type { Cause } from "../findings/cause";
import { type KeyIdentity, type KeyState, keyStates } from "../findings/report";
import { has, isWhatItHas, whyNoKey } from "./describe-cause";

/** What the keys of a group have in common. */
interface GroupedBy {
  readonly state: KeyState;
  /** In words, and of which kind. */
  readonly reason: string;
  readonly cause: Cause["kind"];
}

/** Keys that are in one state for one reason. */
export interface Group<Item> extends GroupedBy {
  readonly items: readonly Item[];
}

/** What is said of several keys is said once. The worst state first, of one state the most keys. */
export function groupByReason<Item>(
  items: readonly Item[],
  about: (item: Item) => GroupedBy,
): readonly Group<Item>[] {
  const groups = new Map<string, GroupedBy & { items: Item[] }>();
  for (const item of items) {
    const given = about(item);
    // Where each requirement stands is said in its row.
    const by = { ...given, reason: whyNoKey(given.cause) ?? given.reason };
    const place = `${by.state} ${by.reason}`;
    const group = groups.get(place) ?? { ...by, items: [] };
    group.items.push(item);
    groups.set(place, group);
  }
  return [...groups.values()].toSorted(
    (one, other) =>
      keyStates.indexOf(one.state) - keyStates.indexOf(other.state) || other.items.length - one.items.length,
  );
}

/**
 * Of each group its first items, so many that all groups together have the most there is room for, and how many are left
 * out. Each names at least one, however many groups there are: of nothing but a number nobody knows where to look.
 */
export function firstOfEach<Item, Rest>(
  groups: readonly (Rest & { readonly items: readonly Item[] })[],
  most: number,
): readonly { readonly group: Rest; readonly shown: readonly Item[]; readonly left: number }[] {
  let room = most;
  return groups.map((group, index) => {
    const others = groups.length - index - 1;
    const shown = group.items.slice(0, Math.max(1, room - others));
    room -= shown.length;
    return { group, shown, left: group.items.length - shown.length };
  });
}

/** `UNGUARDED  7 keys, no direct assignment of a guardrail`. */
export function describeGroup({ state, reason, cause, items }: Group<{ readonly key: KeyIdentity }>): string {
  const many = counted(items.length, state === "missing" ? "requirement" : "key");
  return `${state.toUpperCase()}  ${many}${describeWhy(reason, cause, items.length)}`;
}

function describeWhy(reason: string, cause: Cause["kind"], count: number): string {
  if (isWhatItHas(cause)) return `, ${reason.slice(has.length)}`;
  if (whyNoKey(cause) !== undefined) return `: ${reason}`;
  return `: ${count === 1 ? "it" : "each"} ${reason}`;
}
