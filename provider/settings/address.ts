import { GuardrailsError } from "../errors";
import { redact } from "../redaction/sanitize";
import { expandIt, isUnexpanded, unexpanded } from "./unexpanded";

/**
 * The base URL a credential may be sent to, without a trailing slash.
 * https only, http to loopback excepted (Guarantee 4); user info, query and fragment are refused.
 * @param place where the text was given, for the message; the text itself may hold a secret and is never echoed.
 * @throws GuardrailsError of kind `configuration`.
 */
export function parseBaseUrl(text: string, place: string): string {
  const refuse = (
    why: string,
    advice = "Give an address like https://openrouter.ai/api/v1.",
  ): GuardrailsError => new GuardrailsError("configuration", { what: `${place} ${why}`, advice });
  if (isUnexpanded(text)) throw refuse(unexpanded, expandIt);
  if (text !== text.trim() || text === "" || !URL.canParse(text)) throw refuse("is not a URL");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") throw refuse("must not contain a user name or password");
  if (redact(text) !== text) throw refuse("must not contain a key: addresses are shown in messages");
  if (url.search !== "" || url.hash !== "" || /[?#]/u.test(text))
    throw refuse("must not have a query or fragment");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    throw refuse("must be https (http is accepted for loopback only)");
  }
  return `${url.origin}${url.pathname.replace(/\/+$/u, "")}`;
}

/** Whether a host name as `URL` normalises it is this machine itself, without asking a name server. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/u.test(hostname);
}
