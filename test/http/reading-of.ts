import assert from "node:assert/strict";
import {
  Ledger,
  LOCAL_MANAGEMENT_KEY,
  type LocalService,
  type LocalServiceOptions,
  samplePositions,
  startLocalService,
} from "../../local-service/index";
import { type AccountReader, Accounts } from "../../provider/account";
import type { Clock } from "../../provider/clock";
import { type ErrorKind, GuardrailsError } from "../../provider/errors";
import { Credential } from "../../provider/settings/credential";
import { defaultLimits, type Limits } from "../../provider/settings/limits";

/**
 * A clock that never waits: a pause is over at once, is written down, and takes its time from the read. Pauses that begin
 * together pass together.
 */
export class InstantClock implements Clock {
  readonly pauses: number[] = [];
  readonly #begun = Date.now();
  #slept = 0;

  /** How much time passed since it was made, in milliseconds: what a pause is short of passed before it began. */
  get passed(): number {
    return this.now() - this.#begun;
  }

  now(): number {
    return Date.now() + this.#slept;
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.pauses.push(milliseconds);
    const until = this.now() + milliseconds;
    await new Promise(setImmediate);
    this.#slept += Math.max(0, until - this.now());
  }
}

/** The account of the service at this address, with the local service's credential. */
export function readingOf(
  baseUrl: string,
  limits: Partial<Limits> = {},
  clock: Clock = new InstantClock(),
): AccountReader {
  const credential = Credential.parse(LOCAL_MANAGEMENT_KEY, { place: "test" });
  return new Accounts(clock).open({
    service: "openrouter",
    baseUrl,
    credential,
    limits: { ...defaultLimits, ...limits },
  });
}

/** Local services that are closed after each test. Call it inside `describe`. */
export function useServices(): (options?: LocalServiceOptions & { rows?: number }) => Promise<LocalService> {
  const started: LocalService[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((service) => service.close()));
  });
  return async ({ rows = 3, ...options } = {}) => {
    const ledger = new Ledger({ positions: samplePositions(rows) });
    const service = await startLocalService({ ledger, ...options });
    started.push(service);
    return service;
  };
}

/** Until the service was asked that often. */
export async function arrived(service: LocalService, count: number): Promise<void> {
  while (service.requests.length < count) await new Promise(setImmediate);
}

/** An answer's latency that does not end. */
export const never = new Promise<never>(() => undefined);

export interface ExpectedRefusal {
  readonly kind: ErrorKind;
  readonly message: RegExp;
  /** How often the address was asked; 0 where nothing was sent. */
  readonly requests: number;
}

/** The refusal that a reading ends in: whatever it is, it names the address and what to do, and never the key. */
export async function refusalOf(reading: Promise<unknown>, baseUrl: string): Promise<GuardrailsError> {
  const error = await reading.then(
    () => assert.fail("it was not refused"),
    (reason: unknown) => reason,
  );
  assert(error instanceof GuardrailsError, String(error));
  assert(error.message.startsWith("could not verify: "), error.message);
  assert(error.message.includes(`(GET ${baseUrl}/guardrails/assignments/keys`), error.message);
  assert.match(error.message, /\. [A-Z][^.]*\S.*\.$/su);
  assert(
    !JSON.stringify([error, error.message, error.stack]).includes(LOCAL_MANAGEMENT_KEY),
    "it shows the key",
  );
  return error;
}
