import { isDeepStrictEqual } from "node:util";
import { InconsistentListError } from "../assignments/page";
import { GuardrailsError } from "../errors";
import type { ListSource } from "./list";
import { readPass } from "./pass";

/** How often a list is read before it counts as one that does not settle. */
export const maxPasses = 6;

/**
 * The whole list: every row that stayed unchanged while it was read is in it exactly once. One pass proves it, of ragged
 * ones (pass.ts) two in a row must agree. Assumed: identities are never reused, rows that stay unchanged keep their
 * relative order, a response is made at one moment, all pages have room for equally many rows.
 * @throws GuardrailsError of kind `unsettled` when six passes did not suffice, or any error of the pages' reading
 */
export async function readList<Row>(source: ListSource<Row>): Promise<readonly Row[]> {
  let previous: readonly Row[] | undefined;
  let why = "";
  for (let pass = 0; pass < maxPasses; pass += 1) {
    try {
      const { rows, isRagged } = await readPass(source);
      if (!isRagged || isDeepStrictEqual(rows, previous)) return rows;
      previous = rows;
      why = "pages come short before its end, and it does not stay the same from one reading to the next";
    } catch (error) {
      if (!(error instanceof InconsistentListError)) throw error;
      const isSame = error.lasts === "if it shows again" && why === error.message;
      if (isSame || error.lasts === "surely") throw contradicted(source.subject, error.message);
      previous = undefined;
      why = error.message;
    }
  }
  throw unsettled(source.subject, why);
}

function contradicted(noun: string, why: string): GuardrailsError {
  return new GuardrailsError("unsettled", {
    what: `could not verify: ${noun} cannot be read whole, because ${why}`,
    advice: "Running it again will not help: check the address, or ask the service's operators.",
  });
}

/** @param noun what does not settle, @param why in words that need no escaping any more */
export function unsettled(noun: string, why: string): GuardrailsError {
  return new GuardrailsError("unsettled", {
    what: `could not verify: ${noun} cannot be read whole after ${maxPasses} readings, because ${why}`,
    advice: "Run it again when nobody creates, moves or deletes keys.",
  });
}
