import type { ApiKey } from "../../provider/inventory/contract";
import type { KeyInventory, KeyUse } from "../../provider/inventory/inventory";
import { clockDoubt } from "../evidence/clock-doubt";
import { NamedKeys } from "./named-keys";

/** A key that is not judged, and why. */
export interface LeftOutKey {
  readonly hash: string;
  readonly use: Exclude<KeyUse, "active">;
}

/**
 * The keys of an inventory that count, and those left out as disabled or expired. Where this machine's clock and the
 * service's do not agree nobody can tell what has expired: then such keys count, in doubt.
 */
export class ActiveKeys {
  readonly named: NamedKeys;
  readonly leftOut: NamedKeys;
  readonly #doubt: string | undefined;
  readonly #useOf: (key: ApiKey) => KeyUse;
  #nameByHash: ReadonlyMap<string, string> | undefined;
  #expired: ReadonlySet<string> | undefined;
  #switchedOff: ReadonlySet<string> | undefined;

  constructor({ keys, clock }: KeyInventory, useOf: (key: ApiKey) => KeyUse) {
    this.#useOf = useOf;
    this.#doubt = clockDoubt(clock);
    const counts = (key: ApiKey): boolean => {
      const use = useOf(key);
      return use === "active" || (use === "expired" && this.#doubt !== undefined);
    };
    this.named = new NamedKeys(keys.filter(counts));
    this.leftOut = new NamedKeys(keys.filter((key) => !counts(key)));
  }

  /** Hashes of those left out. */
  get switchedOff(): ReadonlySet<string> {
    this.#switchedOff ??= new Set(this.leftOut.all.map(({ hash }) => hash));
    return this.#switchedOff;
  }

  nameOf(hash: string): string | undefined {
    this.#nameByHash ??= new Map(this.named.all.map((key) => [key.hash, key.name]));
    return this.#nameByHash.get(hash);
  }

  /** Why nobody can tell whether this key has expired, where that decides whether it counts. */
  doubtOf(hash: string | undefined): string | undefined {
    if (this.#doubt === undefined || hash === undefined) return undefined;
    this.#expired ??= new Set(
      this.named.all.filter((key) => this.#useOf(key) === "expired").map((key) => key.hash),
    );
    return this.#expired.has(hash) ? this.#doubt : undefined;
  }

  reasonsOf(leftOut: readonly ApiKey[]): readonly LeftOutKey[] {
    return leftOut.flatMap((key) => {
      const use = this.#useOf(key);
      return use === "active" ? [] : [{ hash: key.hash, use }];
    });
  }
}
