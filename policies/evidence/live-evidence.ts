import { openReading, type ReadAllOptions } from "../../provider/assignments/reading";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import { type Clock, systemClock } from "../../provider/clock";
import { GuardrailsError } from "../../provider/errors";
import { createHttpClient, type HttpClient } from "../../provider/http/http-client";
import type { KeyInventory } from "../../provider/inventory/inventory";
import { openInventory } from "../../provider/inventory/reading";
import { type Environment, resolveSettings, type SettingsSource } from "../../provider/settings/settings";
import { type Evidence, evidenceOf } from "./evidence";
import type { AccountEvidence, Guardrails } from "./evidence-source";

/**
 * The account as it is now, read with the configuration and environment of this process only: nothing a stack's own
 * configuration says changes where it is read or with which key. Each list is read when it is first asked for, and once.
 */
export class LiveEvidence implements AccountEvidence {
  readonly #connection: SettingsSource;
  readonly #environment: Environment;
  readonly #options: Pick<ReadAllOptions, "signal" | "onProgress">;
  readonly #clock: Clock;
  #assignments: Promise<Evidence<KeyAssignmentsSnapshot>> | undefined;
  #inventory: Promise<Evidence<KeyInventory>> | undefined;
  #warmedUp: Promise<Evidence<HttpClient>> | undefined;

  constructor(
    connection: SettingsSource,
    environment: Environment,
    options: Pick<ReadAllOptions, "signal" | "onProgress"> = {},
    clock: Clock = systemClock,
  ) {
    this.#connection = connection;
    this.#environment = environment;
    this.#options = options;
    this.#clock = clock;
  }

  /**
   * Loads the modules of a read before it is asked for; sends nothing. What fails here fails again in the read, which tells.
   */
  warmUp(): void {
    this.#warmedUp ??= evidenceOf(async () => createHttpClient(this.#settings(), this.#clock));
  }

  assignments(): Promise<Evidence<KeyAssignmentsSnapshot>> {
    this.#assignments ??= evidenceOf(async () =>
      openReading(this.#settings(), this.#clock).readAll(this.#options),
    );
    return this.#assignments;
  }

  inventory(): Promise<Evidence<KeyInventory>> {
    this.#inventory ??= this.#readInventory();
    return this.#inventory;
  }

  guardrails(ids: readonly string[]): Promise<Evidence<Guardrails>> {
    const { signal } = this.#options;
    return evidenceOf(async () =>
      openInventory(this.#settings(), this.#clock).readGuardrails(ids, { signal }),
    );
  }

  /** An inventory that leaves out a key known to have an assignment is not whole; a key may be new, so it is read twice. */
  async #readInventory(): Promise<Evidence<KeyInventory>> {
    const { signal } = this.#options;
    const read = () =>
      evidenceOf(async () => openInventory(this.#settings(), this.#clock).readInventory({ signal }));
    const [first, assignments] = await Promise.all([read(), this.assignments()]);
    if (first.kind === "none" || assignments.kind === "none") return first;
    if (unlisted(assignments.value, first.value) === 0) return first;
    const second = await read();
    if (second.kind === "none") return second;
    const missing = unlisted(assignments.value, second.value);
    return missing === 0 ? second : evidenceOf(() => Promise.reject(notWhole(second.value, missing)));
  }

  #settings() {
    return resolveSettings({ args: this.#connection, environment: this.#environment });
  }
}

/** One account for all who read it with the same configuration. */
export class LiveAccounts {
  readonly #open: (connection: SettingsSource) => LiveEvidence;
  readonly #accounts = new Map<string, LiveEvidence>();

  constructor(
    environment: Environment,
    options: Pick<ReadAllOptions, "signal" | "onProgress"> = {},
    clock: Clock = systemClock,
  ) {
    this.#open = (connection) => new LiveEvidence(connection, environment, options, clock);
  }

  for(connection: SettingsSource): LiveEvidence {
    const { service, baseUrl, limits } = connection;
    const key = JSON.stringify([service, baseUrl, limits]);
    const account = this.#accounts.get(key) ?? this.#open(connection);
    this.#accounts.set(key, account);
    return account;
  }
}

function unlisted({ assignments }: KeyAssignmentsSnapshot, { keys }: KeyInventory): number {
  const listed = new Set(keys.map(({ hash }) => hash));
  return assignments.filter(({ keyHash }) => !listed.has(keyHash.toLowerCase())).length;
}

function notWhole({ baseUrl }: KeyInventory, missing: number): GuardrailsError {
  return new GuardrailsError("unsettled", {
    what: `could not verify: the inventory of all keys is not whole: ${missing} keys have an assignment and are not in it`,
    advice: "Check that the management key sees every workspace; or require keys by their hash.",
    address: `${baseUrl}/keys`,
  });
}
