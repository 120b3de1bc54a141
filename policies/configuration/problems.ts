import { z } from "zod";
import { GuardrailsError } from "../../provider/errors";
import { sanitize } from "../../provider/sanitize";

/**
 * The error of a configuration that breaks its form: each value is named by its path and never shown.
 * @param place whose configuration it is: a rule's name, or a place in the stack configuration
 */
export function invalidConfiguration(place: string, error: z.ZodError): GuardrailsError {
  const problems = error.issues.map((issue) => {
    const path = z.core.toDotPath(issue.path);
    const what =
      issue.code === "unrecognized_keys"
        ? `has the unknown name ${issue.keys.map((name) => sanitize(name)).join(", ")}`
        : issue.message;
    return `${path === "" ? "it" : path} ${what}`;
  });
  return new GuardrailsError("configuration", {
    what: `could not verify: the configuration of ${place} is not valid: ${problems.join("; ")}`,
    advice: "Fix it; the README's table lists every setting.",
  });
}

/** Settings that are valid one by one and contradict each other. */
export function contradiction(place: string, what: string, advice: string): GuardrailsError {
  return new GuardrailsError("configuration", {
    what: `could not verify: the configuration of ${place} contradicts itself: ${what}`,
    advice,
  });
}
