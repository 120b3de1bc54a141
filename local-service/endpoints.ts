import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { type Answer, jsonAnswer } from "./answers";
import { cutPage, type Endpoints } from "./cut-page";
import { answerManagement } from "./management-endpoints";
import { ASSIGN_PATH, ASSIGNMENTS_PATH } from "./paths";
import type { RequestRecord } from "./traffic";

/** The right answer to an authenticated request. A page is cut before this function first waits: at one moment. */
export async function answerRequest(
  endpoints: Endpoints,
  record: RequestRecord,
  request: IncomingMessage,
): Promise<Answer> {
  if (record.method === "GET") return answerGet(endpoints, record);
  const guardrailId = ASSIGN_PATH.exec(record.path)?.[1];
  if (record.method === "POST" && guardrailId !== undefined) {
    // A client that goes away in the middle of its request has said nothing, and nobody reads the refusal.
    return assignKeys(endpoints, guardrailId, await text(request).catch(() => ""));
  }
  return endpoints.refuse(404);
}

function answerGet(endpoints: Endpoints, record: RequestRecord): Answer {
  if (record.path === ASSIGNMENTS_PATH) return listAssignments(endpoints, record);
  const answer = endpoints.service.management ? answerManagement(endpoints, record) : undefined;
  return answer ?? endpoints.refuse(404);
}

function listAssignments(endpoints: Endpoints, record: RequestRecord): Answer {
  const { ledger, total } = endpoints.service;
  const { index, offset = 0, limit = ledger.defaultLimit } = record;
  return cutPage(endpoints, { list: "assignments", index, offset, limit }, (wanted) => {
    const { data, total_count: trueTotal } = ledger.page(wanted);
    return { data, total_count: typeof total === "function" ? total({ index, trueTotal }) : total };
  });
}

/** All keys or none: a guardrail or a hash that the account does not know refuses the whole request. */
function assignKeys({ service: { ledger }, refuse }: Endpoints, guardrailId: string, body: string): Answer {
  const keyHashes = keyHashesOf(body);
  if (keyHashes === undefined) return refuse(400);
  if (ledger.guardrails.get(guardrailId) === undefined) return refuse(404);
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
