import { GuardrailsError } from "../errors";
import { groupBy } from "../group-by";
import { inOrder } from "../listing/in-order";
import { contradicted, InconsistentListError } from "../listing/inconsistent-list";
import { maxReadings, restAfter } from "../listing/rereads";
import type { ApiKey, Workspace } from "./contract";
import type { ListSource } from "./list";
import { readList, unsettled } from "./read-list";

const subject = "the keys of the account";

/** Where the lists of one account come from. */
export interface AccountSource<Key extends ApiKey> {
  readonly workspaces: ListSource<Workspace>;
  keysOf(workspace: Workspace): ListSource<Key>;
  /** How many workspaces may be read side by side. */
  readonly lookAhead: number;
}

/**
 * The workspaces of an account and the keys of each: every key that stayed unchanged, in a workspace that stayed, is
 * there exactly once. A key that shows in two workspaces was moved while they were read: both are read again.
 * @throws GuardrailsError of kind `unsettled`, or any error of the pages' reading
 */
export async function readAccount<Key extends ApiKey>(
  source: AccountSource<Key>,
): Promise<{ readonly workspaces: readonly Workspace[]; readonly keys: readonly Key[] }> {
  const workspaces = await readList(source.workspaces);
  // Every account has a default workspace: a list without any is not the list of an account without keys.
  if (workspaces.length === 0) {
    throw new GuardrailsError("malformed", {
      what: "could not verify: the service lists no workspace, although every account has one",
      advice: "Check that the management key belongs to the account whose keys are meant.",
    });
  }
  const keysOf = new Map<ListSource<Key>, readonly Key[]>();
  let doubtful = workspaces.map((workspace) => source.keysOf(workspace));
  const readKeys = async (list: ListSource<Key>) => [list, await readList(list)] as const;
  let before: InconsistentListError | undefined;
  let pass = 0;
  do {
    for await (const [list, keys] of inOrder(doubtful, source.lookAhead, readKeys)) keysOf.set(list, keys);
    const keys = [...keysOf.values()].flat();
    const shared = inTwoLists(keys);
    if (shared.size === 0) return { workspaces, keys };
    const doubt = new InconsistentListError(
      "a key shows in two workspaces",
      "if it shows again",
      placesOf(shared),
    );
    if (doubt.isLasting(before)) throw contradicted(subject, doubt);
    before = doubt;
    doubtful = [...keysOf]
      .filter(([, list]) => list.some(({ hash }) => shared.has(hash)))
      .map(([list]) => list);
    pass += 1;
  } while (pass < maxReadings && (await source.workspaces.rest(restAfter(pass))));
  throw unsettled(subject, before.message, pass);
}

/** The keys that several lists show, by hash. */
function inTwoLists<Key extends ApiKey>(keys: readonly Key[]): ReadonlyMap<string, readonly Key[]> {
  return new Map([...groupBy(keys, ({ hash }) => hash)].filter(([, rows]) => rows.length > 1));
}

function placesOf(shared: ReadonlyMap<string, readonly ApiKey[]>): string {
  return [...shared]
    .map(([hash, rows]) => `${hash} ${rows.map(({ workspaceId }) => workspaceId).join()}`)
    .join();
}
