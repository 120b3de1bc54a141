import * as pulumi from "@pulumi/pulumi";
import { GuardrailsError } from "../provider/errors";

/** What the user must fix, as the engine shows it: a message without a stack. Anything else is a defect and keeps its stack. */
export function asRunError(error: unknown): unknown {
  return error instanceof GuardrailsError ? new pulumi.RunError(error.message) : error;
}
