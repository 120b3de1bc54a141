import { checkReportOf } from "../../../cli/reports/check-report";
import type { CheckResult } from "../../../cli/reports/check-result";
import { type ReportFormat, reportFormats } from "../../../cli/reports/formats";

/** A result in a format, as it goes into a file. */
export function written(format: ReportFormat, result: CheckResult, baseline?: CheckResult): string {
  const context = baseline === undefined ? {} : { baseline: checkReportOf(baseline) };
  return reportFormats[format](checkReportOf(result), context);
}
