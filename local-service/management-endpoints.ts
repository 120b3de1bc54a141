import { type Answer, type JsonValue, jsonAnswer } from "./answers";
import type { PageRequest } from "./behaviour";
import { cutPage, type Endpoints } from "./cut-page";
import type { Ledger } from "./ledger";
import { GUARDRAIL_PATH, GUARDRAILS_PATH, isUuid, KEYS_PATH, WORKSPACES_PATH } from "./paths";
import { keyRow, workspaceRow } from "./rows";
import type { RequestRecord } from "./traffic";
import { defaultWorkspace } from "./workspaces";

/** The right answer to a GET of workspaces, keys or guardrails; undefined where the path is none of theirs. */
export function answerManagement(endpoints: Endpoints, record: RequestRecord): Answer | undefined {
  switch (record.path) {
    case WORKSPACES_PATH:
      return listWorkspaces(endpoints, record);
    case KEYS_PATH:
      return listKeys(endpoints, record);
    case GUARDRAILS_PATH:
      return listGuardrails(endpoints, record);
    default: {
      const guardrailId = GUARDRAIL_PATH.exec(record.path)?.[1];
      return guardrailId === undefined ? undefined : showGuardrail(endpoints, guardrailId);
    }
  }
}

function listWorkspaces(endpoints: Endpoints, record: RequestRecord): Answer {
  return listCounted(endpoints, "workspaces", record, ({ workspaces }) => workspaces.map(workspaceRow));
}

function listGuardrails(endpoints: Endpoints, record: RequestRecord): Answer {
  const workspaceId = workspaceIdOf(new URLSearchParams(record.query));
  if (workspaceId === undefined) return endpoints.refuse(400);
  return listCounted(endpoints, "guardrails", record, ({ guardrails }) => guardrails.list(workspaceId));
}

function showGuardrail({ service, refuse }: Endpoints, id: string): Answer {
  const guardrail = service.ledger.guardrails.get(id);
  return guardrail === undefined ? refuse(404) : jsonAnswer({ data: guardrail });
}

/** This list has neither a limit nor a total. */
function listKeys(endpoints: Endpoints, { index, offset = 0, query }: RequestRecord): Answer {
  const { ledger } = endpoints.service;
  const parameters = new URLSearchParams(query);
  const workspaceId = workspaceIdOf(parameters);
  const disabled = parameters.get("include_disabled") ?? "false";
  if (workspaceId === undefined || !/^(?:true|false)$/.test(disabled)) return endpoints.refuse(400);
  const filter = { workspaceId, includeDisabled: disabled === "true" };
  const wanted: PageRequest = { list: "keys", index, offset, limit: ledger.keysPerPage };
  return cutPage(endpoints, wanted, () => ({ data: ledger.keysPage(filter, offset).map(keyRow) }));
}

function listCounted(
  endpoints: Endpoints,
  list: PageRequest["list"],
  { index, offset = 0, limit = endpoints.service.ledger.defaultLimit }: RequestRecord,
  rowsOf: (ledger: Ledger) => readonly JsonValue[],
): Answer {
  const { ledger } = endpoints.service;
  return cutPage(endpoints, { list, index, offset, limit }, () => {
    const rows = rowsOf(ledger);
    const data = rows.slice(offset, offset + Math.min(limit, ledger.window));
    return { data, total_count: rows.length };
  });
}

/** The workspace asked for, the default one where none is; undefined where it is no UUID. */
function workspaceIdOf(parameters: URLSearchParams): string | undefined {
  const workspaceId = parameters.get("workspace_id") ?? defaultWorkspace.id;
  return isUuid(workspaceId) ? workspaceId : undefined;
}
