import { GuardrailsError } from "../errors";

/** What bounds a read. */
export interface Limits {
  /** Longest one request may take, answer included, in seconds. Default 10. */
  readonly requestTimeout: number;
  /** Longest a whole read may take, every request, retry and wait included, in seconds. Default 30. */
  readonly readTimeout: number;
  /** Most requests under way at once to one account: of all who read it in one process the lowest counts. Default 32. */
  readonly maxConcurrency: number;
  /** Most rows a list may claim. Default 250,000. */
  readonly maxRows: number;
  /** Most bytes of one page, after decompression. Default 8 MiB. */
  readonly maxPageBytes: number;
  /** Most requests one read may need; checked before they are planned. Default 20,000. */
  readonly maxRequests: number;
}

export const defaultLimits: Limits = {
  requestTimeout: 10,
  readTimeout: 30,
  maxConcurrency: 32,
  maxRows: 250_000,
  maxPageBytes: 8 * 1024 * 1024,
  maxRequests: 20_000,
};

export const limitNames = Object.keys(defaultLimits) as (keyof Limits)[];

/** Something of each limit, by their names. */
export function limitsOf<Value>(of: (name: keyof Limits) => Value): Readonly<Record<keyof Limits, Value>> {
  return Object.fromEntries(limitNames.map((name) => [name, of(name)])) as Record<keyof Limits, Value>;
}

const highest: Limits = {
  requestTimeout: 600,
  readTimeout: 3_600,
  maxConcurrency: 256,
  maxRows: 100_000_000,
  maxPageBytes: 256 * 1024 * 1024,
  maxRequests: 10_000_000,
};

/** A time limit in milliseconds, whole ones as timers want them and never fewer than it allows. */
export function inMilliseconds(seconds: number): number {
  return Math.ceil(seconds * 1_000);
}

/**
 * One limit as somebody gave it: a number, or its decimal text in a stack configuration.
 * @throws GuardrailsError of kind `configuration`
 */
export function parseLimit(name: keyof Limits, given: unknown, place: string): number {
  const value = typeof given === "string" && /^\d+(\.\d+)?$/u.test(given) ? Number(given) : given;
  const whole = name !== "requestTimeout" && name !== "readTimeout";
  const fits =
    typeof value === "number" && value > 0 && value <= highest[name] && (!whole || Number.isInteger(value));
  if (fits) return value;
  throw new GuardrailsError("configuration", {
    what: `${place} must be a ${whole ? "whole number" : "number of seconds"} above 0 and at most ${highest[name]}`,
    advice: `Leave it out for the default of ${defaultLimits[name]}.`,
  });
}
