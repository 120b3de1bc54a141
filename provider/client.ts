import { type AccountReader, accounts } from "./account";
import type { KeyAssignment } from "./assignments/contract";
import type { Abortable, KeyAssignmentsReading, ReadAllOptions } from "./assignments/key-assignments-reading";
import { type KeyAssignmentsSnapshot, redactAssignments, redactSnapshot } from "./assignments/snapshot";
import type { Guardrail, NamedGuardrail } from "./inventory/contract";
import { type KeyInventory, redactInventory } from "./inventory/inventory";
import type { InventoryReading, ReadInventoryOptions } from "./inventory/inventory-reading";
import { redactTexts } from "./redaction/sanitize";
import type { Limits } from "./settings/limits";
import type { ServiceName } from "./settings/services";
import { argumentSource, resolveSettings, settingNames } from "./settings/settings";
import { refuseUnknownArguments } from "./unknown-arguments";

/** Where to read and with which key. What is left out comes from the environment (`GUARDRAILS_*`), then from defaults. */
export interface KeyAssignmentsClientOptions extends Partial<Limits> {
  /** `openrouter` (default) or `modelgates`. */
  readonly service?: ServiceName | undefined;
  /** Any other address of the same API: https, or http on loopback. Default: the service's own. */
  readonly baseUrl?: string | undefined;
  /** The management key. It is sent only to the `service` or `baseUrl` given beside it (default OpenRouter). */
  readonly managementKey?: string | undefined;
}

/**
 * Reads the key assignments of one account, its keys and its guardrails. Needs no Pulumi. A raw key or credential that stands
 * where a name should is redacted, after filters have been applied; nothing else is changed. Whatever reads the
 * same address with the same key in one process, clients, data source and resource, shares connections, pauses and the lowest
 * `maxConcurrency` that any of them was given, until the process ends.
 *
 * @example
 * // With OPENROUTER_MANAGEMENT_KEY in the environment.
 * const client = new KeyAssignmentsClient();
 * const { assignments } = await client.readAll({ keyNames: ["prod-gateway"] });
 * for await (const row of client.stream()) console.log(row.keyName, row.guardrailId);
 */
export class KeyAssignmentsClient implements KeyAssignmentsReading, InventoryReading {
  readonly #account: AccountReader;

  /** @throws GuardrailsError of kind `configuration` or `credential`; nothing is sent yet. */
  constructor(options: KeyAssignmentsClientOptions = {}) {
    refuseUnknownArguments(options, {
      caller: "KeyAssignmentsClient",
      known: settingNames,
      noun: "option",
      elsewhere: "What chooses rows belongs to readAll or readPage.",
    });
    const sources = { args: argumentSource({ ...options }, "option"), environment: process.env };
    this.#account = accounts.open(resolveSettings(sources));
  }

  async readAll(options?: ReadAllOptions): Promise<KeyAssignmentsSnapshot> {
    return redactSnapshot(await this.#account.readAll(options));
  }

  async *stream(options?: Abortable): AsyncGenerator<KeyAssignment, void> {
    for await (const row of this.#account.stream(options)) yield* redactAssignments([row]);
  }

  async readPage(options: Parameters<KeyAssignmentsReading["readPage"]>[0]): Promise<KeyAssignmentsSnapshot> {
    return redactSnapshot(await this.#account.readPage(options));
  }

  /**
   * All API keys of all workspaces, assigned or not, disabled and expired ones included (`isActive` tells). Every key
   * that stayed unchanged while it was read is listed exactly once. An account of up to 100 keys in one workspace takes
   * four requests.
   * @throws GuardrailsError, of kind `http` where the service offers no inventory, of kind `unsettled` where keys change
   * so fast that none can be proven complete
   */
  async readInventory(options?: ReadInventoryOptions): Promise<KeyInventory> {
    return redactInventory(await this.#account.readInventory(options));
  }

  /** What these guardrails enforce, by their ids in lower case; `absent` where the service has no such guardrail. */
  async readGuardrails(
    ids: readonly string[],
    options?: Abortable,
  ): Promise<ReadonlyMap<string, Guardrail | "absent">> {
    const guardrails = await this.#account.readGuardrails(ids, options);
    return redactEach(guardrails);
  }

  /** What these guardrails are called, by their ids in lower case, as far as the lists of guardrails show them. */
  async readGuardrailNames(
    ids: ReadonlySet<string> | "all",
    workspaceIds: readonly string[],
    options?: Abortable,
  ): Promise<ReadonlyMap<string, NamedGuardrail>> {
    const names = await this.#account.readGuardrailNames(ids, workspaceIds, options);
    return redactEach(names);
  }
}

function redactEach<Value>(byId: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return new Map([...byId].map(([id, one]) => [id, redactTexts(one)]));
}
