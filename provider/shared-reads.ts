import { type AccountReader, Accounts } from "./account";
import { applyScope } from "./assignments/query";
import { type KeyAssignmentsSnapshot, redactSnapshot, type SnapshotScope } from "./assignments/snapshot";
import { type Settings, sameSettings } from "./settings/settings";

interface SharedRead {
  readonly account: AccountReader;
  readonly result: Promise<KeyAssignmentsSnapshot>;
}

/** One read of the whole list for everybody in this process who asks with equal settings. A failed one is not kept. */
export class SharedReads {
  readonly #reads = new Set<SharedRead>();

  /**
   * @param keep whether later calls get the same answer too, or only those that come while it is being read
   * @param signal ends all reads when it aborts
   */
  constructor(
    readonly keep: boolean,
    readonly signal?: AbortSignal,
    readonly accounts = new Accounts(),
  ) {}

  /**
   * What of the list is wanted, out of the shared read, for a program or a state: redacted. A single page, and who may
   * abort, is read for by itself.
   */
  async read(
    settings: Settings,
    scope: SnapshotScope,
    signal = this.signal,
  ): Promise<KeyAssignmentsSnapshot> {
    const account = this.accounts.open(settings);
    if (scope.kind === "page") return redactSnapshot(await account.readPage({ ...scope, signal }));
    const complete = signal === this.signal ? this.#readAll(account) : account.readAll({ signal });
    return redactSnapshot(applyScope(await complete, scope));
  }

  #readAll(account: AccountReader): Promise<KeyAssignmentsSnapshot> {
    for (const read of this.#reads)
      if (sameSettings(read.account.settings, account.settings)) return read.result;
    const read: SharedRead = { account, result: this.#begin(account, () => this.#reads.delete(read)) };
    this.#reads.add(read);
    return read.result;
  }

  async #begin(account: AccountReader, forget: () => void): Promise<KeyAssignmentsSnapshot> {
    try {
      const snapshot = await account.readAll({ signal: this.signal });
      if (!this.keep) forget();
      return snapshot;
    } catch (error) {
      forget();
      throw error;
    }
  }
}
