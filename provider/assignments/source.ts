import { counted } from "../counted";
import type { ApiClient, GetAnswer } from "../http/api-client";
import { askOperators } from "../http/failure";
import { endingEmpty } from "../listing/ending-empty";
import type { Limits } from "../settings/limits";
import { byKey } from "./by-key";
import { type KeyAssignment, type WireKeyAssignment, wirePage } from "./contract";
import { endOfPages, type Page, type PageSource } from "./page";

const path = "/guardrails/assignments/keys";
/** The services' documented maximum per page; what lies above is unknown. */
export const documentedLimit = 100;

/** Called after each page: how many rows were shown so far (a repeated reading counts again) and how many the service claims. */
export type OnProgress = (progress: { readonly rows: number; readonly total: number }) => void;

/** The pages of one read. */
export function createPageSource(answers: ApiClient, limits: Limits, onProgress?: OnProgress): PageSource {
  let shown = 0;

  function checkPlan(rows: number, planned: number): void {
    if (rows > limits.maxRows)
      throw answers.tooLarge(path, `the list claims ${counted(rows, "row")}`, "maxRows");
    const needed = answers.requests() + planned;
    if (needed > limits.maxRequests) {
      throw answers.tooLarge(
        path,
        `reading ${counted(rows, "row")} would take ${counted(needed, "request")}`,
        "maxRequests",
      );
    }
  }

  async function readPage(get: GetAnswer, offset: number, limit: number): Promise<Page> {
    const page = await get(wirePage, path, { offset, limit });
    // Some services take no notice of the limit: what they show beyond it is asked for again.
    const rows = page.data.slice(0, limit).map(fromWire);
    shown += rows.length;
    onProgress?.({ rows: shown, total: page.total_count });
    const twice = repeatIn(rows);
    if (twice !== undefined) throw answers.refusal(path, `one answer shows ${twice}`, askOperators);
    return { offset, limit, total: page.total_count, rows };
  }

  return {
    open: (signal) => {
      const get = answers.within(signal);
      return endingEmpty((offset, limit: number) => readPage(get, offset, limit), endOfPages);
    },
    checkPlan,
    lookAhead: answers.lookAhead,
    rest: answers.rest,
  };
}

function fromWire(row: WireKeyAssignment): KeyAssignment {
  return {
    id: row.id,
    keyHash: row.key_hash,
    guardrailId: row.guardrail_id,
    keyName: row.key_name,
    keyLabel: row.key_label,
    assignedBy: row.assigned_by,
    createdAt: row.created_at,
  };
}

/** A response is made at one moment, when a row is there once and a key has one guardrail. */
function repeatIn(rows: readonly KeyAssignment[]): string | undefined {
  if (new Set(rows.map(({ id }) => id)).size < rows.length) return "a row twice";
  return byKey(rows).size < rows.length ? "two assignments of one key" : undefined;
}
