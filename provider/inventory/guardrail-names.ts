import { GuardrailsError } from "../errors";
import type { ApiClient } from "../http/api-client";
import { type NamedGuardrail, wireGuardrailPage } from "./contract";
import type { NotOffered } from "./missing-endpoint";

const path = "/guardrails";
/** The services' documented maximum. */
const pageSize = 100;

/** Of a service that answers its list 404. */
export const noGuardrailList: NotOffered = {
  lists: "listsGuardrails",
  what: "the service lists no guardrails (404)",
  advice: "ModelGates lists none.",
  elsewhere: "Elsewhere check service and baseUrl.",
};

/** Nobody waits for names, or asks for more than so many pages, when a verdict stands already. */
const mostRequests = 100;
/** In seconds, unless a read may take less. */
export const longestNaming = 5;

/**
 * What guardrails are called. For people only: nothing is proven, a name that does not show up is left out, and so is one that
 * takes too many requests or too long.
 * @param wanted lower-case ids; reading ends when all are found, and where none are named at the end of the lists
 * @param workspaceIds read after the default workspace, which the service lists where none is asked for
 */
export async function readGuardrailNames(
  answers: ApiClient,
  wanted: ReadonlySet<string> | "all",
  workspaceIds: readonly string[],
): Promise<ReadonlyMap<string, NamedGuardrail>> {
  const found = new Map<string, NamedGuardrail>();
  const isDone = (): boolean =>
    answers.requests() >= mostRequests || (wanted !== "all" && [...wanted].every((id) => found.has(id)));
  try {
    for (const workspaceId of [undefined, ...workspaceIds])
      await readNames(answers, workspaceId, found, isDone);
  } catch (error) {
    if (!isOutOfTime(error)) throw error;
    if (found.size === 0) throw tooSlow(error);
  }
  return found;
}

/** Reads one list until it is done, or shows nothing new. */
async function readNames(
  answers: ApiClient,
  workspaceId: string | undefined,
  found: Map<string, NamedGuardrail>,
  isDone: () => boolean,
): Promise<void> {
  const shown = new Set<string>();
  for (let offset = 0; !isDone(); ) {
    const asked = { offset, limit: pageSize };
    const query = workspaceId === undefined ? asked : { ...asked, workspace_id: workspaceId };
    const { data, total_count: total } = await answers.get(wireGuardrailPage, path, query);
    const { size } = shown;
    for (const { id, name, workspace_id, content } of data) {
      shown.add(id);
      found.set(id, { name, workspaceId: workspace_id, content });
    }
    // It may have fewer rows than were asked for.
    offset += data.length;
    if (shown.size === size || offset >= total) return;
  }
}

function isOutOfTime(error: unknown): error is GuardrailsError {
  return error instanceof GuardrailsError && error.kind === "timeout";
}

function tooSlow({ address, attempts }: GuardrailsError): GuardrailsError {
  return new GuardrailsError("timeout", {
    what: "could not verify: the service did not say in time what guardrails are called",
    advice: "Check why the service is slow.",
    address,
    attempts,
  });
}
