import { Help } from "commander";
import { stringify } from "csv-stringify/sync";
import { aligned, widthOf } from "../policies/report/rows";
import { sanitize } from "../provider/redaction/sanitize";
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
  /** Its beginning, where the terminal has no room for the whole. */
  readonly short?: (row: Row) => string;
  /** How soon it is left out where the terminal is too narrow for all: the lowest first, those without one never. */
  readonly spare?: number;
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
      return terminal === undefined ? writeTabbed(listing) : writeAligned(listing, terminal.columns);
  }
}

function writeTabbed<Row>(listing: Listing<Row>): string {
  return cellsOf(listing.rows, listing.columns)
    .map((cells) => `${cells.join("\t")}\n`)
    .join("");
}

/** The columns there is room for, names cut to what is left of it. A terminal that tells no width has room for all. */
function writeAligned<Row>({ rows, columns }: Listing<Row>, width: number): string {
  if (rows.length === 0) return "";
  const room = width > 0 ? width : Number.POSITIVE_INFINITY;
  const bySpare = columns
    .filter(({ spare }) => spare !== undefined)
    .toSorted((one, other) => (one.spare ?? 0) - (other.spare ?? 0));
  let shown: readonly Measured<Row>[] = columns.map((column) => measured(rows, column));
  for (const spare of bySpare) {
    if (roomForNames(shown, room) >= leastName) break;
    shown = shown.filter(({ head }) => head !== spare.head);
  }
  if (roomForNames(shown, room) < leastName) {
    shown = shown.map((column) => measured(rows, { ...column, of: column.short ?? column.of }));
  }
  const longest = Math.max(1, Math.min(widestName, roomForNames(shown, room)));
  const lines = aligned([
    shown.map(({ head }) => head.toUpperCase()),
    ...cellsOf(rows, shown, widestName).map(([name = "", ...others]) => [fitted(name, longest), ...others]),
  ]);
  const left = columns.map(({ head }) => head).filter((head) => shown.every((one) => one.head !== head));
  const note = left.length === 0 ? [] : [folding.boxWrap(`Left out: ${left.join(", ")}.`, room)];
  return [...lines, ...note].map((line) => `${line}\n`).join("");
}

/** Breaks lines as the help does, and in the narrowest of terminals too. */
const folding = Object.assign(new Help(), { minWidthToWrap: 1 });

/** In columns of the terminal. */
const [leastName, widestName] = [12, 40];

type Measured<Row> = Column<Row> & { readonly width: number };

function measured<Row>(rows: readonly Row[], column: Column<Row>): Measured<Row> {
  const { head, of } = column;
  const width = rows.reduce((widest, row) => Math.max(widest, widthOf(shownAs(of(row)))), head.length);
  return { ...column, width };
}

/** What the other columns leave for the first one. */
function roomForNames<Row>([, ...others]: readonly Measured<Row>[], room: number): number {
  return others.reduce((left, { width }) => left - width - 2, room);
}

function shownAs(text: string): string {
  return sanitize(text, widestName) || "-";
}

function fitted(text: string, room: number): string {
  if (widthOf(text) <= room) return text;
  let cut = text;
  for (let length = room; length > 0; length -= 1) {
    cut = sanitize(text, length);
    if (widthOf(cut) <= room) break;
  }
  return cut;
}

/** In the order of the first column, which is what people look for. A cell is never empty: an empty one could not be told from the space between two. */
function cellsOf<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  longest?: number,
): readonly (readonly string[])[] {
  const lines = rows.map((row) => columns.map(({ of }) => sanitize(of(row), longest) || "-"));
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
