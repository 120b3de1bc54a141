import { type Command, Option } from "commander";
import { LiveAccounts } from "../policies/evidence/live-evidence";
import { RecordedAccounts } from "../policies/evidence/recorded-account";
import { systemClock } from "../provider/clock";
import { resolveSettings } from "../provider/settings/settings";
import type { CommandContext } from "./command-context";
import {
  addConnectionOptions,
  type ConnectionOptions,
  connectionSource,
  writtenOptions,
} from "./connection-options";
import { exitCodes } from "./exit-codes";
import { addHelp, credentialHelp, examples, exitStatuses } from "./help";
import { listAssignments } from "./list-assignments";
import { type ListFilters, queryOf } from "./list-filters";
import { type ListFormat, type Listing, listFormatNames, writeListing } from "./list-formats";
import { listUnguarded } from "./list-unguarded";
import { shellOptions } from "./shell-words";

type ListOptions = ConnectionOptions &
  ListFilters & { readonly format: ListFormat; readonly unguarded?: boolean };

/** Adds `pulumi-guardrails list`, which hands its exit status to `end`. */
export function addListCommand(
  program: Command,
  context: CommandContext,
  end: (status: number) => void,
): void {
  const command = program
    .command("list")
    .description(
      "List which key has which guardrail, or the keys that have none. The list is proven complete.",
    )
    .option("-u, --unguarded", "list the enabled keys without a guardrail instead")
    .addOption(
      new Option("-f, --format <format>", "how to write it").choices([...listFormatNames]).default("text"),
    )
    .addOption(
      new Option("--guardrail-id <uuid>", "only assignments of this guardrail").conflicts("unguarded"),
    )
    .option("--key-name <name>", "only keys of exactly this name; may be repeated", collect)
    .option("--key-hash <hash>", "only the key of this hash; may be repeated", collect);
  addConnectionOptions(command);
  addHelp(command, [
    "Text shows the name of each guardrail and its id, or the id alone where names cannot be read. " +
      "In a pipe, it is one line a row with a tab between the fields and no heading; how many there are, and what of the " +
      "filters matches nothing, goes to standard error. csv, json and ndjson have every field in full, but for an API key that was taken for a name: it stands as [key].",
    credentialHelp,
    exitStatuses({
      0: "the list was read whole",
      2: "wrong usage",
      3: "the list could not be read whole, or nobody can tell whether a key of --unguarded has expired",
    }),
    examples(context.invocation, [
      "list",
      "list --unguarded",
      "list --key-name prod-gateway --key-name prod-search",
      "list --format csv > assignments.csv",
    ]),
  ]);
  command.action(async (options: ListOptions) => {
    end(await list(options, context));
  });
}

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

async function list(options: ListOptions, context: CommandContext): Promise<number> {
  const { environment, signal, progress, err } = context;
  // Before anything is sent, so that a mistake in a filter is wrong use and costs no reading.
  const query = queryOf(options);
  const settings = resolveSettings({ args: connectionSource(options), environment });
  const read = await progress(async (onProgress) => {
    const accounts = new RecordedAccounts(new LiveAccounts(context.accounts, { signal, onProgress }));
    const account = accounts.for(settings);
    if (options.unguarded === true) return { kind: "unguarded", ...(await account.wholeAccount()) } as const;
    const list = await account.assignments();
    // Only people read names: programs get the rows as the service has them.
    const isNamed = options.format === "text" && list.kind === "read" && list.value.assignments.length > 0;
    return {
      kind: "assigned",
      assignments: list,
      facts: isNamed ? await accounts.facts(new Set()) : undefined,
    } as const;
  });
  const unreadable = (why: string): number => {
    err(`pulumi-guardrails: ${why}\n`);
    return exitCodes.couldNotVerify;
  };
  const { assignments } = read;
  if (assignments.kind === "none") return unreadable(assignments.why);
  if (read.kind === "assigned") {
    const { facts } = read;
    const names = facts?.accounts[0]?.guardrails ?? new Map();
    const { listing, notes } = listAssignments(assignments.value, query, {
      unguarded: `${context.invocation} list --unguarded${shellOptions(writtenOptions(options))}`,
      names,
    });
    show({ listing, notes: [...notes, ...(facts?.notes ?? [])] }, options, context);
    return exitCodes.ok;
  }
  const { inventory } = read;
  if (inventory.kind === "none") return unreadable(inventory.why);
  const unguarded = listUnguarded(assignments.value, inventory.value, query, systemClock.now());
  show(unguarded, options, context);
  for (const doubt of unguarded.doubts) err(`pulumi-guardrails: ${doubt}\n`);
  return unguarded.doubts.length === 0 ? exitCodes.ok : exitCodes.couldNotVerify;
}

function show<Row extends object>(
  { listing, notes }: { readonly listing: Listing<Row>; readonly notes: readonly string[] },
  { format }: ListOptions,
  { out, err, terminal }: CommandContext,
): void {
  out(writeListing(format, listing, terminal));
  // Apart from the rows, which a program may read.
  if (format === "text") err(`${listing.summary}\n`);
  for (const note of notes) err(`${note}\n`);
}
