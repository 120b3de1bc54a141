import { groupBy } from "../../provider/group-by";
import type { ApiKey } from "../../provider/inventory/contract";
import type { KeyInventory } from "../../provider/inventory/inventory";
import { matcherOf, type NameSelector } from "./name-selector";

/** The enabled, unexpired keys of an inventory, and looked up by name; what nobody asks for is not made. */
export class ActiveKeys {
  readonly all: readonly ApiKey[];
  readonly #inventory: KeyInventory;
  #byName: ReadonlyMap<string, readonly ApiKey[]> | undefined;
  #sortedNames: readonly string[] | undefined;
  #nameByHash: ReadonlyMap<string, string> | undefined;
  #switchedOff: ReadonlySet<string> | undefined;

  constructor(inventory: KeyInventory, isActive: (key: ApiKey) => boolean) {
    this.#inventory = inventory;
    this.all = inventory.keys.filter(isActive);
  }

  /** Hashes of the disabled and the expired ones. */
  get switchedOff(): ReadonlySet<string> {
    const { keys } = this.#inventory;
    this.#switchedOff ??= new Set(
      keys.map(({ hash }) => hash).filter((hash) => this.nameOf(hash) === undefined),
    );
    return this.#switchedOff;
  }

  nameOf(hash: string): string | undefined {
    this.#nameByHash ??= new Map(this.all.map((key) => [key.hash, key.name]));
    return this.#nameByHash.get(hash);
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
