import type { Clock } from "../clock";
import type { Settings } from "../settings/settings";
import { type ApiClient, openApiClient } from "./api-client";
import { createHttpClient, type HttpClient } from "./http-client";
import { openReadScope, type ReadTerms } from "./read-scope";

/** One read of one list: its answers, and when it began (ISO 8601, UTC). */
export interface BegunRead {
  readonly answers: ApiClient;
  readonly readAt: string;
}

/** What every list of one account is read through: one client, one pool of connections, one pace. Opens none by itself. */
export class Connection {
  readonly #settings: Settings;
  readonly #clock: Clock;
  #client: Promise<HttpClient> | undefined;
  #maxConcurrency: number;

  constructor(settings: Settings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#maxConcurrency = settings.limits.maxConcurrency;
  }

  /** Whether it leads to the same address with the same key; limits may differ. */
  leadsTo({ baseUrl, credential }: Settings): boolean {
    return this.#settings.baseUrl === baseUrl && this.#settings.credential.equals(credential);
  }

  /** Never more requests at once than this, whoever reads: the lowest that was asked for counts. */
  limitTo(maxConcurrency: number): void {
    this.#maxConcurrency = Math.min(this.#maxConcurrency, maxConcurrency);
  }

  /** Loads what a read needs; sends nothing. What fails here fails again in the read. */
  async warmUp(): Promise<void> {
    await this.#open();
  }

  async begin(terms: ReadTerms): Promise<BegunRead> {
    const readAt = new Date(this.#clock.now()).toISOString();
    const client = await this.#open();
    const scope = openReadScope(terms, this.#clock);
    return { answers: openApiClient(client, this.#settings.baseUrl, scope), readAt };
  }

  async #open(): Promise<HttpClient> {
    this.#client ??= createHttpClient(this.#settings, () => this.#maxConcurrency, this.#clock);
    try {
      return await this.#client;
    } catch (error) {
      // What it was refused for, a proxy in the environment, say, may be set right before the next read.
      this.#client = undefined;
      throw error;
    }
  }
}
