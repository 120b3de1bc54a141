import { safeJson } from "../safe-json";
import type { WriteReport } from "./report-writer";

/** The report as it is; `pulumi-guardrails/report.schema.json` describes it. */
export const writeJson: WriteReport = (report) => `${safeJson(report, 2)}\n`;
