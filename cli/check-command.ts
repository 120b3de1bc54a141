import { type Command, Option } from "commander";
import { GuardrailsError } from "../provider/errors";
import { check, statusOf } from "./check";
import type { CommandContext } from "./command-context";
import { exitCodes } from "./exit-codes";
import { credentialHelp, exitHelp } from "./help";
import { readBaseline } from "./reports/baseline";
import { type CheckReport, checkReportOf } from "./reports/check-report";
import { comparingFormats, reportFormatNames } from "./reports/formats";
import { type ReportRequest, ReportRequests } from "./reports/report-requests";
import { writeReports } from "./reports/write-reports";

/** Adds `pulumi-guardrails check`, which hands its exit status to `end`. */
export function addCheckCommand(
  program: Command,
  context: CommandContext,
  end: (status: number) => void,
): void {
  const asked = new ReportRequests();
  program
    .command("check")
    .description(
      "Check that every required key has its guardrail: the rules of the policy pack, without an engine.",
    )
    .requiredOption("--config <file>", "the file that --policy-pack-config takes as well")
    .addOption(
      new Option(
        "--format <format>",
        `a report to write: ${reportFormatNames.join(", ")} (default: text)`,
      ).argParser((format: string) => asked.addFormat(format)),
    )
    .addOption(
      new Option(
        "--output <file>",
        "where the report of the --format before it goes; - is standard output, which is the default",
      ).argParser((output: string) => asked.addOutput(output)),
    )
    .option(
      "--baseline <file>",
      `an earlier json report: ${comparingFormats.join(", ")} show what changed since`,
    )
    .addHelpText(
      "after",
      `
The list is always read live, whatever "evidence" says, and a violation always fails, also at "advisory".
Reports are written before the command fails, also when nothing could be verified. Several in one run: repeat --format,
each followed by its own --output. Files are written whole or not at all, over what was there.
${credentialHelp}${exitHelp}

Examples:
  $ cat guardrails.json
  { "required-keys-guarded": { "requiredKeys": [{ "name": "prod-gateway", "assignedNameSuffices": true }] } }
  $ pulumi-guardrails check --config guardrails.json
  $ pulumi-guardrails check --config guardrails.json --format json > report.json
  $ pulumi-guardrails check --config guardrails.json --format text --format sarif --output report.sarif
  $ pulumi-guardrails check --config guardrails.json --format html --output report.html --baseline earlier.json`,
    )
    .action(async ({ config, baseline }: { config: string; baseline?: string }) => {
      end(await checkAndReport(config, asked.all(), baseline, context));
    });
}

async function checkAndReport(
  config: string,
  requests: readonly ReportRequest[],
  baselineFile: string | undefined,
  context: CommandContext,
): Promise<number> {
  const { out, err, terminal } = context;
  // Before anything is sent: a mistake in it is wrong use and costs no reading.
  const baseline = baselineFile === undefined ? undefined : await baselineFor(requests, baselineFile);
  const result = await check(config, context);
  const report = checkReportOf(result);
  const failures = await writeReports(requests, report, { terminal, baseline }, out);
  // People who watch the log are told how it ended, though not where a program reads.
  const isSaid = requests.some(({ format, file }) => format === "text" && file === undefined);
  for (const text of isSaid ? failures : [report.summary, ...failures]) err(`pulumi-guardrails: ${text}\n`);
  return failures.length === 0 ? statusOf(result) : exitCodes.wrongUse;
}

async function baselineFor(requests: readonly ReportRequest[], file: string): Promise<CheckReport> {
  if (requests.some(({ format }) => comparingFormats.includes(format))) return readBaseline(file);
  throw new GuardrailsError("configuration", {
    what: "--baseline was given without a report that shows what changed",
    advice: `Ask for one by --format: ${comparingFormats.join(", ")}.`,
  });
}
