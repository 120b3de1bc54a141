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
  /**
   * How many requests were sent (those tried again count once), how many milliseconds the slowest good answer took, whether
   * there was one, and what failed last.
   */
  readonly sent: { requests: number; slowest: number; isAccepted: boolean; lastFailure?: Failure };
  /** Milliseconds left of `readTimeout`. */
  remaining(): number;
  /** Lets so many milliseconds pass, if the read has them; tells whether it had. */
  rest(milliseconds: number): Promise<boolean>;
  endedBy(): "caller" | "readTimeout" | undefined;
}

/** The limits of one read and who may end it. */
export interface ReadTerms {
  readonly limits: Limits;
  /** The caller's: an abort of it is told as one. */
  readonly signal?: AbortSignal | undefined;
  /** Ends what is still under way when the read is over, by whatever way. */
  readonly over?: AbortSignal | undefined;
  /** Shared with other reads; a time of its own where there is none. */
  readonly time?: ReadTime | undefined;
}

/** One `readTimeout` for all reads that are given it. It begins with the first of them. */
export class ReadTime {
  #begun: { readonly end: number; readonly timeout: AbortSignal } | undefined;

  begin({ readTimeout }: Limits, clock: Clock): { readonly end: number; readonly timeout: AbortSignal } {
    const milliseconds = inMilliseconds(readTimeout);
    this.#begun ??= { end: clock.now() + milliseconds, timeout: AbortSignal.timeout(milliseconds) };
    return this.#begun;
  }
}

export function openReadScope(
  { limits, signal: caller, over, time = new ReadTime() }: ReadTerms,
  clock: Clock,
): ReadScope {
  const { end, timeout } = time.begin(limits, clock);
  const signal = anyOf([timeout, caller, over].filter((one) => one !== undefined));
  const remaining = (): number => Math.max(0, end - clock.now());
  return {
    limits,
    signal,
    clocks: new ClockComparison(),
    sent: { requests: 0, slowest: 0, isAccepted: false },
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
