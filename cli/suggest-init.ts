import { systemClock } from "../provider/clock";
import { messageOf } from "../provider/errors";
import { quoted } from "../provider/sanitize";
import type { CommandContext } from "./command-context";
import type { ConnectionOptions } from "./connection-options";
import { describeCounts, readKeysInUse, suggest } from "./init";
import type { SuggestedKey } from "./suggested-keys";

const mostShown = 20;

/**
 * What to say where the default configuration file is not there: on a terminal what `init` would write into it, which
 * takes reading the account; elsewhere how to get one.
 */
export async function describeMissingConfiguration(
  file: string,
  options: ConnectionOptions,
  context: Pick<CommandContext, "environment" | "signal" | "progress" | "ask" | "invocation">,
): Promise<string> {
  const missing = `pulumi-guardrails: nothing was checked: there is no ${file} here, and --config names no other file.\n`;
  const advice = `${context.invocation} init writes one from the keys of the account.\n`;
  if (context.ask === undefined) return `${missing}${advice}`;
  try {
    return `${missing}${await describeSuggestions(file, options, context)}`;
  } catch (error) {
    return `${missing}${advice}What it would write cannot be said: ${messageOf(error)}\n`;
  }
}

async function describeSuggestions(
  file: string,
  options: ConnectionOptions,
  context: Pick<CommandContext, "environment" | "signal" | "progress" | "invocation">,
): Promise<string> {
  const now = systemClock.now();
  const { keys, hasInventory } = await readKeysInUse(options, context, now);
  const today = new Date(now).toISOString().slice(0, 10);
  const suggested = suggest(keys, { pattern: "", byHash: !hasInventory, today });
  const shown = suggested.slice(0, mostShown).map((key) => `  ${selectorOf(key)}: ${key.description}`);
  const more = suggested.length > mostShown ? [`  and ${suggested.length - mostShown} more`] : [];
  return [
    `The account has ${describeCounts(keys)}. ${context.invocation} init would write a ${file} that requires`,
    ...shown,
    ...more,
    `Run ${context.invocation} init: it asks first, and overwrites no file.`,
    "",
  ].join("\n");
}

function selectorOf(key: SuggestedKey): string {
  if ("pattern" in key) return `pattern ${quoted(key.pattern)}`;
  return "name" in key ? `name ${quoted(key.name)}` : `hash ${key.hash.slice(0, 8)}`;
}
