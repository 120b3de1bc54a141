import { GuardrailsError } from "./errors";
import { listUnknown } from "./spelling-suggestions";

/** What can be told by whom. */
interface Known {
  /** What messages call it: `getKeys`. */
  readonly caller: string;
  readonly known: readonly string[];
  /** What messages call one of them; default `argument`. */
  readonly noun?: "argument" | "option";
  /** Where else what was meant belongs, a whole sentence. */
  readonly elsewhere?: string;
}

/**
 * Refuses arguments that nobody reads: what was written must not be dropped.
 * @throws GuardrailsError of kind `configuration` that names them, safe to show, and none of their values
 */
export function refuseUnknownArguments(
  given: object,
  { caller, known, noun = "argument", elsewhere }: Known,
): void {
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const what = unknown.length === 1 ? `an ${noun}` : `${noun}s`;
  throw new GuardrailsError("configuration", {
    what: `could not verify: ${caller} was given ${what} it does not know: ${listUnknown(unknown, known)}`,
    advice: [`It knows ${known.join(", ")}.`, ...(elsewhere === undefined ? [] : [elsewhere])].join(" "),
  });
}
