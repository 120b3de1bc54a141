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
    const matches = matcherOf(selector);
    const names = this.#sorted();
    const found: ApiKey[] = [];
    // Names with this prefix stand side by side. A pattern that begins with a star looks at all of them: no copy is made.
    for (let at = placeOf(prefix, names); ; at += 1) {
      const name = names[at];
      if (!name?.startsWith(prefix)) return found;
      if (matches(name)) found.push(...(this.#named().get(name) ?? []));
    }
  }

  #named(): ReadonlyMap<string, readonly ApiKey[]> {
    this.#byName ??= groupBy(this.all, ({ name }) => name);
    return this.#byName;
  }

  #sorted(): readonly string[] {
    this.#sortedNames ??= [...this.#named().keys()].toSorted();
    return this.#sortedNames;
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
