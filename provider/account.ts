import { type KeyAssignmentsReading, openReading } from "./assignments/key-assignments-reading";
import { type Clock, systemClock } from "./clock";
import { Connection } from "./http/connection";
import { type InventoryReading, openInventory } from "./inventory/inventory-reading";
import type { Settings } from "./settings/settings";

/**
 * Everything that is read of one account, through one client with one pace. Names are as the service writes them, because
 * rules and filters match them: what leaves this process passes `redactSnapshot` or `redactInventory`.
 */
export interface AccountReader extends KeyAssignmentsReading, InventoryReading {
  /** Where it is read and within which limits; the key in it cannot be shown. */
  readonly settings: Settings;
  /** Loads what the first read needs, before it is asked for; sends nothing. What fails here fails again in the read. */
  warmUp(): Promise<void>;
}

/** Accounts that are read: whoever names the same address with the same key reads through the same client. */
export class Accounts {
  readonly #clock: Clock;
  readonly #connections = new Set<Connection>();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /**
   * Sends nothing before the first read. Its limits are those of these settings; of `maxConcurrency` the lowest that
   * anybody asked for counts for all, and from then on: it is a maximum for the account, and whoever comes later cannot
   * know what it was set for.
   */
  open(settings: Settings): AccountReader {
    const known = [...this.#connections].find((connection) => connection.leadsTo(settings));
    const connection = known ?? new Connection(settings, this.#clock);
    connection.limitTo(settings.limits.maxConcurrency);
    this.#connections.add(connection);
    return accountOf(connection, settings);
  }
}

/**
 * Those that this process reads. Whatever reads in it reads through these, or an account would be asked at several paces at
 * once. Only tests, which bring a clock of their own, make others. Another copy of this package has its own.
 */
export const accounts = new Accounts();

function accountOf(connection: Connection, settings: Settings): AccountReader {
  return {
    settings,
    warmUp: () => connection.warmUp(),
    ...openReading(connection, settings),
    ...openInventory(connection, settings),
  };
}
