import { GuardrailsError, messageOf } from "../provider/errors";
import { quoted } from "../provider/redaction/sanitize";
import type { ReportRequest } from "./report-requests";
import type { CheckReport } from "./reports/check-report";
import { reportFormats } from "./reports/formats";
import type { ReportContext } from "./reports/report-writer";
import { refuseUnwritable, writeTextFile } from "./text-file";

/**
 * Writes each report to where it was asked for. One that cannot be written keeps no other from being written.
 * @returns what could not be written, as whole sentences
 */
export async function writeReports(
  requests: readonly ReportRequest[],
  report: CheckReport,
  context: ReportContext,
  out: (text: string) => void,
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { format, file } of requests) {
    try {
      if (file === undefined) out(reportFormats[format](report, context));
      else
        await writeTextFile(
          file,
          reportFormats[format](report, { baseline: context.baseline }),
          refusing(file),
        );
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  return failures;
}

/**
 * Refuses reports for which there is no place, before anything is read for them.
 * @throws GuardrailsError of kind `configuration`
 */
export async function refuseUnwritableReports(requests: readonly ReportRequest[]): Promise<void> {
  for (const { file } of requests) if (file !== undefined) await refuseUnwritable(file, refusing(file));
}

function refusing(file: string): (what: string) => GuardrailsError {
  return (what) =>
    new GuardrailsError("configuration", {
      what: `${quoted(file)}, given by --output, ${what}`,
      advice: "Give a file in a folder that exists and can be written to.",
    });
}
