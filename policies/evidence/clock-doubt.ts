import { clocksAgree, type ServiceClock } from "../../provider/service-clock";

/** Why this machine's clock may not decide whether something has expired. */
export type ClockDoubt =
  | ServiceClock
  /** The evidence does not tell what the service's clock said, or there is no evidence to tell it. */
  | { readonly kind: "untold" | "unread" };

/**
 * Why this machine's clock may not decide; undefined where it agrees with the service's.
 * @param clock what the answers of the read say; undefined where the evidence does not tell
 */
export function clockDoubt(clock: ServiceClock | undefined): ClockDoubt | undefined {
  return clocksAgree(clock) ? undefined : (clock ?? { kind: "untold" });
}
