import { setMaxListeners } from "node:events";
import type { Clock } from "../clock";
import { ClockComparison } from "../service-clock";
import { inMilliseconds, type Limits } from "../settings/limits";
import type { Failure } from "./failure";

/** The time one read has, and who ended it: node-fetch's aborts carry no reason, so the reason is kept here. */
export interface ReadScope {
  readonly limits: Limits;
  readonly signal: AbortSignal;
  /** What the answers so far say of the service's clock. */
  readonly clocks: ClockComparison;
  /** How many requests were sent (those tried again count once), how many milliseconds the slowest good answer took, and what failed last. */
  readonly sent: { requests: number; slowest: number; lastFailure?: Failure };
  /** Milliseconds left of `readTimeout`. */
  remaining(): number;
  /** Lets so many milliseconds pass, if the read has them; tells whether it had. */
  rest(milliseconds: number): Promise<boolean>;
  endedBy(): "caller" | "readTimeout" | undefined;
}

/** @param caller its abort is the caller's doing, @param over ends the requests of a read whose result is settled */
export function openReadScope(
  limits: Limits,
  clock: Clock,
  caller: AbortSignal | undefined,
  over: AbortSignal | undefined,
): ReadScope {
  const milliseconds = inMilliseconds(limits.readTimeout);
  const end = clock.now() + milliseconds;
  const timeout = AbortSignal.timeout(milliseconds);
  const signal = anyOf([timeout, caller, over].filter((one) => one !== undefined));
  const remaining = (): number => Math.max(0, end - clock.now());
  return {
    limits,
    signal,
    clocks: new ClockComparison(),
    sent: { requests: 0, slowest: 0 },
    remaining,
    rest: async (milliseconds) => {
      if (milliseconds >= remaining()) return false;
      try {
        if (milliseconds > 0) await clock.sleep(milliseconds, signal);
      } catch (error) {
        // A read that has ended meanwhile is told of by its next request, in words.
        if (!signal.aborted) throw error;
      }
      return true;
    },
    endedBy: () => {
      if (caller?.aborted === true) return "caller";
      return timeout.aborted ? "readTimeout" : undefined;
    },
  };
}

/** The same scope, ended earlier by one more signal: for the part of a read that turns out not to be needed. */
export function narrowed(scope: ReadScope, signal: AbortSignal): ReadScope {
  return { ...scope, signal: anyOf([scope.signal, signal]) };
}

function anyOf(signals: AbortSignal[]): AbortSignal {
  const signal = AbortSignal.any(signals);
  // Every request that waits listens to it.
  setMaxListeners(0, signal);
  return signal;
}
