import * as z from "zod";

/** What the answers of one read say of the service's clock: the times of the answer that is furthest apart. */
export type ServiceClock =
  | {
      readonly kind: "compared";
      /** This machine's time when the answer arrived (ISO 8601, UTC). */
      readonly own: string;
      /** The answer's `Date` (ISO 8601, UTC). */
      readonly service: string;
    }
  | { readonly kind: "no-date" }
  /** An answer that something in between has kept shows the time when it was made, not the time it is. */
  | { readonly kind: "kept" };

/** @internal */
export const serviceClock = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("compared"), own: z.iso.datetime(), service: z.iso.datetime() }),
  z.strictObject({ kind: z.literal("no-date") }),
  z.strictObject({ kind: z.literal("kept") }),
]) satisfies z.ZodType<ServiceClock>;

/** What an answer's headers say of time. */
export interface AnswerTime {
  readonly date: string | null;
  readonly age: string | null;
}

/** The one form that a date has in a header; what JavaScript takes for a date beside it may be anything. */
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/u;

/** A header's date in milliseconds since 1970; undefined where it is none. */
export function httpTime(header: string | null): number | undefined {
  const time = header !== null && httpDate.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** Compares the clocks answer by answer. One answer that does not tell leaves the whole read in doubt. */
export class ClockComparison {
  #result: ServiceClock | undefined;

  /** @param now this machine's time, in milliseconds since 1970 */
  note({ date, age }: AnswerTime, now: number): void {
    const seen = comparedWith(date, age, now);
    if (this.#result === undefined || apartBy(seen) > apartBy(this.#result)) this.#result = seen;
  }

  /** Before the first answer nothing is known. */
  get result(): ServiceClock {
    return this.#result ?? { kind: "no-date" };
  }
}

/** How far two clocks are apart, in milliseconds; infinitely where nothing tells. */
function apartBy(clock: ServiceClock | undefined): number {
  if (clock?.kind !== "compared") return Number.POSITIVE_INFINITY;
  return Math.abs(Date.parse(clock.own) - Date.parse(clock.service));
}

/** Clocks of machines that nobody set by hand are seconds apart; an answer may take some more. */
const mostMinutes = 5;

/** Whether this machine's clock may decide whether something has expired. */
export function clocksAgree(clock: ServiceClock | undefined): boolean {
  return apartBy(clock) <= mostMinutes * 60_000;
}

function comparedWith(date: string | null, age: string | null, now: number): ServiceClock {
  if (age !== null) return { kind: "kept" };
  const service = httpTime(date);
  if (service === undefined) return { kind: "no-date" };
  return { kind: "compared", own: new Date(now).toISOString(), service: new Date(service).toISOString() };
}
