import { GuardrailsError, messageOf } from "../provider/errors";
import { openReading, type ReadAllOptions } from "../provider/reading";
import { type Environment, type Layer, resolveSettings } from "../provider/settings";
import type { KeyAssignmentsSnapshot } from "../provider/snapshot";

/** What a rule judges by. Whatever is not a complete list, read in this run, is no evidence. */
export type Evidence =
  | { readonly kind: "list"; readonly snapshot: KeyAssignmentsSnapshot }
  /** Why there is none, as whole sentences that begin with "could not verify". */
  | { readonly kind: "none"; readonly why: string };

/**
 * The list as it is now, read with the configuration and environment of this process only: nothing a stack's own
 * configuration says changes where it is read or with which key.
 */
export async function readLiveEvidence(
  connection: Layer,
  environment: Environment,
  options: ReadAllOptions = {},
): Promise<Evidence> {
  try {
    const settings = resolveSettings({ args: connection, environment });
    return { kind: "list", snapshot: await openReading(settings).readAll(options) };
  } catch (error) {
    if (error instanceof GuardrailsError && error.kind === "aborted") throw error;
    return { kind: "none", why: couldNotVerify(error) };
  }
}

/** Anything thrown, as the sentence that tells a doubt apart from a key without a guardrail. */
export function couldNotVerify(error: unknown): string {
  const message = messageOf(error);
  return message.startsWith("could not verify") ? message : `could not verify: ${message}`;
}
