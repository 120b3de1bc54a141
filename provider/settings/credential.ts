import { inspect } from "node:util";
import { GuardrailsError } from "../errors";
import { registerSecret } from "../redaction/sanitize";
import { shortestSecret } from "../redaction/secret-encodings";
import { reveal } from "../redaction/secret-search";
import { expandIt, isUnexpanded, unexpanded } from "./unexpanded";

const shown = "[management key]";

/**
 * A management key that cannot be shown by accident: printing, inspecting or serialising it gives `[management key]`.
 * Only the HTTP edge asks for the header.
 */
export class Credential {
  readonly #key: string;
  /** The environment variable it came from, if it did. */
  readonly variable: string | undefined;

  private constructor(key: string, variable: string | undefined) {
    this.#key = key;
    this.variable = variable;
  }

  /**
   * Trims the key and refuses what cannot be one.
   * @param place names where it was given, for the message
   * @param variable the environment variable that holds it, if one does
   * @throws GuardrailsError of kind `credential`; the key is never part of the message.
   */
  static parse(
    text: unknown,
    { place, variable }: { readonly place: string; readonly variable?: string | undefined },
  ): Credential {
    const refuse = (
      why: string,
      advice = "Set it to a management key of the service, or unset it.",
    ): GuardrailsError =>
      new GuardrailsError("credential", { what: `could not verify: ${place} ${why}`, advice });
    if (typeof text !== "string") throw refuse("is not text");
    const key = text.trim();
    if (key === "") throw refuse("is set but empty");
    if (isUnexpanded(key)) throw refuse(unexpanded, expandIt);
    if (/^(?:authorization:\s*)?bearer\s/iu.test(key)) {
      throw refuse('begins with "Bearer"', "Set it to the key alone: that word is added to it.");
    }
    if (!/^[\x21-\x7e]+$/u.test(key)) throw refuse("contains spaces, control or non-ASCII characters");
    // Pasted out of a file of variables, say: the service would only answer that it does not know the key.
    if (/^["'`]|["'`]$/u.test(key)) {
      throw refuse(
        "begins or ends with a quotation mark",
        "Set it to the key alone, without quotation marks.",
      );
    }
    if (key.length < shortestSecret) {
      throw refuse(
        `has fewer than ${shortestSecret} characters, too few to be told from ordinary words and hidden in what is shown`,
      );
    }
    registerSecret(key);
    return new Credential(key, variable);
  }

  authorization(): string {
    return `Bearer ${this.#key}`;
  }

  /** Whether any of these texts gives the key away, also escaped or strewn with invisible characters. */
  isIn(texts: readonly string[]): boolean {
    return reveal(texts, this.#key);
  }

  /** Equal keys share one read; the comparison stays in here so that the key does not travel. */
  equals(other: Credential): boolean {
    return this.#key === other.#key;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
