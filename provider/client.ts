import type { KeyAssignment } from "./assignments/contract";
import {
  type Abortable,
  type KeyAssignmentsReading,
  openReading,
  type ReadAllOptions,
} from "./assignments/reading";
import type { KeyAssignmentsSnapshot } from "./assignments/snapshot";
import type { KeyInventory } from "./inventory/inventory";
import { type InventoryReading, openInventory, type ReadInventoryOptions } from "./inventory/reading";
import type { Limits } from "./settings/limits";
import type { ServiceName } from "./settings/services";
import { argumentSource, resolveSettings } from "./settings/settings";

/** Where to read and with which key. What is left out comes from the environment (`GUARDRAILS_*`), then from defaults. */
export interface KeyAssignmentsClientOptions extends Partial<Limits> {
  /** `openrouter` (default) or `modelgates`. */
  readonly service?: ServiceName | undefined;
  /** Any other address of the same API: https, or http on loopback. Default: the service's own. */
  readonly baseUrl?: string | undefined;
  /** The management key. It is sent only to the `service` or `baseUrl` given beside it (default OpenRouter). */
  readonly managementKey?: string | undefined;
}

/** Reads the key assignments of one account. Needs no Pulumi. */
export class KeyAssignmentsClient implements KeyAssignmentsReading {
  readonly #reading: KeyAssignmentsReading;
  readonly #inventory: InventoryReading;

  /** @throws GuardrailsError of kind `configuration` or `credential`; nothing is sent yet. */
  constructor(options: KeyAssignmentsClientOptions = {}) {
    const sources = { args: argumentSource({ ...options }, "option"), environment: process.env };
    const settings = resolveSettings(sources);
    this.#reading = openReading(settings);
    this.#inventory = openInventory(settings);
  }

  readAll(options?: ReadAllOptions): Promise<KeyAssignmentsSnapshot> {
    return this.#reading.readAll(options);
  }

  stream(options?: Abortable): AsyncGenerator<KeyAssignment, void> {
    return this.#reading.stream(options);
  }

  readPage(options: Parameters<KeyAssignmentsReading["readPage"]>[0]): Promise<KeyAssignmentsSnapshot> {
    return this.#reading.readPage(options);
  }

  /**
   * All API keys of all workspaces, assigned or not, disabled and expired ones included (`isActive` tells). Every key
   * that stayed unchanged while it was read is listed exactly once. An account of up to 100 keys in one workspace takes
   * four requests.
   * @throws GuardrailsError, of kind `http` where the service offers no inventory, of kind `unsettled` where keys change
   * so fast that none can be proven complete
   */
  readInventory(options?: ReadInventoryOptions): Promise<KeyInventory> {
    return this.#inventory.readInventory(options);
  }
}
