import { apartBy, type ServiceClock } from "../../provider/service-clock";

/** Clocks of machines that nobody set by hand are seconds apart; an answer may take some more. */
const mostMinutes = 5;

/**
 * Why this machine's clock may not decide whether something has expired, as words that follow "because"; undefined where it
 * agrees with the service's.
 * @param clock what the answers of the read say; undefined where the evidence does not tell
 */
export function clockDoubt(clock: ServiceClock | undefined): string | undefined {
  if (apartBy(clock) <= mostMinutes * 60_000) return undefined;
  switch (clock?.kind) {
    case undefined:
      return "the evidence does not say what the service's clock said";
    case "no-date":
      return "an answer of the service has no Date to compare this machine's clock with";
    case "kept":
      return "an answer came out of a cache (it has an Age), so that its Date does not tell the time";
    case "compared":
      return `this machine's clock said ${clock.own} when the service's said ${clock.service}`;
  }
}

/** What to do about it. */
export const clockRemedy = "Set this machine's clock, or read the service directly, then run this again.";
