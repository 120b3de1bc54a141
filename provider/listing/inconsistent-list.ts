import { GuardrailsError } from "../errors";
import { askOperators } from "../http/failure";

/** The list cannot be judged from what this pass has seen. */
export class InconsistentListError extends Error {
  /**
   * @param lasts where another reading may not help: a contradiction that the same rows show again was not made by a change,
   * one that pages laid elsewhere show too neither by a change nor by old answers, and some cannot have been made at all
   * @param seen the rows that show it, where its words do not tell
   */
  constructor(
    message: string,
    readonly lasts?: "if it shows again" | "if it shows elsewhere" | "surely",
    readonly seen?: string,
  ) {
    super(message);
  }

  /**
   * Whether no change explains it, given what the reading before ended with.
   * @param isAlike whether both readings had given out the same rows by then
   */
  isLasting(before: InconsistentListError | undefined, isAlike = true): boolean {
    const isSame = before?.message === this.message && before.seen === this.seen;
    if (this.lasts === "if it shows elsewhere") return isSame;
    return this.lasts === "surely" || (this.lasts === "if it shows again" && isSame && isAlike);
  }
}

/** A page before the end of the list was refused: the list became shorter, or the page cannot be had. */
export class RefusedPageError extends InconsistentListError {
  /** @param owing the page by which rows stand there */
  constructor(
    offset: number,
    readonly refusal: GuardrailsError,
    owing: unknown,
  ) {
    super(
      `offset ${offset} is answered ${refusal.status} although the list went on there`,
      "if it shows again",
      JSON.stringify(owing),
    );
  }
}

/**
 * The error for what no change that somebody made meanwhile explains.
 * @param subject what cannot be read whole
 */
export function contradicted(subject: string, error: InconsistentListError): GuardrailsError {
  const where = error instanceof RefusedPageError ? error.refusal : undefined;
  return new GuardrailsError("unsettled", {
    what: `could not verify: ${subject} cannot be read whole, because ${error.message}`,
    advice: askOperators,
    status: where?.status,
    address: where?.address,
  });
}

export function rowTwice(id: string): InconsistentListError {
  return new InconsistentListError("a row shows twice", "if it shows elsewhere", id);
}

/** In pages, how much farther on than pages are known to reach the last row is looked for: its page may span more. */
export const reachOfLongPages = 9;

/** @param listed what was listed by then: a row that was deleted just then is the last of another list the next time */
export function lastRowGone(listed: string | undefined): InconsistentListError {
  const what = "a row that one offset showed last does not show where it stands";
  return new InconsistentListError(what, "if it shows again", listed);
}
