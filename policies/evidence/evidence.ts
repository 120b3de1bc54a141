import { couldNotVerify, GuardrailsError } from "../../provider/errors";

/** Something a rule judges by, or why there is none. Whatever is not complete and read in this run is no evidence. */
export type Evidence<Value> = { readonly kind: "read"; readonly value: Value } | NoEvidence;

export type NoEvidence = Doubt & { readonly kind: "none" };

/** Something that could not be verified. */
export interface Doubt {
  /** Whole sentences that begin with "could not verify". */
  readonly why: string;
  /** Given where the service, or the way to it, may be down. */
  readonly fault?: "outage" | undefined;
}

/** Why something thrown leaves no evidence. */
export function noEvidence(error: unknown): NoEvidence {
  const fault = error instanceof GuardrailsError && error.isOutage ? "outage" : undefined;
  return { kind: "none", why: couldNotVerify(error), fault };
}

/** What the reading gives, or why it gives nothing. Only the caller's own abort is thrown. */
export async function evidenceOf<Value>(reading: () => Promise<Value>): Promise<Evidence<Value>> {
  try {
    return { kind: "read", value: await reading() };
  } catch (error) {
    if (error instanceof GuardrailsError && error.kind === "aborted") throw error;
    return noEvidence(error);
  }
}
