import type { ApiKey } from "../../provider/inventory/contract";
import { isActive, type KeyInventory } from "../../provider/inventory/inventory";
import { groupBy } from "./group-by";
import { matcherOf, type NameSelector } from "./name-selector";

/** The enabled, unexpired keys of an inventory, looked up by name. */
export class ActiveKeys {
  readonly all: readonly ApiKey[];
  /** Hashes of the disabled and the expired ones. */
  readonly switchedOff: ReadonlySet<string>;
  readonly #byName: ReadonlyMap<string, readonly ApiKey[]>;
  #nameByHash: ReadonlyMap<string, string> | undefined;
  #sortedNames: readonly string[] | undefined;

  /** @param now milliseconds since 1970: keys expire */
  constructor({ keys }: KeyInventory, now: number) {
    this.all = keys.filter((key) => isActive(key, now));
    this.switchedOff = new Set(keys.filter((key) => !isActive(key, now)).map(({ hash }) => hash));
    this.#byName = groupBy(this.all, ({ name }) => name);
  }

  nameOf(hash: string): string | undefined {
    this.#nameByHash ??= new Map(this.all.map((key) => [key.hash, key.name]));
    return this.#nameByHash.get(hash);
  }

  find(selector: NameSelector): readonly ApiKey[] {
    if (selector.by === "name") return this.#named(selector.name);
    const [prefix = ""] = selector.pattern.split("*", 1);
    return this.#namesFrom(prefix)
      .filter(matcherOf(selector))
      .flatMap((name) => this.#named(name));
  }

  #named(name: string): readonly ApiKey[] {
    return this.#byName.get(name) ?? [];
  }

  /** The names with this prefix, which stand side by side once names are sorted: most patterns begin with one. */
  #namesFrom(prefix: string): readonly string[] {
    this.#sortedNames ??= [...this.#byName.keys()].toSorted();
    const names = this.#sortedNames;
    if (prefix === "") return names;
    const begin = firstAt(names, (name) => name >= prefix);
    return names.slice(
      begin,
      firstAt(names, (name) => name > prefix && !name.startsWith(prefix)),
    );
  }
}

/** Where the first name stands for which this holds, of names for which it holds from some place on. */
function firstAt(names: readonly string[], holds: (name: string) => boolean): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(names[middle] ?? "")) high = middle;
    else low = middle + 1;
  }
  return low;
}
