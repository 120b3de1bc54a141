import { existsSync } from "node:fs";
import type { Command } from "commander";
import { systemClock } from "../provider/clock";
import { GuardrailsError } from "../provider/errors";
import { refuseUnusable } from "../provider/settings/settings";
import { check, statusOf } from "./check";
import type { CommandContext } from "./command-context";
import { readConfigurationFile, standardInput } from "./configuration-file";
import { addConnectionOptions, type ConnectionOptions } from "./connection-options";
import { refuseSharedFiles } from "./distinct-files";
import { exitCodes } from "./exit-codes";
import { addHelp, credentialHelp, examples, exitStatuses } from "./help";
import { defaultConfiguration } from "./init";
import { readBaseline } from "./reports/baseline";
import { type CheckReport, checkReportOf } from "./reports/check-report";
import { comparingFormats, reportFormatNames } from "./reports/formats";
import { type ReportRequest, ReportRequests } from "./reports/report-requests";
import { writeReports } from "./reports/write-reports";
import { describeMissingConfiguration } from "./suggest-init";

interface CheckOptions extends ConnectionOptions {
  readonly config?: string;
  readonly baseline?: string;
  readonly quiet?: boolean;
  readonly validate?: boolean;
}

/** Adds `pulumi-guardrails check`, which hands its exit status to `end`. */
export function addCheckCommand(
  program: Command,
  context: CommandContext,
  end: (status: number) => void,
): void {
  const asked = new ReportRequests();
  const command = program
    .command("check")
    .description("Check the account's keys by the rules of a configuration file, without a Pulumi engine.")
    .option(
      "-c, --config <file>",
      `the file that --policy-pack-config takes as well; - is standard input (default: ${defaultConfiguration})`,
    )
    .option(
      "-o, --output <file>",
      "write a report to this file, in the format of its ending: .html, .json, .sarif, .xml (JUnit), .md or .txt",
      (output: string) => asked.addOutput(output),
    )
    .option(
      "-f, --format <format>",
      `the format of the --output right after it, or of standard output: ${reportFormatNames.join(", ")}`,
      (format: string) => asked.addFormat(format),
    )
    .option("-b, --baseline <file>", "an earlier JSON report: say what changed since then")
    .option(
      "--validate",
      "only tell whether the configuration file is sound: reads no account and takes no key",
    )
    .option("-q, --quiet", "show no report and no verdict, errors only; the exit status tells");
  addConnectionOptions(command);
  addHelp(command, [
    "The account is always read live, whatever the file says about evidence. A violation always fails, also of a rule at " +
      '"advisory": there is no --fail-on, because a check that passes with an unguarded key is what this command exists ' +
      "to prevent. Waive a key, or exempt it, in the configuration file, where it is reviewed.",
    "Reports are written before the command fails, also when nothing could be verified. A file is written whole or not at " +
      "all. --service and --base-url count where the configuration file names no address.",
    credentialHelp,
    exitStatuses({
      0: "every key passes",
      1: "a key fails",
      2: "wrong usage, or the configuration file cannot be used",
      3: "could not verify",
    }),
    examples(context.invocation, [
      "check",
      "check --validate",
      "check --output report.html --output guardrails.sarif",
      "check --format json > report.json",
      "check --baseline last-week.json",
      'check --format markdown --output "$GITHUB_STEP_SUMMARY"',
    ]),
  ]);
  command.action(async (options: CheckOptions) => {
    end(await checkAndReport(options, asked, context));
  });
}

async function checkAndReport(
  options: CheckOptions,
  asked: ReportRequests,
  context: CommandContext,
): Promise<number> {
  const { out, err, terminal } = context;
  const { config = defaultConfiguration, baseline: baselineFile, quiet = false } = options;
  // Before anything is sent: a mistake in it is wrong use and costs no reading.
  const requests = asked.all({ quiet });
  const baseline = baselineFile === undefined ? undefined : await baselineFor(requests, baselineFile);
  await refuseSharedFiles({
    configuration: config === standardInput ? { kind: "standard-input" } : { kind: "file", path: config },
    outputs: requests.flatMap(({ file }) => file ?? []),
    isShown: requests.some(({ file }) => file === undefined),
  });
  if (options.config === undefined && !existsSync(config)) {
    err(await describeMissingConfiguration(config, options, context));
    return exitCodes.wrongUse;
  }
  if (options.validate === true) {
    const { rules, notes } = await readConfigurationFile(config, systemClock.now(), context.input);
    for (const { shared } of rules) refuseUnusable(shared.connection);
    const inForce = rules.filter(({ configured }) => configured.kind === "configured");
    const names = inForce.map(({ rule }) => rule.name).join(", ");
    out([`The configuration is sound; in force: ${names}.`, ...notes, ""].join("\n"));
    return exitCodes.ok;
  }
  const result = await check(config, options, context);
  const report = checkReportOf(result);
  const failures = await writeReports(requests, report, { terminal, baseline }, out);
  // People who watch the log are told how it ended, though not where a program reads.
  const isSaid = quiet || requests.some(({ format, file }) => format === "text" && file === undefined);
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
