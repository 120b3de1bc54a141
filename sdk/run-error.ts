import * as pulumi from "@pulumi/pulumi";
import { GuardrailsError } from "../provider/errors";

/** What the user must fix, as the engine shows it: a message without a stack. Anything else is a defect and keeps its stack. */
export function asRunError(error: unknown): unknown {
  return error instanceof GuardrailsError ? runError(error.message) : error;
}

/**
 * An error that the engine shows by its message alone. It carries no frames: before it shows the message the SDK lets Node
 * colour the whole error, and over a frame in `node_modules/@pulumi/output.ts`, as the SDK's source maps write it, Node 20
 * spins for half a minute until its memory is used up (`markNodeModules` looks for a second slash and starts anew).
 */
export function runError(message: string): pulumi.RunError {
  const said = errors.get(message);
  if (said !== undefined) return said;
  const error = new pulumi.RunError(message);
  error.stack = `RunError: ${message}`;
  errors.set(message, error);
  return error;
}

/** Whether the program ends by this error already. */
export function isShown({ message }: GuardrailsError): boolean {
  return errors.has(message);
}

/** The engine shows an error once, however many promises it ends, if it is one and the same. */
const errors = new Map<string, pulumi.RunError>();
