import assert from "node:assert/strict";
import { GuardrailsError } from "../../provider/errors";
import type { ApiKey, Workspace } from "../../provider/inventory/contract";
import { readAccount } from "../../provider/inventory/read-account";
import type { History } from "./history";
import { ModelService } from "./model-service";

/** How a read ended: with the account, or with an error. */
export type Outcome =
  | { readonly kind: "account"; readonly workspaces: readonly Workspace[]; readonly keys: readonly ApiKey[] }
  | { readonly kind: "refusal"; readonly error: unknown };

/** What a history came to, and the service it was played on. */
export interface Played {
  readonly outcome: Outcome;
  readonly service: ModelService;
  /** What was there, unchanged, from before the first page to after the last. */
  readonly stayed: { readonly workspaces: readonly Workspace[]; readonly keys: readonly ApiKey[] };
}

/** Reads an account while its history happens. */
export async function play(history: History): Promise<Played> {
  const service = new ModelService(history);
  const { account } = service;
  const workspacesBefore = account.shownWorkspaces();
  const keysBefore = account.shownKeys();
  const outcome = await service.serve(outcomeOf(service));
  const workspacesAfter = new Set(account.shownWorkspaces());
  const keysAfter = new Set(account.shownKeys());
  const stayed = {
    workspaces: workspacesBefore.filter((workspace) => workspacesAfter.has(workspace)),
    keys: keysBefore.filter((key) => keysAfter.has(key)),
  };
  return { outcome, service, stayed };
}

async function outcomeOf(service: ModelService): Promise<Outcome> {
  try {
    return { kind: "account", ...(await readAccount(service)) };
  } catch (error) {
    return { kind: "refusal", error };
  }
}

export function refusalOf({ outcome }: Played): GuardrailsError {
  assert(outcome.kind === "refusal" && outcome.error instanceof GuardrailsError);
  return outcome.error;
}
