import { stringify } from "csv-stringify/sync";
import { aligned } from "../policies/report/rows";
import { sanitize } from "../provider/sanitize";
import type { Terminal } from "./reports/report-writer";
import { safeJson } from "./safe-json";

/**
 * Rows to be written, redacted, and how people see them. Who reads them by a program gets every name as it is; JSON escapes
 * what a terminal or a pipeline's log would obey.
 */
export interface Listing<Row> {
  /** What `json` writes: the rows and where they come from. */
  readonly whole: object;
  readonly rows: readonly Row[];
  /** The fields of a row, as CSV has them. */
  readonly fields: readonly (keyof Row & string)[];
  readonly columns: readonly Column<Row>[];
  /** How many there are and where they were read, for people. */
  readonly summary: string;
}

export interface Column<Row> {
  readonly head: string;
  readonly of: (row: Row) => string;
}

export const listFormatNames = ["text", "json", "ndjson", "csv"] as const;

export type ListFormat = (typeof listFormatNames)[number];

/** @param terminal the one it goes to: there text has a heading and columns that align, in a pipe a tab between fields */
export function writeListing<Row extends object>(
  format: ListFormat,
  listing: Listing<Row>,
  terminal: Terminal | undefined,
): string {
  const { whole, rows } = listing;
  switch (format) {
    case "json":
      return `${safeJson(whole, 2)}\n`;
    case "ndjson":
      return rows.map((row) => `${safeJson(row)}\n`).join("");
    case "csv":
      return writeCsv(listing, terminal !== undefined);
    case "text":
      return terminal === undefined ? writeTabbed(listing) : writeAligned(listing);
  }
}

function writeTabbed<Row>(listing: Listing<Row>): string {
  return cellsOf(listing)
    .map((cells) => `${cells.join("\t")}\n`)
    .join("");
}

function writeAligned<Row>(listing: Listing<Row>): string {
  if (listing.rows.length === 0) return "";
  const lines = aligned([listing.columns.map(({ head }) => head.toUpperCase()), ...cellsOf(listing)]);
  return lines.map((line) => `${line}\n`).join("");
}

/** In the order of the first column, which is what people look for. A cell is never empty: an empty one could not be told from the space between two. */
function cellsOf<Row>({ rows, columns }: Listing<Row>): readonly (readonly string[])[] {
  const lines = rows.map((row) => columns.map(({ of }) => sanitize(of(row)) || "-"));
  return lines.toSorted(([one = ""], [other = ""]) => (one < other ? -1 : one > other ? 1 : 0));
}

/**
 * The library keeps spreadsheets from running formulas. CSV has no escapes, so on a terminal, where control characters
 * act, all of a name passes the function for what is shown.
 */
function writeCsv<Row extends object>({ rows, fields }: Listing<Row>, toTerminal: boolean): string {
  const written = (text: string): string =>
    toTerminal ? sanitize(text, Number.POSITIVE_INFINITY) : disarmCommands(text);
  const records = rows.map((row) => fields.map((name) => written(String(row[name] ?? ""))));
  return stringify([[...fields], ...records], { escape_formulas: true });
}

/**
 * With an apostrophe in front of what a pipeline would take for a command if the file were written to its log, as the
 * library puts one in front of a formula: GitHub and Azure obey `::` at a line's beginning, `##[` and `##vso[` anywhere.
 * What they trim before it is not what JavaScript calls space: .NET counts U+0085.
 */
function disarmCommands(text: string): string {
  return text.replace(/(?<=^[\p{Z}\p{C}]*)::/gmu, "'::").replace(/##(?=\[|vso\[)/gu, "#'#");
}
