import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { GuardrailsError } from "../provider/errors";
import { quoted } from "../provider/sanitize";

/**
 * Refuses outputs that would destroy what is read, or one another, by whatever path they are named.
 * @param outputs the files to be written, @param configuration the file that is read; undefined if it is none
 * @throws GuardrailsError of kind `configuration`
 */
export async function refuseSharedFiles(
  outputs: readonly string[],
  configuration: string | undefined,
): Promise<void> {
  const taken = new Map<string, string>();
  if (configuration !== undefined) taken.set(await identityOf(configuration), "the configuration file");
  for (const output of outputs) {
    const identity = await identityOf(output);
    const other = taken.get(identity);
    if (other !== undefined) {
      throw new GuardrailsError("configuration", {
        what: `${quoted(output)}, given by --output, is ${other}`,
        advice: "Give each report a file of its own.",
      });
    }
    taken.set(identity, "the file of another report already");
  }
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
