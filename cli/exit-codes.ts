import type { GuardrailsError } from "../provider/errors";

/** How the command ends: what a pipeline decides by. */
export const exitCodes = {
  /** The list was read whole; or all required keys are guarded. */
  ok: 0,
  violations: 1,
  wrongUse: 2,
  couldNotVerify: 3,
  /** Ended by Ctrl-C or SIGTERM: 128 and the signal's number, as shells expect. */
  interrupted: { SIGINT: 130, SIGTERM: 143 },
} as const;

export function exitCodeOf(error: GuardrailsError): number {
  return error.isSettings ? exitCodes.wrongUse : exitCodes.couldNotVerify;
}
