import type { ApiClient, GetAnswer } from "../http/api-client";
import type { Limits } from "../settings/limits";
import { type KeyAssignment, type WireKeyAssignment, wirePage } from "./contract";
import type { Page, PageSource } from "./page";

const path = "/guardrails/assignments/keys";

/** Called after each page: how many rows were shown so far (a repeated reading counts again) and how many the service claims. */
export type OnProgress = (progress: { readonly rows: number; readonly total: number }) => void;

/** The pages of one read. */
export function createPageSource(answers: ApiClient, limits: Limits, onProgress?: OnProgress): PageSource {
  let shown = 0;

  function checkPlan(rows: number, planned: number): void {
    if (rows > limits.maxRows) throw answers.tooLarge(path, `the list claims ${rows} rows`, "maxRows");
    const needed = answers.requests() + planned;
    if (needed > limits.maxRequests) {
      throw answers.tooLarge(path, `reading ${rows} rows would take ${needed} requests`, "maxRequests");
    }
  }

  async function readPage(get: GetAnswer, offset: number, limit: number): Promise<Page> {
    const { data, total_count: total } = await get(wirePage, path, { offset, limit });
    answers.refuseMoreThan(limit, data, path);
    shown += data.length;
    onProgress?.({ rows: shown, total });
    return { offset, limit, total, rows: data.map(fromWire) };
  }

  return {
    open: (signal) => {
      const get = answers.within(signal);
      return (offset, limit) => readPage(get, offset, limit);
    },
    checkPlan,
    lookAhead: answers.lookAhead,
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
