import type { Settings } from "../settings/settings";
import { applyScope } from "./query";
import { openReading } from "./reading";
import type { KeyAssignmentsSnapshot, SnapshotScope } from "./snapshot";

interface SharedRead {
  readonly settings: Settings;
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
  ) {}

  /** What of the list is wanted, out of the shared read; a single page is read by itself. */
  async read(settings: Settings, scope: SnapshotScope): Promise<KeyAssignmentsSnapshot> {
    if (scope.kind === "page") return openReading(settings).readPage({ ...scope, signal: this.signal });
    return applyScope(await this.#readAll(settings), scope);
  }

  #readAll(settings: Settings): Promise<KeyAssignmentsSnapshot> {
    for (const read of this.#reads) if (sameSettings(read.settings, settings)) return read.result;
    const read: SharedRead = { settings, result: this.#begin(settings, () => this.#reads.delete(read)) };
    this.#reads.add(read);
    return read.result;
  }

  async #begin(settings: Settings, forget: () => void): Promise<KeyAssignmentsSnapshot> {
    try {
      const snapshot = await openReading(settings).readAll({ signal: this.signal });
      if (!this.keep) forget();
      return snapshot;
    } catch (error) {
      forget();
      throw error;
    }
  }
}

function sameSettings(one: Settings, other: Settings): boolean {
  return (
    one.service === other.service &&
    one.baseUrl === other.baseUrl &&
    one.credential.equals(other.credential) &&
    JSON.stringify(one.limits) === JSON.stringify(other.limits)
  );
}
