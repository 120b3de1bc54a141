import { z } from "zod";
import { type KeyAssignment, type WireKeyAssignment, wirePage } from "../contract";
import { GuardrailsError } from "../errors";
import type { HttpEdge } from "../http/edge";
import { failureError, malformed } from "../http/failure";
import { narrowed, type ReadScope } from "../http/read-scope";
import type { Settings } from "../settings";
import type { Page, PageSource } from "./page";

const path = "/guardrails/assignments/keys";

/** Called after each page: how many rows were shown so far (a repeated reading counts again) and how many the service claims. */
export type OnProgress = (progress: { readonly rows: number; readonly total: number }) => void;

/** The pages of one read, within its time, and how many were asked for. */
export interface CountedSource extends PageSource {
  readonly requests: () => number;
}

export function createPageSource(
  edge: HttpEdge,
  settings: Settings,
  scope: ReadScope,
  onProgress?: OnProgress,
): CountedSource {
  const { baseUrl, limits } = settings;
  const address = `${baseUrl}${path}`;
  let requests = 0;
  let shown = 0;

  function checkPlan(rows: number, planned: number): void {
    if (rows > limits.maxRows) throw tooLarge(`the list claims ${rows} rows`, "maxRows", limits.maxRows);
    const needed = requests + planned;
    if (needed > limits.maxRequests) {
      throw tooLarge(`reading ${rows} rows would take ${needed} requests`, "maxRequests", limits.maxRequests);
    }
  }

  function tooLarge(what: string, limit: string, value: number): GuardrailsError {
    return new GuardrailsError("too-large", {
      what: `could not verify: ${what}, more than the ${limit} of ${value}`,
      advice: `Check the address, or raise ${limit}.`,
      address,
    });
  }

  async function readPage(within: ReadScope, offset: number, limit: number): Promise<Page> {
    requests += 1;
    if (requests > limits.maxRequests)
      throw tooLarge("the read does not end", "maxRequests", limits.maxRequests);
    const body = wirePage.safeParse(await edge.getJson(path, { offset, limit }, within));
    if (!body.success) throw failureError(malformed(contractProblem(body.error)), { address });
    const { data, total_count: total } = body.data;
    if (data.length > limit) {
      const what = `the answer holds ${data.length} rows although ${limit} were asked for`;
      throw failureError(malformed(what), { address });
    }
    shown += data.length;
    onProgress?.({ rows: shown, total });
    return { offset, limit, total, rows: data.map(fromWire) };
  }

  return {
    open: (signal) => {
      const within = narrowed(scope, signal);
      return (offset, limit) => readPage(within, offset, limit);
    },
    checkPlan,
    // Some more than may be under way, so that a slow page does not leave the others idle.
    lookAhead: 2 * limits.maxConcurrency,
    requests: () => requests,
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

/** Where the answer breaks the contract: `data[2].guardrail_id`. zod's words name types only and quote no values. */
function contractProblem({ issues }: z.ZodError): string {
  const [first] = issues.map(
    ({ path, message }) => `${z.core.toDotPath(path) || "its top level"}: ${message}`,
  );
  return `the answer breaks the contract at ${first}`;
}
