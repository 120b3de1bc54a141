import { isDeepStrictEqual } from "node:util";
import { InconsistentListError } from "../assignments/page";
import { GuardrailsError } from "../errors";
import { maxReadings, restAfter } from "../http/readings";
import type { ListSource } from "./list";
import { readPass } from "./pass";

/**
 * The whole list: every row that stayed unchanged while it was read is in it exactly once. One pass proves it, of ragged
 * ones (pass.ts) two in a row must agree. Assumed: identities are never reused, rows that stay unchanged keep their
 * relative order, a response is made at one moment, no page has room for fewer than half as many rows as another.
 * @throws GuardrailsError of kind `unsettled` when the passes that the read has time for did not suffice, or any error of
 * the pages' reading
 */
export async function readList<Row>(source: ListSource<Row>): Promise<readonly Row[]> {
  let previous: readonly Row[] | undefined;
  let why = "";
  let pass = 0;
  do {
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
    pass += 1;
  } while (pass < maxReadings && (await source.rest(restAfter(pass))));
  throw unsettled(source.subject, why, pass);
}

function contradicted(noun: string, why: string): GuardrailsError {
  return new GuardrailsError("unsettled", {
    what: `could not verify: ${noun} cannot be read whole, because ${why}`,
    advice: "Running it again will not help: check the address, or ask the service's operators.",
  });
}

/** @param noun what does not settle, @param why in words that need no escaping any more */
export function unsettled(noun: string, why: string, readings: number): GuardrailsError {
  return new GuardrailsError("unsettled", {
    what: `could not verify: ${noun} cannot be read whole after ${readings} readings, because ${why}`,
    advice: "Run it again when nobody creates, moves or deletes keys.",
  });
}
