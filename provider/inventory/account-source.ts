import { counted } from "../counted";
import { GuardrailsError } from "../errors";
import type { ApiClient, GetAnswer } from "../http/api-client";
import { askOperators } from "../http/failure";
import { endingEmpty } from "../listing/ending-empty";
import { quoted } from "../redaction/sanitize";
import type { Settings } from "../settings/settings";
import {
  type KeyDetails,
  keyDetails,
  type ListedKey,
  listedKey,
  type WireKeyPage,
  type Workspace,
  wireKeyPage,
  wireWorkspacePage,
} from "./contract";
import { endOfListPages, type ListPage, type ListSource, positionsIn } from "./list";
import { isNotFound, noInventory, offered } from "./missing-endpoint";
import type { AccountSource } from "./read-account";

const workspacesPath = "/workspaces";
const keysPath = "/keys";
/** The services' documented maximum for workspaces, and what a page of keys has: `GET /keys` has no limit to ask for. */
const documentedPageSize = 100;

/**
 * Called after each page of keys: how many were shown so far (the seams of pages and repeated readings count again) and
 * how many workspaces the account has.
 */
export type OnInventoryProgress = (progress: { readonly rows: number; readonly workspaces: number }) => void;

/** The lists of one account by HTTP. */
export interface HttpAccountSource extends AccountSource<ListedKey> {
  /**
   * What the pages read so far said of keys besides, by hash, the latest word of each. Kept apart from the rows: what a
   * key has spent changes with every call, and pages are joined by rows that stay the same.
   */
  readonly details: ReadonlyMap<string, KeyDetails>;
}

/** Reads as its answers allow, and keeps no page. */
export function createAccountSource(
  answers: ApiClient,
  { service, limits }: Pick<Settings, "service" | "limits">,
  onProgress?: OnInventoryProgress,
): HttpAccountSource {
  const details = new Map<string, KeyDetails>();
  const { lookAhead } = answers;
  let workspaces = 0;
  let keys = 0;
  let shown = 0;

  function list<Row>(
    about: Pick<ListSource<Row>, "subject" | "identify">,
    read: (get: GetAnswer, offset: number) => Promise<ListPage<Row>>,
  ): ListSource<Row> {
    let pageSize = 0;
    return {
      ...about,
      lookAhead,
      documentedPageSize,
      pageSize: () => pageSize,
      open: (signal) => {
        const get = answers.within(signal);
        const readPage = endingEmpty<ListPage<Row>, []>(
          (offset) => offered(read(get, offset), noInventory, service),
          endOfListPages,
        );
        return async (offset) => {
          const page = await readPage(offset);
          pageSize = Math.max(pageSize, page.rows.length);
          return page;
        };
      },
      rest: answers.rest,
    };
  }

  /** A response is made at one moment, when each row is there once. */
  function refuseRepeat<Row>(
    rows: readonly Row[],
    identify: (row: Row) => string,
    [path, noun]: readonly [string, string],
  ): void {
    if (new Set(rows.map(identify)).size === rows.length) return;
    throw answers.refusal(path, `one answer shows ${noun} twice`, askOperators);
  }

  async function readWorkspaces(get: GetAnswer, offset: number): Promise<ListPage<Workspace>> {
    const query = { offset, limit: documentedPageSize };
    const { data: rows, total_count: total } = await get(wireWorkspacePage, workspacesPath, query);
    refuseRepeat(rows, ({ id }) => id.toLowerCase(), [workspacesPath, "a workspace"]);
    workspaces = Math.max(total, positionsIn(offset, rows));
    if (workspaces > limits.maxRows) {
      throw answers.tooLarge(
        workspacesPath,
        `the account claims ${counted(workspaces, "workspace")}`,
        "maxRows",
      );
    }
    return { offset, rows, claim: { total, limit: documentedPageSize } };
  }

  /**
   * A first page that is not found, although others are, is asked for once more: a server that is only starting may say so.
   * @throws GuardrailsError of kind `unsettled` where only this workspace's keys are not found
   */
  async function keyPage(get: GetAnswer, workspace: Workspace, offset: number): Promise<WireKeyPage> {
    const query = { workspace_id: workspace.id, include_disabled: "true", offset };
    const page = (): Promise<WireKeyPage> => get(wireKeyPage, keysPath, query);
    try {
      return await page();
    } catch (error) {
      // Behind the first page it may be the end.
      if (offset > 0 || !isNotFound(error) || !(await listsDefaultKeys(get))) throw error;
    }
    try {
      return await page();
    } catch (error) {
      if (!isNotFound(error)) throw error;
      throw new GuardrailsError("unsettled", {
        what: `could not verify: the keys of workspace ${quoted(workspace.name)} are answered 404, although it is listed`,
        advice: "Run it again: it may have been deleted just now. Otherwise ask the service's operators.",
        address: error.address,
      });
    }
  }

  /** Whether the endpoint is there at all: without a workspace it lists the keys of the default one. */
  async function listsDefaultKeys(get: GetAnswer): Promise<boolean> {
    try {
      await get(wireKeyPage, keysPath, {});
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  function keysOf(workspace: Workspace): ListSource<ListedKey> {
    // What a list is known to hold grows page by page; all lists together must stay within the limit.
    let reach = 0;
    const read = async (get: GetAnswer, offset: number): Promise<ListPage<ListedKey>> => {
      const { data } = await keyPage(get, workspace, offset);
      const stray = data.findIndex((row) => row.workspace_id.toLowerCase() !== workspace.id.toLowerCase());
      if (stray >= 0) {
        const what = `the answer breaks the contract at data[${stray}].workspace_id: another workspace than asked for`;
        throw answers.refusal(keysPath, what);
      }
      refuseRepeat(data, ({ hash }) => hash, [keysPath, "a key"]);
      const further = Math.max(reach, positionsIn(offset, data));
      keys += further - reach;
      reach = further;
      if (keys > limits.maxRows)
        throw answers.tooLarge(keysPath, `the account has ${counted(keys, "key")}`, "maxRows");
      for (const row of data) details.set(row.hash, keyDetails(row));
      shown += data.length;
      onProgress?.({ rows: shown, workspaces });
      return { offset, rows: data.map((row) => listedKey(row, workspace.id)), claim: undefined };
    };
    return list(
      { subject: `the keys of workspace ${quoted(workspace.name)}`, identify: ({ hash }) => hash },
      read,
    );
  }

  return {
    workspaces: list(
      { subject: "the list of workspaces", identify: ({ id }) => id.toLowerCase() },
      readWorkspaces,
    ),
    keysOf,
    details,
    lookAhead,
  };
}
