import { redact } from "./redaction/sanitize";

/**
 * What went wrong, in the terms a caller acts on:
 * `configuration` and `credential`: settings to fix, nothing was sent; `aborted`: the caller's own signal;
 * everything else: the service was asked and the list could not be had whole.
 */
export type ErrorKind =
  | "configuration"
  | "credential"
  | "unauthorized"
  | "http"
  | "network"
  | "timeout"
  | "malformed"
  | "too-large"
  | "unsettled"
  | "aborted";

export interface ErrorDetails {
  /** What is wrong, without a full stop. Foreign text in it has passed `sanitize`. */
  readonly what: string;
  /** What to do about it: one or more whole sentences. */
  readonly advice: string;
  /** The address that was asked. */
  readonly address?: string | undefined;
  /** How often it was asked. */
  readonly attempts?: number | undefined;
  /** The HTTP status answered, if one was. */
  readonly status?: number | undefined;
  /** Whether it stays so until somebody changes something: no outage, although nothing could be read. */
  readonly lasting?: true | undefined;
}

/** The one error of this package: its message names the cause, the address, the attempts and what to do, and no secret. */
export class GuardrailsError extends Error {
  readonly kind: ErrorKind;
  readonly address: string | undefined;
  readonly attempts: number | undefined;
  readonly status: number | undefined;
  readonly #lasting: boolean;
  readonly #what: string;
  readonly #advice: string;

  constructor(kind: ErrorKind, details: ErrorDetails) {
    const { what, advice, address, attempts, status, lasting = false } = details;
    const tries = attempts === undefined || attempts < 2 ? "" : `, ${attempts} attempts`;
    const asked = address === undefined ? "" : ` (GET ${redact(address)}${tries})`;
    // Below a list the advice has a line of its own.
    super(`${what}${asked}.${advice.startsWith("\n") ? "" : " "}${advice}`);
    this.name = "GuardrailsError";
    this.kind = kind;
    this.address = address;
    this.attempts = attempts;
    this.status = status;
    this.#lasting = lasting;
    this.#what = what;
    this.#advice = advice;
  }

  /** What is wrong, without a full stop. */
  get what(): string {
    return this.#what;
  }

  /** What to do about it: one or more whole sentences. */
  get advice(): string {
    return this.#advice;
  }

  /** Whether the service or the way to it may be down: no connection, no answer in time, 5xx, 408, 425 or 429. */
  get isOutage(): boolean {
    const { kind, status = 0 } = this;
    return (
      !this.#lasting &&
      (kind === "network" || kind === "timeout" || status >= 500 || [408, 425, 429].includes(status))
    );
  }

  /** True where the user's settings are at fault and nothing was sent. */
  get isSettings(): boolean {
    return this.kind === "configuration" || this.kind === "credential";
  }
}

/** The message of anything thrown, for places that must turn it into a finding. Never relays a foreign error's text. */
export function messageOf(error: unknown): string {
  if (error instanceof GuardrailsError) return error.message;
  const name = error instanceof Error ? error.constructor.name : typeof error;
  return `an unexpected ${name} was thrown. This is a defect of pulumi-guardrails: please report it with the version you run.`;
}

/** What a message says, without the words that nothing could be verified: where it stands among others that say so, or says none. */
export function withoutDoubt(message: string): string {
  return message.replace(/^could not verify: /u, "");
}

/** Anything thrown, as the sentence that tells a doubt apart from a key without a guardrail. */
export function couldNotVerify(error: unknown): string {
  const message = messageOf(error);
  return message.startsWith("could not verify") ? message : `could not verify: ${message}`;
}
