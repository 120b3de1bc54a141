import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { type Answer, jsonAnswer } from "./answers";
import type { LocalService } from "./behaviour";
import type { RequestRecord } from "./traffic";

/** Where the API begins, as on both services. */
export const BASE_PATH = "/api/v1";

const LIST_PATH = `${BASE_PATH}/guardrails/assignments/keys`;
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const ASSIGN_PATH = new RegExp(`^${BASE_PATH}/guardrails/(${UUID})/assignments/keys$`, "i");

export interface Endpoints {
  readonly service: LocalService;
  /** The service's refusal with this status. */
  refuse(status: number): Answer;
}

/** The right answer to an authenticated request. A page is cut before this function first waits: at one moment. */
export async function answerRequest(
  endpoints: Endpoints,
  record: RequestRecord,
  request: IncomingMessage,
): Promise<Answer> {
  if (record.method === "GET" && record.path === LIST_PATH) return listAssignments(endpoints, record);
  const guardrailId = ASSIGN_PATH.exec(record.path)?.[1];
  if (record.method === "POST" && guardrailId !== undefined) {
    // A client that goes away in the middle of its request has said nothing, and nobody reads the refusal.
    return assignKeys(endpoints, guardrailId, await text(request).catch(() => ""));
  }
  return endpoints.refuse(404);
}

function listAssignments({ service, refuse }: Endpoints, record: RequestRecord): Answer {
  const { ledger, total } = service;
  const { index, offset = 0, limit = ledger.defaultLimit } = record;
  if (Number.isNaN(offset) || Number.isNaN(limit) || limit === 0) return refuse(400);
  const wanted = { index, offset, limit };
  service.beforePage(wanted);
  const { data, total_count: trueTotal } = ledger.page(wanted);
  service.afterPage(wanted);
  return jsonAnswer({ data, total_count: typeof total === "function" ? total({ index, trueTotal }) : total });
}

/** All keys or none: a hash the account does not know refuses the whole request. */
function assignKeys({ service: { ledger }, refuse }: Endpoints, guardrailId: string, body: string): Answer {
  const keyHashes = keyHashesOf(body);
  if (keyHashes === undefined) return refuse(400);
  if (!keyHashes.every((keyHash) => ledger.hasKey(keyHash))) return refuse(404);
  for (const keyHash of keyHashes) ledger.assign({ keyHash, guardrailId });
  return jsonAnswer({ assigned_count: keyHashes.length });
}

function keyHashesOf(body: string): string[] | undefined {
  try {
    const { key_hashes: hashes }: { readonly key_hashes?: unknown } = JSON.parse(body);
    return Array.isArray(hashes) && hashes.length > 0 && hashes.every(isKeyHash) ? hashes : undefined;
  } catch {
    return undefined;
  }
}

function isKeyHash(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
