import { fstat } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { GuardrailsError } from "../provider/errors";
import { quoted } from "../provider/redaction/sanitize";

/** What a check reads and writes beside the account. */
export interface FilesInUse {
  readonly configuration:
    | { readonly kind: "file"; readonly path: string }
    | { readonly kind: "standard-input" };
  /** The files of --output. */
  readonly outputs: readonly string[];
  /** Whether a report goes to standard output. */
  readonly isShown: boolean;
}

/**
 * Refuses outputs that would destroy what is read, or one another, by whatever path they are named and wherever the shell
 * sends the standard streams.
 * @throws GuardrailsError of kind `configuration`
 */
export async function refuseSharedFiles({ configuration, outputs, isShown }: FilesInUse): Promise<void> {
  const taken = new Map<string, string>();
  const refuseTaken = (identity: string, what: string): void => {
    const other = taken.get(identity);
    if (other === undefined) return;
    throw new GuardrailsError("configuration", {
      what: `${what} is ${other}`,
      advice:
        other === theConfiguration && identity === shown
          ? `${ownFile} If you wrote > before it, the shell has emptied it already: restore it.`
          : ownFile,
    });
  };
  const shown = isShown ? await streamIdentity(descriptors.out) : undefined;
  const read =
    configuration.kind === "file"
      ? await identityOf(configuration.path)
      : await streamIdentity(descriptors.in);
  if (read !== undefined) taken.set(read, theConfiguration);
  if (shown !== undefined) {
    refuseTaken(shown, "standard output");
    taken.set(shown, "where standard output goes");
  }
  const said = await streamIdentity(descriptors.err);
  // Standard error may go where standard output goes: the shell keeps the two from overwriting one another.
  if (said !== undefined && !taken.has(said)) taken.set(said, "where standard error goes");
  for (const output of outputs) {
    const identity = await identityOf(output);
    refuseTaken(identity, `${quoted(output)}, given by --output,`);
    taken.set(identity, "the file of another report already");
  }
}

const theConfiguration = "the configuration file";
const ownFile = "Give each report a file of its own.";
const descriptors = { in: 0, out: 1, err: 2 } as const;
const statOpen = promisify(fstat);

/** Of the file that the shell sends a standard stream to, if it is one: terminals and pipes overwrite nothing. */
async function streamIdentity(descriptor: number): Promise<string | undefined> {
  const found = await unlessMissing(statOpen(descriptor, { bigint: true }));
  return found?.isFile() === true ? `${found.dev}:${found.ino}` : undefined;
}

/** The same for two paths exactly if writing to one would change what the other shows. */
async function identityOf(path: string): Promise<string> {
  const existing = await unlessMissing(stat(path, { bigint: true }));
  if (existing !== undefined) return `${existing.dev}:${existing.ino}`;
  const folder = await unlessMissing(realpath(dirname(resolve(path))));
  // Some file systems take names that differ in case for one.
  return join(folder ?? dirname(resolve(path)), basename(path)).toLowerCase();
}

/** Undefined where there is no such file. Whatever else is wrong with it shows when it is read or written. */
async function unlessMissing<Found>(looking: Promise<Found>): Promise<Found | undefined> {
  try {
    return await looking;
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
