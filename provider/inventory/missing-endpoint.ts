import { GuardrailsError } from "../errors";
import { type ServiceName, services } from "../settings/services";

/** What is said of an endpoint that not every service has. */
export interface NotOffered {
  /** What of a service tells whether it has the endpoint. */
  readonly lists: "listsAllKeys" | "listsGuardrails";
  readonly what: string;
  readonly advice: string;
  /** What to check where the service is not known to do without it: its absence is a mistake there. */
  readonly elsewhere: string;
}

/** A service without these endpoints has keys all the same: they only cannot be listed. */
export const noInventory: NotOffered = {
  lists: "listsAllKeys",
  what: "the service offers no key inventory (404)",
  advice: "ModelGates has none.",
  elsewhere: "Elsewhere check service and baseUrl, and that no workspace was deleted just now.",
};

/**
 * The answer of an endpoint that not every service of this API has: where there is none, nothing is wrong with the address.
 * @param missing what to say of it instead, and what to do
 * @param service the one that was asked, as far as it is known
 */
export async function offered<Answer>(
  answer: Promise<Answer>,
  missing: NotOffered,
  service: ServiceName | undefined,
): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const { status, address, attempts } = error;
    const what = `could not verify: ${missing.what}`;
    const isKnown = service !== undefined && !services[service][missing.lists];
    const advice = isKnown ? missing.advice : `${missing.advice} ${missing.elsewhere}`;
    throw new GuardrailsError("http", { what, advice, status, address, attempts });
  }
}

/** Whether the endpoint is answered 404. Another kind tells of a page that is refused where the list went on. */
export function isNotFound(error: unknown): error is GuardrailsError {
  return error instanceof GuardrailsError && error.kind === "http" && error.status === 404;
}
