import * as z from "zod";
import { guardrailUuid } from "../assignments/query";
import { GuardrailsError } from "../errors";
import type { ApiClient } from "../http/api-client";
import { inOrder } from "../listing/in-order";
import { type Guardrail, guardrail, wireGuardrailAnswer } from "./contract";
import { isNotFound } from "./missing-endpoint";

const guardrailIds = z.array(guardrailUuid);

/**
 * What each of these guardrails enforces, by lower-case id; `absent`: the service has none of that id. Asks for each once.
 * @throws GuardrailsError of kind `configuration` where an id is no UUID, or any error of the reading
 */
export async function readGuardrails(
  answers: ApiClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Guardrail | "absent">> {
  const wanted = guardrailIds.safeParse(ids);
  if (!wanted.success) {
    throw new GuardrailsError("configuration", {
      what: "could not verify: the id of a guardrail is not a UUID",
      advice: "Give guardrails by their id, as the service shows it.",
    });
  }
  const readOne = async (id: string) => [id, await readGuardrail(answers, id)] as const;
  const found = new Map<string, Guardrail | "absent">();
  for await (const [id, one] of inOrder(new Set(wanted.data), answers.lookAhead, readOne)) found.set(id, one);
  return found;
}

async function readGuardrail(answers: ApiClient, id: string): Promise<Guardrail | "absent"> {
  const path = `/guardrails/${id}`;
  try {
    const { data } = await answers.get(wireGuardrailAnswer, path, {});
    if (data.id === id) return guardrail(data);
  } catch (error) {
    if (isNotFound(error)) return "absent";
    throw error;
  }
  throw answers.refusal(path, "the answer is another guardrail than the one asked for");
}
