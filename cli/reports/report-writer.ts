import type { CheckReport } from "./check-report";

/** What a report is written with, beside what was found. */
export interface ReportContext {
  /** The terminal it goes to; left out where it goes into a pipe or a file. */
  readonly terminal?: Terminal | undefined;
  /** The report of an earlier run, to compare with. */
  readonly baseline?: CheckReport | undefined;
}

/** What a terminal can show. */
export interface Terminal {
  /** How many characters fit into a line. */
  readonly columns: number;
  readonly colour: boolean;
}

/** Writes a report in one format. Its texts are safe to show; what they would do to the format is escaped here. */
export type WriteReport = (report: CheckReport, context: ReportContext) => string;
