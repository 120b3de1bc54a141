import { GuardrailsError } from "../errors";
import type { ReadPage } from "./page";

const beyondTheEnd: readonly number[] = [400, 404, 416];

/**
 * Some services answer an offset beyond the end with an error: taken for the empty page that others send. Where the newest
 * total of this pass says that rows stand there, it stays an error.
 */
export function endingEmpty(read: ReadPage): ReadPage {
  let total: number | undefined;
  return async (offset, limit) => {
    try {
      const page = await read(offset, limit);
      total = page.total;
      return page;
    } catch (error) {
      const refused = error instanceof GuardrailsError && beyondTheEnd.includes(error.status ?? 0);
      if (!refused || total === undefined || offset < total) throw error;
      return { offset, limit, total, rows: [] };
    }
  };
}
