import { systemClock } from "../provider/clock";
import { messageOf, withoutDoubt } from "../provider/errors";
import type { CommandContext } from "./command-context";
import { type ConnectionOptions, writtenOptions } from "./connection-options";
import { describeExpiryDoubts } from "./expiry-doubts";
import { describeCounts, describeSuggestions, readKeysInUse, suggest } from "./init";
import { shellOptions } from "./shell-words";

/**
 * What to say where the default configuration file is not there: on a terminal what `init` would write into it, which
 * takes reading the account; elsewhere how to get one.
 */
export async function describeMissingConfiguration(
  file: string,
  options: ConnectionOptions,
  context: Pick<CommandContext, "environment" | "signal" | "accounts" | "progress" | "ask" | "invocation">,
): Promise<string> {
  const missing = `pulumi-guardrails: nothing was checked: there is no ${file} here, and --config names no other file.\n`;
  const command = `${context.invocation} init${shellOptions(writtenOptions(options))}`;
  const advice = `${command} writes one from the keys of the account.\n`;
  if (context.ask === undefined) return `${missing}${advice}`;
  try {
    return `${missing}${await describeInit(command, file, options, context)}`;
  } catch (error) {
    return `${missing}${advice}What it would write is not known yet: ${withoutDoubt(messageOf(error))}\n`;
  }
}

async function describeInit(
  command: string,
  file: string,
  options: ConnectionOptions,
  context: Pick<CommandContext, "environment" | "signal" | "accounts" | "progress">,
): Promise<string> {
  const { keys, hasInventory } = await readKeysInUse(options, context, systemClock.now());
  return [
    `The account has ${describeCounts(keys, hasInventory)}. ${command} would write a ${file} that requires`,
    ...describeSuggestions(suggest(keys, { pattern: "", byHash: !hasInventory })),
    ...describeExpiryDoubts(keys),
    `Run ${command}: it asks first, and overwrites no file.`,
    "",
  ].join("\n");
}
