import { couldNotVerify, GuardrailsError } from "../../provider/errors";

/** Something a rule judges by, or why there is none. Whatever is not complete and read in this run is no evidence. */
export type Evidence<Value> =
  | { readonly kind: "read"; readonly value: Value }
  /** Why there is none, as whole sentences that begin with "could not verify". */
  | { readonly kind: "none"; readonly why: string };

/** What the reading gives, or why it gives nothing. Only the caller's own abort is thrown. */
export async function evidenceOf<Value>(reading: () => Promise<Value>): Promise<Evidence<Value>> {
  try {
    return { kind: "read", value: await reading() };
  } catch (error) {
    if (error instanceof GuardrailsError && error.kind === "aborted") throw error;
    return { kind: "none", why: couldNotVerify(error) };
  }
}
