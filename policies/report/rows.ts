import stringWidth from "string-width";
import { sanitize } from "../../provider/redaction/sanitize";
import { shortId } from "../../provider/short-id";
import type { KeyIdentity } from "../findings/report";
import { calledOf } from "./identity";

/** In characters: the widest a column of names gets. */
const widestName = 40;

/** A key in a list for people, and what stands behind it. */
export interface KeyLine {
  readonly key: KeyIdentity;
  readonly last?: string | undefined;
}

/** Indented lines of aligned columns: name, label (unless there is no room), beginning of the hash, and what stands behind. */
export function keyLines(
  keys: readonly KeyLine[],
  { labels }: { readonly labels: boolean },
): readonly string[] {
  return aligned(
    keys.map(({ key, last }) => [
      sanitize(calledOf(key) ?? "-", widestName),
      ...(labels ? [key.label === undefined ? "-" : sanitize(key.label, 24)] : []),
      key.hash === undefined ? "-" : shortId(key.hash),
      ...(last === undefined ? [] : [last]),
    ]),
  ).map((line) => `  ${line}`);
}

/** Rows of cells under each other, as a terminal is wide for them: a Chinese character takes two columns. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const measured = rows.map((cells) => cells.map((cell) => ({ cell, width: widthOf(cell) })));
  const widths: number[] = [];
  for (const cells of measured) {
    for (const [column, { width }] of cells.entries()) widths[column] = Math.max(widths[column] ?? 0, width);
  }
  return measured.map((cells) =>
    cells
      .map(({ cell, width }, column) =>
        column === cells.length - 1 ? cell : cell + " ".repeat((widths[column] ?? width) - width),
      )
      .join("  "),
  );
}

/** In columns of a terminal. The library takes its time, and most cells need none of it. */
export function widthOf(cell: string): number {
  return /^[ -~]*$/u.test(cell) ? cell.length : stringWidth(cell);
}
