import { createHmac } from "node:crypto";
import type { Credential } from "../settings/credential";
import { type KeyAssignmentsSnapshot, parseWritten, writeCanonical, writeSnapshot } from "./snapshot";

/*
 * All accounts of a service share one address: which of them a list is of, only the management key tells that it was read
 * with. So a resource keeps beside the list a code that nobody can make without that key (HMAC-SHA256 over the whole list,
 * which has its own time of reading), and whoever judges by the list makes it anew with the key of the account that is meant.
 * The key itself is neither kept nor shown, and cannot be had from the code: it is random, and as long as the code.
 */

/** A snapshot with the code of the key that it was read with. */
export interface SignedSnapshot {
  readonly snapshot: KeyAssignmentsSnapshot;
  readonly signature: string;
}

/** The snapshot as one canonical JSON text, signed. It reads as a snapshot too. */
export function writeSigned(snapshot: KeyAssignmentsSnapshot, credential: Credential): string {
  return writeCanonical({ ...snapshot, signature: signatureOf(snapshot, credential) });
}

/** A signed snapshot from its text, checked in every field but for whose it is; undefined if it is none. */
export function parseSigned(text: unknown): SignedSnapshot | undefined {
  const written = parseWritten(text);
  if (written?.signature === undefined) return undefined;
  return { snapshot: written.snapshot, signature: written.signature };
}

/** Whether it was read with this key, and nothing in it was changed since. */
export function isReadWith({ snapshot, signature }: SignedSnapshot, credential: Credential): boolean {
  return signatureOf(snapshot, credential) === signature;
}

function signatureOf(snapshot: KeyAssignmentsSnapshot, credential: Credential): string {
  return createHmac("sha256", credential.authorization()).update(writeSnapshot(snapshot)).digest("hex");
}
