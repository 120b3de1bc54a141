import { counted } from "../../provider/counted";
import { type KeyIdentity, type KeyState, keyStates } from "./report";

/** Keys that are in one state for one reason. */
export interface Group<Item> {
  readonly state: KeyState;
  readonly reason: string;
  readonly items: readonly Item[];
}

/** What is said of several keys is said once. The worst state first, of one state the most keys. */
export function groupByReason<Item>(
  items: readonly Item[],
  about: (item: Item) => { readonly state: KeyState; readonly reason: string },
): readonly Group<Item>[] {
  const groups = new Map<string, { state: KeyState; reason: string; items: Item[] }>();
  for (const item of items) {
    const { state, reason } = about(item);
    const place = `${state} ${reason}`;
    const group = groups.get(place) ?? { state, reason, items: [] };
    group.items.push(item);
    groups.set(place, group);
  }
  return [...groups.values()].toSorted(
    (one, other) =>
      keyStates.indexOf(one.state) - keyStates.indexOf(other.state) || other.items.length - one.items.length,
  );
}

/** `UNGUARDED  7 keys, no direct assignment of a guardrail`. */
export function describeGroup({ state, reason, items }: Group<{ readonly key: KeyIdentity }>): string {
  const many = countOf(items, state);
  const why = reason.startsWith("has ")
    ? `, ${reason.slice("has ".length)}`
    : `: ${items.length === 1 ? "it" : "each"} ${reason}`;
  return `${state.toUpperCase()}  ${many}${why}`;
}

function countOf(items: readonly { readonly key: KeyIdentity }[], state: KeyState): string {
  const count = items.length;
  if (state !== "missing") return counted(count, "key");
  const areHashes = items.every(({ key }) => key.hash !== undefined);
  if (areHashes) return counted(count, "hash", "hashes");
  return counted(count, "name");
}
