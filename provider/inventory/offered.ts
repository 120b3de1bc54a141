import { GuardrailsError } from "../errors";

/** A service without these endpoints has keys all the same: they only cannot be listed. */
export const noInventory = {
  what: "the service offers no key inventory (404)",
  elsewhere: "Elsewhere check service and baseUrl, and that no workspace was deleted just now.",
};

/**
 * The answer of an endpoint that not every service of this API has: where there is none, nothing is wrong with the address.
 * @param missing what to say of it instead, and what to do
 */
export async function offered<Page>(
  page: Promise<Page>,
  missing: { readonly what: string; readonly advice: string },
): Promise<Page> {
  try {
    return await page;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const { status, address, attempts } = error;
    const what = `could not verify: ${missing.what}`;
    throw new GuardrailsError("http", { what, advice: missing.advice, status, address, attempts });
  }
}

/** Whether the endpoint is answered 404. Another kind tells of a page that is refused where the list went on. */
export function isNotFound(error: unknown): error is GuardrailsError {
  return error instanceof GuardrailsError && error.kind === "http" && error.status === 404;
}
