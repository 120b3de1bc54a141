import type { ApiKey } from "../../provider/inventory/contract";
import type { KeyInventory, KeyUse } from "../../provider/inventory/inventory";
import { type ClockDoubt, clockDoubt } from "../evidence/clock-doubt";
import type { SwitchedOff } from "../findings/cause";
import { NamedKeys } from "./named-keys";

/** A key that is not judged, and why. */
export interface LeftOutKey {
  readonly hash: string;
  readonly use: SwitchedOff;
}

/**
 * The keys of an inventory that count, and those left out as disabled or expired. Where this machine's clock and the
 * service's do not agree nobody can tell what has expired: then such keys count, in doubt.
 */
export class ActiveKeys {
  readonly named: NamedKeys;
  readonly leftOut: NamedKeys;
  /** Why those left out are, by their hashes. */
  readonly switchedOff: ReadonlyMap<string | undefined, LeftOutKey>;
  readonly #doubts: ReadonlyMap<string | undefined, ClockDoubt>;
  #byHash: ReadonlyMap<string, ApiKey> | undefined;

  constructor({ keys, clock }: KeyInventory, useOf: (key: ApiKey) => KeyUse) {
    const doubt = clockDoubt(clock);
    const counted: ApiKey[] = [];
    const leftOut: ApiKey[] = [];
    const switchedOff = new Map<string | undefined, LeftOutKey>();
    const doubts = new Map<string | undefined, ClockDoubt>();
    for (const key of keys) {
      const use = useOf(key);
      if (use === "active") counted.push(key);
      else if (use === "expired" && doubt !== undefined) {
        counted.push(key);
        doubts.set(key.hash, doubt);
      } else {
        leftOut.push(key);
        switchedOff.set(key.hash, { hash: key.hash, use });
      }
    }
    this.named = new NamedKeys(counted);
    this.leftOut = new NamedKeys(leftOut);
    this.switchedOff = switchedOff;
    this.#doubts = doubts;
  }

  /** The key of this hash, counted or left out. */
  keyOf(hash: string): ApiKey | undefined {
    this.#byHash ??= new Map([...this.leftOut.all, ...this.named.all].map((key) => [key.hash, key]));
    return this.#byHash.get(hash);
  }

  /** What a key that counts is called. */
  nameOf(hash: string | undefined): string | undefined {
    return hash === undefined || this.switchedOff.has(hash) ? undefined : this.keyOf(hash)?.name;
  }

  /** Why nobody can tell whether this key has expired, where that decides whether it counts. */
  doubtOf(hash: string | undefined): ClockDoubt | undefined {
    return this.#doubts.get(hash);
  }

  reasonsOf(leftOut: readonly ApiKey[]): readonly LeftOutKey[] {
    return leftOut.flatMap(({ hash }) => this.switchedOff.get(hash) ?? []);
  }
}
