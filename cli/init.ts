import { existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import * as z from "zod";
import { Account, type KnownKey } from "../policies/account/account";
import { settingsName } from "../policies/configuration/shared-settings";
import type { Evidence } from "../policies/evidence/evidence";
import { noResources } from "../policies/evidence/stack-resources";
import { systemClock } from "../provider/clock";
import { counted } from "../provider/counted";
import { GuardrailsError } from "../provider/errors";
import type { KeyInventory } from "../provider/inventory/inventory";
import { listOf, readWholeAccount, type WholeAccount } from "../provider/inventory/whole-account";
import { quoted, sanitize } from "../provider/redaction/sanitize";
import { resolveSettings } from "../provider/settings/settings";
import { shortId } from "../provider/short-id";
import type { CommandContext } from "./command-context";
import { type ConnectionOptions, connectionSource, writtenOptions } from "./connection-options";
import { describeExpiryDoubts } from "./expiry-doubts";
import { safeJson } from "./safe-json";
import { shellFile, shellOptions } from "./shell-words";
import {
  countUnguarded,
  isUnguarded,
  keysNamedLike,
  type SuggestedKey,
  suggestHashes,
  suggestKeys,
  suggestPattern,
} from "./suggested-keys";
import { refuseUnwritable } from "./text-file";

/** The file that `check` takes where none is named. */
export const defaultConfiguration = "guardrails.json";

export interface InitOptions extends ConnectionOptions {
  /** The file to write. */
  readonly output: string;
  /** Takes the suggestions without asking. */
  readonly yes?: boolean;
  /** Starts at `advisory`, and writes this day (`2027-01-31`) into the file. */
  readonly advisoryUntil?: string;
}

/**
 * Writes a first configuration from the keys in use: by name, families of names by pattern. Asks which keys are meant, and never overwrites.
 * @returns what was written, for people
 * @throws GuardrailsError
 */
export async function init(
  { output, yes = false, advisoryUntil, ...connection }: InitOptions,
  context: Pick<CommandContext, "environment" | "signal" | "accounts" | "progress" | "ask" | "invocation">,
): Promise<string> {
  const { ask, invocation } = context;
  if (advisoryUntil !== undefined) refuseOtherDay(advisoryUntil, systemClock.now());
  if (existsSync(output)) throw overwriting(statSync(output).size === 0);
  const askOrAccept = yes ? async () => "" : ask;
  if (askOrAccept === undefined) {
    throw refusal(
      "asks which keys must be guarded, and there is no terminal",
      "Add --yes to take its suggestions.",
    );
  }
  await refuseUnwritable(output, refusingFile(output));
  const now = systemClock.now();
  const { keys, hasInventory } = await readKeysInUse(connection, context, now);
  const { pattern, meant } = await askWhich(askOrAccept, describeKeys(keys, hasInventory), keys);
  const suggested = suggest(meant, { pattern, byHash: !hasInventory });
  const until = advisoryUntil === undefined ? [] : [`advisory until ${advisoryUntil}`];
  const requiredKeys = suggested.map(({ selector: { by: _, ...selected }, description }) => {
    const said = [...(description === undefined ? [] : [description]), ...until];
    return said.length === 0 ? selected : { ...selected, description: said.join("; ") };
  });
  const level = advisoryUntil === undefined ? {} : { "required-keys-guarded": "advisory" };
  const { service, baseUrl } = connection;
  // An address that stands on this command line only would be another one for the pack, and for the next command.
  await write(output, { [settingsName]: { service, baseUrl, requiredKeys }, ...level });
  const file = output === defaultConfiguration ? "" : ` --config ${shellFile(output)}`;
  const { readTimeout } = connection;
  const options = shellOptions(writtenOptions(readTimeout === undefined ? {} : { readTimeout }));
  return [
    `Wrote ${sanitize(output)}: ${counted(requiredKeys.length, "requirement")} for ${describeCounts(meant, hasInventory)}.`,
    ...describeSuggestions(suggested),
    ...(hasInventory ? [] : [withoutInventory]),
    ...describeExpiryDoubts(meant),
    ...describeStart(countUnguarded(meant), advisoryUntil),
    `Delete the requirements you do not want, then run: ${invocation} check${file}${options}`,
    "",
  ].join("\n");
}

/** What the file will do to the next deployment. */
function describeStart(unguarded: number, advisoryUntil: string | undefined): readonly string[] {
  if (unguarded === 0) return [];
  if (advisoryUntil === undefined) {
    return [
      "With it the pack stops every deployment until each of them has a guardrail. To warn first and stop later, write it with",
      "--advisory-until and a date: node_modules/pulumi-guardrails/docs/adopt.md shows the way.",
    ];
  }
  return [
    `With it the pack warns and stops nothing. Take "required-keys-guarded": "advisory" out on ${advisoryUntil}.`,
  ];
}

/** @throws GuardrailsError of kind `configuration` */
function refuseOtherDay(day: string, now: number): void {
  if (z.iso.date().safeParse(day).success && Date.parse(day) > now) return;
  throw refusal("needs a date in the future for --advisory-until", "Write it like 2027-01-31.");
}

/**
 * The keys that a first configuration is about.
 * @throws GuardrailsError, also where the account shows none in use
 */
export async function readKeysInUse(
  options: ConnectionOptions,
  {
    environment,
    signal,
    accounts,
    progress,
  }: Pick<CommandContext, "environment" | "signal" | "accounts" | "progress">,
  now: number,
): Promise<{ readonly keys: readonly KnownKey[]; readonly hasInventory: boolean }> {
  const reader = accounts.open(resolveSettings({ args: connectionSource(options), environment }));
  const whole = await progress(async (onProgress) => {
    const first = await readWholeAccount(reader, { signal, onProgress });
    // A service that answers 404 once may have the list all the same, and a file without it would miss keys.
    return isWithoutInventory(first) ? readWholeAccount(reader, { signal, onProgress }) : first;
  });
  const inventory = inventoryIn(whole);
  const account = new Account({
    assignments: { kind: "read", value: listOf(whole.assignments) },
    inventory,
    planned: noResources,
    now,
  });
  const keys = account.knownKeys().filter((key) => account.isInUse(key));
  if (keys.length > 0) return { keys, hasInventory: inventory.kind === "read" };
  throw refusal("finds no key in use in the account", "Check that the management key is that account's.");
}

const question = "Which must be guarded? A pattern such as prod-*, or Enter for all of them: ";
const withoutInventory =
  "This service lists keys with a guardrail only: add the hashes of those without one yourself. New keys are not seen.";

/** None where the service has none: it answers 404, as ModelGates does. Any other failure is one. */
function inventoryIn(whole: WholeAccount): Evidence<KeyInventory> {
  if (isWithoutInventory(whole)) return { kind: "none", why: withoutInventory };
  return { kind: "read", value: listOf(whole.inventory) };
}

function isWithoutInventory({ inventory }: WholeAccount): boolean {
  const error = inventory.kind === "failed" ? inventory.error : undefined;
  // A 404 in the midst of a list is of another kind: then the keys could not be read whole.
  return error instanceof GuardrailsError && error.kind === "http" && error.status === 404;
}

/** The requirements that a first configuration would have. */
export function suggest(
  keys: readonly KnownKey[],
  { pattern, byHash }: { readonly pattern: string; readonly byHash: boolean },
): readonly SuggestedKey[] {
  if (byHash) return suggestHashes(keys);
  return pattern === "" ? suggestKeys(keys) : [suggestPattern(pattern, keys)];
}

/** A line for each requirement, with how its keys stand today. */
export function describeSuggestions(suggested: readonly SuggestedKey[]): readonly string[] {
  const more = suggested.length > mostShown ? [`  and ${suggested.length - mostShown} more`] : [];
  const shown = suggested.slice(0, mostShown);
  return [...shown.map((one) => `  ${describeSuggestion(one)}: ${one.standing}`), ...more];
}

function describeSuggestion({ selector, description }: SuggestedKey): string {
  if (selector.by === "pattern") return `pattern ${quoted(selector.pattern)}`;
  if (selector.by === "name") return `name ${quoted(selector.name)}`;
  return `hash ${shortId(selector.hash)}${description === undefined ? "" : ` ${quoted(description)}`}`;
}

/** As often as people are asked before they have to look at the names again. */
const mostAsked = 3;

interface Meant {
  readonly pattern: string;
  readonly meant: readonly KnownKey[];
}

/** @param said what stands before the question @throws GuardrailsError if no answer was a pattern of names */
async function askWhich(
  ask: (question: string) => Promise<string>,
  said: string,
  keys: readonly KnownKey[],
  asked = 1,
): Promise<Meant> {
  const pattern = (await ask(`${said}\n${question}`)).trim();
  if (pattern === "") return { pattern, meant: keys };
  try {
    return { pattern, meant: namedLike(pattern, keys) };
  } catch (error) {
    if (!(error instanceof GuardrailsError) || asked === mostAsked) throw error;
    return askWhich(ask, error.message, keys, asked + 1);
  }
}

function namedLike(pattern: string, keys: readonly KnownKey[]): readonly KnownKey[] {
  const members = keysNamedLike(pattern, keys);
  if (members === undefined) {
    throw refusal("was not given a pattern of names", "Use letters of the names and *, never a key.");
  }
  if (members.length > 0) return members;
  throw refusal("finds no key in use for that pattern", "Use the names it shows, and * for any letters.");
}

const mostShown = 20;

function describeKeys(keys: readonly KnownKey[], hasInventory: boolean): string {
  const shown = keys.slice(0, mostShown).map((key) => {
    return `  ${isUnguarded(key) ? "unguarded" : "guarded  "} ${sanitize(key.identity.name)}`;
  });
  const more = keys.length > mostShown ? [`  and ${keys.length - mostShown} more`] : [];
  return [`${describeCounts(keys, hasInventory)}:`, ...shown, ...more].join("\n");
}

/** @param hasInventory whether the service lists keys without an assignment too: else nothing can be said of them */
export function describeCounts(keys: readonly KnownKey[], hasInventory: boolean): string {
  if (!hasInventory) return `${counted(keys.length, "key")} that the service lists`;
  const unguarded = countUnguarded(keys);
  if (keys.length === 1) return `1 key in use, ${unguarded === 0 ? "with" : "without"} a guardrail`;
  return `${counted(keys.length, "key")} in use, ${unguarded} of them without a guardrail`;
}

async function write(path: string, configuration: unknown): Promise<void> {
  try {
    await writeFile(path, `${safeJson(configuration, 2)}\n`, { flag: "wx" });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown cause";
    if (code === "EEXIST") throw overwriting(false);
    throw refusingFile(path)(`cannot be written (${sanitize(code)})`);
  }
}

/** @param isEmpty whether nothing is in the file, which a shell makes before the command starts */
function overwriting(isEmpty: boolean): GuardrailsError {
  return isEmpty
    ? refusal(
        "does not overwrite a file that exists, though this one is empty",
        "Remove it, and send no output to it by >: init writes the file itself.",
      )
    : refusal("does not overwrite a file that exists", "Remove it, or name another one with --output.");
}

function refusingFile(path: string): (what: string) => GuardrailsError {
  return (what) =>
    new GuardrailsError("configuration", {
      what: `${quoted(path)}, the file that init would write, ${what}`,
      advice: "Make that folder, or name another file by --output.",
    });
}

function refusal(what: string, advice: string): GuardrailsError {
  return new GuardrailsError("configuration", { what: `init ${what}`, advice });
}
