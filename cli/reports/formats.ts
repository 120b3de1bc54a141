import { writeHtml } from "./html/html-report";
import { writeJson } from "./json-report";
import { writeJunit } from "./junit-report";
import { writeMarkdown } from "./markdown-report";
import type { WriteReport } from "./report-writer";
import { writeSarif } from "./sarif-report";
import { writeText } from "./text-report";

/** How `pulumi-guardrails check` can write its report: for people, or for programs that read it. */
export const reportFormats = {
  text: writeText,
  json: writeJson,
  junit: writeJunit,
  sarif: writeSarif,
  markdown: writeMarkdown,
  html: writeHtml,
} as const satisfies Readonly<Record<string, WriteReport>>;

export type ReportFormat = keyof typeof reportFormats;

export const reportFormatNames = Object.keys(reportFormats) as readonly ReportFormat[];

/** Those that show what changed since an earlier report. */
export const comparingFormats: readonly ReportFormat[] = ["text", "markdown", "html"];
