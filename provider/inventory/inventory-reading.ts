import type { Abortable, Timed } from "../assignments/key-assignments-reading";
import type { BegunRead, Connection } from "../http/connection";
import type { Limits } from "../settings/limits";
import type { Settings } from "../settings/settings";
import { createAccountSource, type OnInventoryProgress } from "./account-source";
import { apiKey, type Guardrail, type NamedGuardrail } from "./contract";
import { longestNaming, noGuardrailList, readGuardrailNames } from "./guardrail-names";
import { readGuardrails } from "./guardrails";
import type { KeyInventory } from "./inventory";
import { offered } from "./missing-endpoint";
import { readAccount } from "./read-account";

export type { OnInventoryProgress };

/** What `readInventory` may be told. */
export type ReadInventoryOptions = Abortable &
  Timed & { readonly onProgress?: OnInventoryProgress | undefined };

/** What can be read of one account besides its assignments. All throw `GuardrailsError` and nothing else. */
export interface InventoryReading {
  /**
   * All API keys of all workspaces, assigned or not, disabled and expired ones included. Every key that stayed unchanged
   * while it was read is listed exactly once; where that is in doubt it throws. A service without an inventory is an
   * error of kind `http`, an account without a workspace one of kind `malformed`: neither means "no keys".
   */
  readInventory(options?: ReadInventoryOptions): Promise<KeyInventory>;
  /**
   * What these guardrails enforce, by their ids in lower case; `absent` where the service has no such guardrail. Each is
   * read at its own moment.
   */
  readGuardrails(
    ids: readonly string[],
    options?: Abortable,
  ): Promise<ReadonlyMap<string, Guardrail | "absent">>;
  /**
   * What these guardrails are called, by their ids in lower case, as far as the lists of guardrails show them: the one of
   * the default workspace, then of the workspaces given, until all are found, and for five seconds and a hundred requests
   * at the most.
   */
  readGuardrailNames(
    ids: ReadonlySet<string> | "all",
    workspaceIds: readonly string[],
    options?: Abortable,
  ): Promise<ReadonlyMap<string, NamedGuardrail>>;
}

export function openInventory(connection: Connection, settings: Settings): InventoryReading {
  const { service, baseUrl, limits } = settings;

  /** One read within one time limit. When it is over, by whatever way, none of its requests is left under way. */
  async function within<Result>(
    terms: Abortable & Timed & { readonly limits?: Limits },
    read: (begun: BegunRead) => Promise<Result>,
  ): Promise<Result> {
    const over = new AbortController();
    try {
      return await read(await connection.begin({ limits, ...terms, over: over.signal }));
    } finally {
      over.abort();
    }
  }

  return {
    readInventory: ({ signal, time, onProgress } = {}) =>
      within({ signal, time }, async ({ answers, readAt }) => {
        const source = createAccountSource(answers, settings, onProgress);
        const { workspaces, keys } = await readAccount(source);
        return {
          keys: sortedBy(keys, ({ hash }) => hash).map(apiKey),
          details: source.details,
          workspaces: sortedBy(workspaces, ({ id }) => id),
          service,
          baseUrl,
          readAt,
          clock: answers.clock(),
          requests: answers.requests(),
        };
      }),
    readGuardrails: (ids, { signal } = {}) =>
      within({ signal }, ({ answers }) => readGuardrails(answers, ids)),
    readGuardrailNames: (ids, workspaceIds, { signal } = {}) => {
      const readTimeout = Math.min(limits.readTimeout, longestNaming);
      return within({ signal, limits: { ...limits, readTimeout } }, ({ answers }) =>
        offered(readGuardrailNames(answers, ids, workspaceIds), noGuardrailList, service),
      );
    },
  };
}

function sortedBy<Row>(rows: readonly Row[], textOf: (row: Row) => string): Row[] {
  return rows.toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1));
}
