import { existsSync } from "node:fs";
import type { Command } from "commander";
import { describeStatedContradictions } from "../policies/report/stated-contradictions";
import { describeStatedDoubts } from "../policies/report/stated-doubts";
import { describeSuspectRequirements } from "../policies/report/suspect-requirements";
import { systemClock } from "../provider/clock";
import { counted } from "../provider/counted";
import { GuardrailsError } from "../provider/errors";
import { readBaseline } from "./baseline";
import { check, statusOf } from "./check";
import type { CommandContext } from "./command-context";
import { type CheckPlan, readConfigurationFile, standardInput } from "./configuration-file";
import { addConnectionOptions, type ConnectionOptions } from "./connection-options";
import { refuseSharedFiles } from "./distinct-files";
import { exitCodes } from "./exit-codes";
import { addHelp, credentialHelp, examples, exitStatuses } from "./help";
import { defaultConfiguration } from "./init";
import { connectedBy } from "./live-judging";
import { describeMissingConfiguration } from "./missing-configuration";
import { addOwnOption } from "./own-option";
import { type ReportRequest, ReportRequests } from "./report-requests";
import { type CheckReport, checkReportOf } from "./reports/check-report";
import { comparingFormats, reportFormatNames } from "./reports/formats";
import { refuseUnwritableReports, writeReports } from "./write-reports";

interface CheckOptions extends ConnectionOptions {
  readonly config?: string;
  readonly baseline?: string;
  readonly quiet?: boolean;
  readonly validate?: boolean;
  readonly own?: readonly string[];
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
    .option("-q, --quiet", "show errors only, no report and no verdict: the exit status tells");
  addOwnOption(command);
  addConnectionOptions(command);
  addHelp(command, [
    "The account is always read live, whatever the file says about evidence. A violation always fails the check, even of a rule at " +
      '"advisory": there is no --fail-on, because a check that passes with an unguarded key is what this command exists ' +
      "to prevent. Waive a key, or exempt it, in the configuration file, where it is reviewed.",
    "Reports are written before the command fails, also when nothing could be verified. A file is written whole or not at " +
      "all. --service and --base-url count where the configuration file names no address.",
    credentialHelp,
    exitStatuses({
      0: "every key passes",
      1: "a key fails; with --validate: a key would fail in any account",
      2: "wrong usage, or the configuration file cannot be used; with --validate: or a waiver can never have an effect",
      3: "could not verify; with --validate: some rule could not be judged in any account or deployment",
    }),
    examples(context.invocation, [
      "check",
      "check --validate",
      "check --validate --own no-public-buckets",
      "check --output report.html --output guardrails.sarif",
      "check --format json > report.json",
      "check --baseline last-week.json",
      'check --format markdown --output "$GITHUB_STEP_SUMMARY"',
    ]),
  ]);
  // Otherwise "too many arguments" is all that is said of the file that people write there.
  command.allowExcessArguments().action(async (options: CheckOptions) => {
    const [file] = command.args;
    if (file !== undefined) {
      command.error(`error: check takes its file by --config: check --config ${file}`);
    }
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
  if (options.validate === true && (asked.isAny() || baselineFile !== undefined)) {
    throw new GuardrailsError("configuration", {
      what: "--validate reads no account, so there is nothing for a report",
      advice: "Leave out --output, --format and --baseline, or --validate.",
    });
  }
  const own = options.own ?? [];
  // Before anything is sent: a mistake in it is wrong use and costs no reading.
  const requests = asked.all({ quiet });
  const baseline = baselineFile === undefined ? undefined : await baselineFor(requests, baselineFile);
  await refuseSharedFiles({
    configuration: config === standardInput ? { kind: "standard-input" } : { kind: "file", path: config },
    outputs: requests.flatMap(({ file }) => file ?? []),
    isShown: requests.some(({ file }) => file === undefined),
  });
  await refuseUnwritableReports(requests);
  if (options.config === undefined && !existsSync(config)) {
    err(await describeMissingConfiguration(config, options, context));
    return exitCodes.wrongUse;
  }
  if (options.validate === true) {
    const plan = await readConfigurationFile(config, systemClock.now(), context, { reader: "engine", own });
    const stated = {
      contradictions: describeStatedContradictions(plan.rules),
      doubts: describeStatedDoubts(
        plan.rules.map((rule) => connectedBy(rule, options)),
        context.environment,
      ),
      suspect: describeSuspectRequirements(plan.rules),
    };
    out(describeValid(plan, stated));
    return plan.impossible.length > 0 ? exitCodes.wrongUse : statusOfStated(stated);
  }
  const result = await check(config, { ...options, own }, context);
  const report = checkReportOf(result);
  const failures = await writeReports(requests, report, { terminal, baseline }, out);
  // People who watch the log are told how it ended, though not where a program reads.
  const isSaid = quiet || requests.some(({ format, file }) => format === "text" && file === undefined);
  for (const text of isSaid ? failures : [report.summary, ...failures]) err(`pulumi-guardrails: ${text}\n`);
  return failures.length === 0 ? statusOf(result) : exitCodes.wrongUse;
}

/** What is wrong with a valid file whatever the account has, as whole sentences; `suspect` requirements may be right all the same. */
interface Stated {
  readonly contradictions: readonly string[];
  readonly doubts: readonly string[];
  readonly suspect: readonly string[];
}

/** As a run would end. */
function statusOfStated({ contradictions, doubts }: Stated): number {
  if (contradictions.length > 0) return exitCodes.violations;
  return doubts.length > 0 ? exitCodes.couldNotVerify : exitCodes.ok;
}

function describeValid(
  { rules, advisory, notes, impossible, idle }: CheckPlan,
  { contradictions, doubts, suspect }: Stated,
): string {
  const inForce = rules.filter(({ configured }) => configured.kind === "configured");
  const names = inForce
    .map(({ rule: { name } }) =>
      advisory.includes(name) ? `${name} (advisory: the engine only warns)` : name,
    )
    .join(", ");
  const passing = notes.length + idle.length - impossible.length;
  const but = [
    ...(impossible.length === 0 ? [] : [`${counted(impossible.length, "waiver")} can never have an effect`]),
    ...(contradictions.length === 0 ? [] : ["it contradicts itself"]),
    ...(doubts.length === 0 ? [] : ["not every rule can be judged"]),
    ...(suspect.length === 0 ? [] : [`${counted(suspect.length, "requirement")} may mean something else`]),
    ...(passing === 0 ? [] : [`${passing === 1 ? "1 waiver has" : `${passing} waivers have`} no effect`]),
  ];
  const isSound = impossible.length + contradictions.length === 0 ? "valid, but" : "not sound:";
  const valid = `The configuration is ${but.length === 0 ? "valid" : `${isSound} ${but.join(", and ")}`}`;
  return [
    `${valid}; in force: ${names}.`,
    ...contradictions,
    ...doubts,
    ...suspect,
    ...notes,
    ...idle,
    "",
  ].join("\n");
}

async function baselineFor(requests: readonly ReportRequest[], file: string): Promise<CheckReport> {
  if (requests.some(({ format }) => comparingFormats.includes(format))) return readBaseline(file);
  throw new GuardrailsError("configuration", {
    what: "--baseline was given without a report that shows what changed",
    advice: `Ask for one by --format: ${comparingFormats.join(", ")}.`,
  });
}
