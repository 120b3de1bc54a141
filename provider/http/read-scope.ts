import type { Clock } from "../clock";
import type { Limits } from "../settings/limits";

/** The time one read has, and who ended it: node-fetch's aborts carry no reason, so the reason is kept here. */
export interface ReadScope {
  readonly signal: AbortSignal;
  /** Milliseconds left of `readTimeout`. */
  remaining(): number;
  endedBy(): "caller" | "readTimeout" | undefined;
}

export function openReadScope(limits: Limits, clock: Clock, caller: AbortSignal | undefined): ReadScope {
  const milliseconds = limits.readTimeout * 1_000;
  const end = clock.now() + milliseconds;
  const timeout = AbortSignal.timeout(milliseconds);
  return {
    signal: caller === undefined ? timeout : AbortSignal.any([timeout, caller]),
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
