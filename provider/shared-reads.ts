import { type AccountReader, accounts } from "./account";
import { applyScope } from "./assignments/query";
import { type KeyAssignmentsSnapshot, redactSnapshot, type SnapshotScope } from "./assignments/snapshot";
import { applyKeysScope, type KeysScope, type KeysSnapshot, readKeys, redactKeys } from "./inventory/keys";
import { type Settings, sameSettings } from "./settings/settings";

/**
 * One read of a whole list for everybody in this process who asks for it with equal settings. A failed one is not kept.
 * What comes out is for a program or a state: redacted.
 */
export class SharedReads {
  readonly #assignments: SharedList<KeyAssignmentsSnapshot>;
  readonly #keys: SharedList<KeysSnapshot>;

  /**
   * @param keep whether later calls get the same answer too, or only those that come while it is being read
   * @param signal ends all reads when it aborts
   */
  constructor(
    keep: boolean,
    readonly signal?: AbortSignal,
  ) {
    this.#assignments = new SharedList(keep, (account) => account.readAll({ signal }));
    this.#keys = new SharedList(keep, (account) => readKeys(account, signal));
  }

  /** What of the assignments is wanted. A single page, and who may abort, is read for by itself. */
  async read(
    settings: Settings,
    scope: SnapshotScope,
    signal = this.signal,
  ): Promise<KeyAssignmentsSnapshot> {
    const account = accounts.open(settings);
    if (scope.kind === "page") return redactSnapshot(await account.readPage({ ...scope, signal }));
    const isShared = signal === this.signal;
    const complete = await (isShared ? this.#assignments.read(account) : account.readAll({ signal }));
    return redactSnapshot(applyScope(complete, scope));
  }

  /** What of the inventory is wanted. Who may abort is read for by itself. */
  async readKeys(settings: Settings, scope: KeysScope, signal = this.signal): Promise<KeysSnapshot> {
    const account = accounts.open(settings);
    const isShared = signal === this.signal;
    const complete = await (isShared ? this.#keys.read(account) : readKeys(account, signal));
    return redactKeys(applyKeysScope(complete, scope));
  }
}

interface SharedRead<List> {
  readonly account: AccountReader;
  readonly result: Promise<List>;
}

class SharedList<List> {
  readonly #reads = new Set<SharedRead<List>>();

  constructor(
    readonly keep: boolean,
    readonly readAnew: (account: AccountReader) => Promise<List>,
  ) {}

  read(account: AccountReader): Promise<List> {
    for (const read of this.#reads)
      if (sameSettings(read.account.settings, account.settings)) return read.result;
    const read: SharedRead<List> = { account, result: this.#begin(account, () => this.#reads.delete(read)) };
    this.#reads.add(read);
    return read.result;
  }

  async #begin(account: AccountReader, forget: () => void): Promise<List> {
    try {
      const list = await this.readAnew(account);
      if (!this.keep) forget();
      return list;
    } catch (error) {
      forget();
      throw error;
    }
  }
}
