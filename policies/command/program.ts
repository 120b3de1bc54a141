import { Command, CommanderError, Option } from "commander";
import { GuardrailsError, messageOf } from "../../provider/errors";
import { foreignText } from "../../provider/foreign-text";
import { type KeyAssignmentsQuery, parseQuery } from "../../provider/query";
import { type OnProgress, openReading } from "../../provider/reading";
import { serviceNames } from "../../provider/services";
import { argumentLayer, type Environment, resolveSettings } from "../../provider/settings";
import type { KeyAssignmentsSnapshot } from "../../provider/snapshot";
import { version } from "../../provider/version";
import { readLiveEvidence } from "../evidence";
import { describeEvidence, describeReport, passes, type Report, reportPasses } from "../finding";
import { judgeRequiredKeys } from "../rules/required-keys-guarded";
import { readConfigurationFile } from "./configuration-file";
import { exitCodeOf, exitCodes } from "./exit-codes";
import { type ListFormat, listFormats } from "./list-formats";

/** What the command touches of the world. */
export interface Surroundings {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Does a reading and shows how far it is, where somebody watches. */
  readonly progress: <T>(reading: (onProgress: OnProgress) => Promise<T>) => Promise<T>;
}

const credentialHelp = `
The management key comes from the environment only: GUARDRAILS_MANAGEMENT_KEY (sent to GUARDRAILS_BASE_URL, or
GUARDRAILS_SERVICE, or else OpenRouter), or OPENROUTER_MANAGEMENT_KEY / MODELGATES_MANAGEMENT_KEY for that service.`;

const exitHelp = `
Exit status: 0 all guarded; 1 violations; 2 wrong usage or configuration; 3 could not verify.`;

/** Runs the command line and gives its exit status. Nothing is thrown: what goes wrong is said on standard error. */
export async function runCommand(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { out, err } = surroundings;
  let status: number = exitCodes.ok;
  const program = new Command("guardrails")
    .description("Shows which LLM API keys have a guardrail, and checks that the required ones do.")
    .version(version)
    .exitOverride()
    .showHelpAfterError("(guardrails --help shows the usage)")
    .configureOutput({
      writeOut: out,
      writeErr: err,
      outputError: (text, write) => write(foreignLines(text)),
    });

  program
    .command("list")
    .description("Read the whole list of key assignments, proven complete, and write it to standard output.")
    .addOption(
      new Option("--format <format>", "how to write it").choices(Object.keys(listFormats)).default("table"),
    )
    .addOption(new Option("--service <name>", "which service to read").choices(serviceNames))
    .option("--base-url <url>", "any other address of the same API; the key must belong to it")
    .option("--guardrail-id <uuid>", "only assignments of this guardrail")
    .option("--key-hashes <hash...>", "only assignments of these keys")
    .option("--key-names <name...>", "only assignments of keys with exactly one of these names")
    .option("--read-timeout <seconds>", "longest the whole read may take (default: 30)")
    .addHelpText(
      "after",
      `${credentialHelp}${exitHelp}

Examples:
  $ guardrails list
  $ guardrails list --format csv --key-names prod-gateway prod-search > assignments.csv`,
    )
    .action(async ({ format, ...options }: ListOptions) => {
      out(listFormats[format](await list(options, surroundings)));
    });

  program
    .command("check")
    .description(
      "Check that every required key has its guardrail: the rules of the policy pack, without an engine.",
    )
    .requiredOption("--config <file>", "the file that --policy-pack-config takes as well")
    .addHelpText(
      "after",
      `
The list is always read live, whatever "evidence" says, and a violation always fails, also at "advisory".
${credentialHelp}${exitHelp}

Example:
  $ cat guardrails.json
  { "required-keys-guarded": { "requiredKeys": [{ "name": "prod-gateway", "assignedNameSuffices": true }] } }
  $ guardrails check --config guardrails.json`,
    )
    .action(async ({ config }: { config: string }) => {
      const report = await check(config, surroundings);
      out(`${describeVerdict(report)}\n`);
      status = statusOf(report);
    });

  try {
    await program.parseAsync([...argv], { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.wrongUse;
    err(`guardrails: ${messageOf(error)}\n`);
    return error instanceof GuardrailsError ? exitCodeOf(error) : exitCodes.couldNotVerify;
  }
}

type ListOptions = { readonly format: ListFormat } & Readonly<Record<string, unknown>>;

async function list(
  { guardrailId, keyHashes, keyNames, ...connection }: Readonly<Record<string, unknown>>,
  { environment, signal, progress }: Surroundings,
): Promise<KeyAssignmentsSnapshot> {
  const filters = { guardrailId, keyHashes, keyNames } as KeyAssignmentsQuery;
  // Before anything is sent, so that a mistake in a filter is wrong use and costs no reading.
  parseQuery(filters, "option");
  const settings = resolveSettings({ args: argumentLayer(connection, "option"), environment });
  return progress((onProgress) => openReading(settings).readAll({ signal, onProgress, ...filters }));
}

async function check(file: string, { environment, signal, progress }: Surroundings): Promise<Report> {
  const { requiredKeys, connection } = await readConfigurationFile(file);
  // Settings that cannot work are wrong usage (2), told apart from a service that could not be read (3).
  resolveSettings({ args: connection, environment });
  const evidence = await progress((onProgress) =>
    readLiveEvidence(connection, environment, { signal, onProgress }),
  );
  return judgeRequiredKeys(requiredKeys, evidence);
}

function statusOf(report: Report): number {
  if (reportPasses(report)) return exitCodes.ok;
  const doubtful = report.findings.every((finding) => passes(finding) || finding.state === "unverified");
  return doubtful ? exitCodes.couldNotVerify : exitCodes.violations;
}

function describeVerdict(report: Report): string {
  if (reportPasses(report))
    return `guarded: all ${report.findings.length} required keys (${describeEvidence(report.evidence)})`;
  return describeReport(report);
}

const longestLine = 400;

/** Commander quotes what it was given; line by line, because a line end is the one control character meant. */
function foreignLines(text: string): string {
  return `${text
    .trimEnd()
    .split("\n")
    .map((line) => foreignText(line, longestLine))
    .join("\n")}\n`;
}
