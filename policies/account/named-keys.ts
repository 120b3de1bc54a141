import { groupBy } from "../../provider/group-by";
import type { ApiKey } from "../../provider/inventory/contract";
import { matcherOf, type NameSelector } from "./name-selector";

/** Keys looked up by name; what nobody asks for is not made. */
export class NamedKeys {
  readonly all: readonly ApiKey[];
  #byName: ReadonlyMap<string, readonly ApiKey[]> | undefined;
  #sortedNames: readonly string[] | undefined;

  constructor(keys: readonly ApiKey[]) {
    this.all = keys;
  }

  find(selector: NameSelector): readonly ApiKey[] {
    if (selector.by === "name") return this.#named().get(selector.name) ?? [];
    const [prefix = ""] = selector.pattern.split("*", 1);
    return this.#namesFrom(prefix)
      .filter(matcherOf(selector))
      .flatMap((name) => this.#named().get(name) ?? []);
  }

  #named(): ReadonlyMap<string, readonly ApiKey[]> {
    this.#byName ??= groupBy(this.all, ({ name }) => name);
    return this.#byName;
  }

  /** The names with this prefix, which stand side by side once names are sorted: most patterns begin with one. */
  #namesFrom(prefix: string): readonly string[] {
    this.#sortedNames ??= [...this.#named().keys()].toSorted();
    const names = this.#sortedNames;
    const begin = placeOf(prefix, names);
    let end = begin;
    while (names[end]?.startsWith(prefix)) end += 1;
    return names.slice(begin, end);
  }
}

/** Where a text stands among sorted names, or would stand. */
function placeOf(text: string, names: readonly string[]): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((names[middle] ?? "") < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
