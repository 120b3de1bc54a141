import type { Clock } from "../clock";
import type { Limits } from "../settings/limits";

/** The time one read has, and who ended it: node-fetch's aborts carry no reason, so the reason is kept here. */
export interface ReadScope {
  readonly limits: Limits;
  readonly signal: AbortSignal;
  /** Milliseconds left of `readTimeout`. */
  remaining(): number;
  endedBy(): "caller" | "readTimeout" | undefined;
}

/** @param caller its abort is the caller's doing, @param over ends the requests of a read whose result is settled */
export function openReadScope(
  limits: Limits,
  clock: Clock,
  caller: AbortSignal | undefined,
  over: AbortSignal | undefined,
): ReadScope {
  const milliseconds = limits.readTimeout * 1_000;
  const end = clock.now() + milliseconds;
  const timeout = AbortSignal.timeout(milliseconds);
  return {
    limits,
    signal: AbortSignal.any([timeout, caller, over].filter((signal) => signal !== undefined)),
    remaining: () => Math.max(0, end - clock.now()),
    endedBy: () => {
      if (caller?.aborted === true) return "caller";
      return timeout.aborted ? "readTimeout" : undefined;
    },
  };
}

/** The same scope, ended earlier by one more signal: for the part of a read that turns out not to be needed. */
export function narrowed(scope: ReadScope, signal: AbortSignal): ReadScope {
  return { ...scope, signal: AbortSignal.any([scope.signal, signal]) };
}
