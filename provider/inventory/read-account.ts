import { GuardrailsError } from "../errors";
import { inOrder } from "../http/in-order";
import { maxReadings, restAfter } from "../http/readings";
import type { ApiKey, Workspace } from "./contract";
import type { ListSource } from "./list";
import { readList, unsettled } from "./read-list";

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
  let pass = 0;
  do {
    for await (const [list, keys] of inOrder(doubtful, source.lookAhead, readKeys)) keysOf.set(list, keys);
    doubtful = sharingAKey(keysOf);
    if (doubtful.length === 0) return { workspaces, keys: [...keysOf.values()].flat() };
    pass += 1;
  } while (pass < maxReadings && (await source.workspaces.rest(restAfter(pass))));
  throw unsettled("the keys of the account", "a key shows in two workspaces", pass);
}

/** The lists that show a key which another one shows too. */
function sharingAKey<Key extends ApiKey>(
  keysOf: ReadonlyMap<ListSource<Key>, readonly Key[]>,
): ListSource<Key>[] {
  const counts = new Map<string, number>();
  for (const { hash } of [...keysOf.values()].flat()) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  return [...keysOf]
    .filter(([, keys]) => keys.some(({ hash }) => (counts.get(hash) ?? 0) > 1))
    .map(([list]) => list);
}
