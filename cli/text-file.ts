import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, chmod, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { quoted, sanitize } from "../provider/redaction/sanitize";

/** A byte order mark, which some editors write, says nothing of what follows it. */
export function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** What a text in UTF-16 is like once it was read as UTF-8: its mark is no character, and every other byte is 0. */
const readAsUtf8 = /^(?:\ufffd\ufffd|.?\0)/su;

/**
 * The text, unless it was not written in UTF-8: then it would be told what its JSON lacks.
 * @param refusal as for `readTextFile`
 */
export function inUtf8(text: string, refusal: (what: string, advice?: string) => Error): string {
  if (!readAsUtf8.test(text)) return text;
  throw refusal(
    "is written in UTF-16, as PowerShell's > writes it",
    "Save it as UTF-8; in PowerShell send the output through: | Set-Content -Encoding utf8 FILE",
  );
}

/**
 * Reads no pipe and no device: nothing can end the opening of a pipe that nobody writes to.
 * @param refusal the error to throw, made from words that follow the file's name
 */
export async function readTextFile(
  path: string,
  refusal: (what: string, advice?: string) => Error,
): Promise<string> {
  try {
    const found = await stat(path);
    if (!found.isFile() && !found.isDirectory()) throw refusal("cannot be read (it is not a regular file)");
    return inUtf8(await readFile(path, "utf8"), refusal);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw refusal(error.code === "ENOENT" ? "does not exist" : `cannot be read (${sanitize(error.code)})`);
  }
}

/**
 * Writes a file whole or not at all: whoever reads it sees the old content or the new.
 * @param refusal the error to throw, made from words that follow the file's name
 */
export async function writeTextFile(
  path: string,
  text: string,
  refusal: (what: string) => Error,
): Promise<void> {
  try {
    const existing = await targetOf(path);
    // Renaming would put a file in the place of a device, a pipe or a folder.
    if (existing?.isFile === false) throw refusal(notRegular);
    await replace(existing?.path ?? path, text, existing?.mode);
  } catch (error) {
    throw isSystemError(error) ? refusal(unwritable(path, error.code)) : error;
  }
}

/**
 * Refuses a file that cannot be made or replaced, before anything is done for its content.
 * @param refusal the error to throw, made from words that follow the file's name
 */
export async function refuseUnwritable(path: string, refusal: (what: string) => Error): Promise<void> {
  try {
    const existing = await targetOf(path);
    if (existing?.isFile === false) throw refusal(notRegular);
    await access(dirname(resolve(existing?.path ?? path)), constants.W_OK);
  } catch (error) {
    throw isSystemError(error) ? refusal(unwritable(path, error.code)) : error;
  }
}

const notRegular = "cannot be written (it is not a regular file)";

function unwritable(path: string, code: string): string {
  const why = code === "ENOENT" ? `its folder ${quoted(dirname(path))} does not exist` : sanitize(code);
  return `cannot be written (${why})`;
}

interface Target {
  readonly path: string;
  readonly isFile: boolean;
  readonly mode: number;
}

/** The file behind symbolic links, if it exists already. */
async function targetOf(named: string): Promise<Target | undefined> {
  try {
    const path = await realpath(named);
    const found = await stat(path);
    // The folder decides over a rename; a file that forbids writing is meant to stay.
    await access(path, constants.W_OK);
    return { path, isFile: found.isFile(), mode: found.mode };
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** @param mode the permissions it had; undefined: the usual ones of a new file */
async function replace(path: string, text: string, mode: number | undefined): Promise<void> {
  // In the same folder: a rename is one step only within a file system.
  const unfinished = join(dirname(path), `.guardrails-${randomUUID()}.tmp`);
  try {
    await writeFile(unfinished, text, { flag: "wx", mode: mode ?? 0o666 });
    // The umask has its say on new files, not on one that was there.
    if (mode !== undefined) await chmod(unfinished, mode);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
