import type { ApiClient } from "../http/api-client";
import { type NamedGuardrail, wireGuardrailPage } from "./contract";
import { offered } from "./offered";

const path = "/guardrails";
/** The services' documented maximum. */
const pageSize = 100;

const noList = {
  what: "the service lists no guardrails (404)",
  advice: "ModelGates lists none. Elsewhere check service and baseUrl.",
};

/**
 * What guardrails are called. For people only: nothing is proven, a name that does not show up is left out.
 * @param wanted lower-case ids; reading ends when all are found, and where none are named at the end of the lists
 * @param workspaceIds read after the default workspace, which the service lists where none is asked for
 */
export async function readGuardrailNames(
  answers: ApiClient,
  wanted: ReadonlySet<string> | "all",
  workspaceIds: readonly string[],
): Promise<ReadonlyMap<string, NamedGuardrail>> {
  const found = new Map<string, NamedGuardrail>();
  const isDone = (): boolean => wanted !== "all" && [...wanted].every((id) => found.has(id));
  for (const workspaceId of [undefined, ...workspaceIds]) {
    for (let offset = 0; !isDone(); offset += pageSize) {
      const asked = { offset, limit: pageSize };
      const query = workspaceId === undefined ? asked : { ...asked, workspace_id: workspaceId };
      const { data, total_count: total } = await offered(answers.get(wireGuardrailPage, path, query), noList);
      for (const { id, name, workspace_id, content } of data) {
        found.set(id, { name, workspaceId: workspace_id, content });
      }
      if (data.length === 0 || offset + pageSize >= total) break;
    }
  }
  return found;
}
