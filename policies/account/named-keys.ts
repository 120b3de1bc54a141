import { groupBy } from "../../provider/group-by";
import type { ApiKey } from "../../provider/inventory/contract";
import { matcherOf, type NameSelector } from "./name-selector";

/** Keys looked up by name; what nobody asks for is not made. */
export class NamedKeys {
  readonly all: readonly ApiKey[];
  #byName: ReadonlyMap<string, readonly ApiKey[]> | undefined;
  #names: readonly string[] | undefined;
  #sortedNames: readonly string[] | undefined;

  constructor(keys: readonly ApiKey[]) {
    this.all = keys;
  }

  find(selector: NameSelector): readonly ApiKey[] {
    if (selector.by === "name") return this.#named().get(selector.name) ?? [];
    const matches = matcherOf(selector);
    const names = this.#namesLike(selector.pattern).filter(matches);
    return names.flatMap((name) => this.#named().get(name) ?? []);
  }

  /** Those that a pattern may match. */
  #namesLike(pattern: string): readonly string[] {
    const [prefix = ""] = pattern.split("*", 1);
    this.#names ??= [...this.#named().keys()];
    // As they lie in memory: to look at 100,000 of them in another order takes more than twice as long.
    if (prefix === "") return this.#names;
    // Sorted, they stand side by side.
    this.#sortedNames ??= this.#names.toSorted();
    const from = rankOf(prefix, this.#sortedNames);
    let end = from;
    while (this.#sortedNames[end]?.startsWith(prefix)) end += 1;
    return this.#sortedNames.slice(from, end);
  }

  #named(): ReadonlyMap<string, readonly ApiKey[]> {
    this.#byName ??= groupBy(this.all, ({ name }) => name);
    return this.#byName;
  }
}

/** Where a text stands among sorted names, or would stand. */
function rankOf(text: string, names: readonly string[]): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((names[middle] ?? "") < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
