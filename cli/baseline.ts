import { GuardrailsError } from "../provider/errors";
import { jsonOf } from "../provider/json";
import { quoted } from "../provider/redaction/sanitize";
import { type CheckReport, checkReport, checkReportVersion, readReport } from "./reports/check-report";
import { readTextFile, withoutMark } from "./text-file";

/**
 * The report of an earlier run, from the file given by `--baseline`.
 * @throws GuardrailsError of kind `configuration`
 */
export async function readBaseline(path: string): Promise<CheckReport> {
  const parsed = checkReport.safeParse(jsonOf(withoutMark(await readTextFile(path, refusalOf(path)))));
  if (parsed.success) return readReport(parsed.data);
  throw refusalOf(path)(`is not a report of version ${checkReportVersion}`);
}

function refusalOf(path: string): (what: string, advice?: string) => GuardrailsError {
  return (what, advice = "Give what check --format json wrote in an earlier run.") =>
    new GuardrailsError("configuration", {
      what: `${quoted(path)}, given by --baseline, ${what}`,
      advice,
    });
}
