import { InconsistentListError } from "../listing/inconsistent-list";
import type { Page } from "./page";

/** The total is not the list's: it lies or is old. */
export class BeyondTotalError extends InconsistentListError {
  constructor(
    total: number,
    readonly page: Page,
  ) {
    super(`it has rows beyond its total of ${total}`, "if it shows again");
  }
}

/** @throws BeyondTotalError where the page shows more rows than there is room for from its offset up to the total */
export function withinTotal(page: Page): Page {
  if (hasTooMany(page)) throw new BeyondTotalError(page.total, page);
  return page;
}

export function hasTooMany({ offset, rows, total }: Page): boolean {
  return rows.length > Math.max(0, total - offset);
}
