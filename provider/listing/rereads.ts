/** How often a list is read before it counts as one that does not settle. */
export const maxReadings = 8;
/** The pause before the third reading, in milliseconds; doubled for each further one. */
const firstRest = 250;

/** A second reading follows at once; what then still changes is given time. In milliseconds, after so many readings. */
export function restAfter(readings: number): number {
  return readings < 2 ? 0 : firstRest * 2 ** (readings - 2);
}
