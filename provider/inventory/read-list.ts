import { isDeepStrictEqual } from "node:util";
import { GuardrailsError } from "../errors";
import { contradicted, InconsistentListError, reachOfLongPages } from "../listing/inconsistent-list";
import { maxReadings, restAfter } from "../listing/rereads";
import type { ListSource } from "./list";
import { readPass } from "./pass";
import { type Search, ShownRows, UnlistedRowError } from "./shown-rows";

/**
 * The whole list: every row that stayed unchanged while it was read is in it exactly once. One pass proves it, of ragged
 * ones (pass.ts) two in a row must agree. Assumed: identities are never reused, rows that stay unchanged keep their
 * relative order, a response is made at one moment, a page has at least half as many positions as the service documents,
 * unless a page showed otherwise.
 * @throws GuardrailsError of kind `unsettled` when the passes that the read has time for did not suffice, or any error of
 * the pages' reading
 */
export async function readList<Row>(source: ListSource<Row>): Promise<readonly Row[]> {
  let previous: readonly Row[] | undefined;
  let doubt: InconsistentListError | undefined;
  let search: Search = { kind: "usual" };
  const shown = new ShownRows(source);
  let pass = 0;
  do {
    try {
      const { rows, isRagged } = await readPass(source, shown, search);
      if (!isRagged || isDeepStrictEqual(rows, previous)) return rows;
      previous = rows;
      doubt = new InconsistentListError(
        "pages come short before its end, and it does not stay the same from one reading to the next",
      );
    } catch (error) {
      if (!(error instanceof InconsistentListError)) throw error;
      const isAgain = error.isLasting(doubt);
      const closest = searchToConfirm(error);
      if (isAgain && doesCover(search, closest)) throw contradicted(source.subject, error);
      if (isAgain) search = closest;
      else if (error instanceof UnlistedRowError) search = { kind: "closely", reach: error.reach(1) };
      // What a list at rest ends in as well: how it is looked at is to blame.
      else if (error.message === doubt?.message) search = { kind: "closely", reach: 0 };
      previous = undefined;
      doubt = error;
    }
    pass += 1;
  } while (pass < maxReadings && (await source.rest(restAfter(pass))));
  throw unsettled(source.subject, doubt.message, pass);
}

/** How to look before a doubt that shows again is the service's: had the way of looking been to blame, this would cure it. */
function searchToConfirm(error: InconsistentListError): Search {
  if (error instanceof UnlistedRowError) return { kind: "closely", reach: error.reach(reachOfLongPages) };
  return error.lasts === "if it shows elsewhere" ? { kind: "closely", reach: 0 } : { kind: "usual" };
}

function doesCover(search: Search, wanted: Search): boolean {
  return wanted.kind === "usual" || (search.kind === "closely" && search.reach >= wanted.reach);
}

/** @param noun what does not settle, @param why in words that need no escaping any more */
export function unsettled(noun: string, why: string, readings: number): GuardrailsError {
  return new GuardrailsError("unsettled", {
    what: `could not verify: ${noun} cannot be read whole after ${readings} readings, because ${why}`,
    advice: "Run it again when nobody creates, edits, moves or deletes keys.",
  });
}
