/** A time between two pauses, and how many tries were started and answered well in it. */
export interface Stretch {
  /** When the first of them was started. */
  from: number;
  started: number;
  answered: number;
}

/** What the service was seen to allow in that many milliseconds: as many as it answered in `seen`, and a few more. */
interface Seen {
  readonly seen: Stretch;
  /** Half of what it was seen to allow before: others who read the same account may have taken the rest. */
  readonly least: number;
  readonly milliseconds: number;
  /** In how many stretches in a row all of them were answered. */
  kept: number;
  more: number;
}

/** What was learnt is kept for so many milliseconds, as long as a read may last: a service that asks for days may not mean them. */
export const longestKept = 3_600_000;
/** For so many stretches no more is tried than the service was seen to allow; then one more with each of them. */
const patientStretches = 4;

/**
 * How many tries may start in a stretch of time: as many as were answered in the one that ended by a pause. Where a service
 * allows ten requests a second, fewer at once do not help: one after the other they may still be too many.
 */
export class Allowance {
  #stretch = freshStretch();
  #seen: Seen | undefined;

  /** Whether the service was seen to turn tries away. */
  get isKnown(): boolean {
    return this.#seen !== undefined;
  }

  start(now: number): Stretch {
    if (this.#stretch.started === 0) this.#stretch.from = now;
    this.#stretch.started += 1;
    return this.#stretch;
  }

  /** Whether it is the stretch that tries start in now. */
  isNow(stretch: Stretch): boolean {
    return stretch === this.#stretch;
  }

  /**
   * The stretch ends by a pause.
   * @param guessed how many milliseconds of the pause the service did not ask for
   */
  endStretch(until: number, guessed: number): void {
    this.#seen = seenIn(this.#stretch, this.#seen, until, guessed);
    this.#stretch = freshStretch();
  }

  /** How many milliseconds no try may start yet. Begins a new stretch where the last one is over. */
  untilFree(now: number): number {
    const seen = this.#seen;
    if (seen === undefined || this.#stretch.started === 0) return 0;
    const left = now < this.#stretch.from ? 0 : this.#stretch.from + seen.milliseconds - now;
    const isUsedUp = this.#stretch.started >= mostOf(seen);
    if (left > 0) return isUsedUp ? left : 0;
    if (isUsedUp) {
      seen.kept += 1;
      seen.more += Math.max(0, seen.kept - patientStretches);
    }
    this.#stretch = freshStretch();
    return 0;
  }
}

function seenIn(
  stretch: Stretch,
  before: Seen | undefined,
  until: number,
  guessed: number,
): Seen | undefined {
  const fresh = {
    seen: stretch,
    least: 1,
    milliseconds: Math.min(longestKept, until - stretch.from),
    kept: 0,
    more: 0,
  };
  // Turned away before anything was answered, nothing is known of what the service allows: others may have used it up.
  if (before === undefined) return stretch.answered === 0 ? undefined : fresh;
  // Turned away at once, a pause of our own was too short for what had been allowed before.
  if (stretch.answered === 0)
    return { ...before, milliseconds: before.milliseconds + guessed, kept: 0, more: 0 };
  return { ...fresh, least: Math.max(1, Math.floor(mostOf(before) / 2)) };
}

function mostOf({ seen, least, more }: Seen): number {
  return Math.max(least, seen.answered) + more;
}

function freshStretch(): Stretch {
  return { from: 0, started: 0, answered: 0 };
}
