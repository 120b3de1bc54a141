import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import type { Clock } from "../../provider/clock";
import type { Evidence } from "./evidence";
import type { Guardrails, WholeAccountEvidence } from "./evidence-source";
import type { LiveEvidence, NamedAccountEvidence } from "./live-evidence";

/** How old lists may be that were read while the program ran, in milliseconds. */
const oldest = 10_000;

/**
 * The account of a preview, which changes nothing: its lists are asked for as soon as it is known which, so that reading them
 * takes no time of its own beside the program. What by then is old, or gave nothing, is read again.
 */
export class EarlyEvidence implements NamedAccountEvidence {
  readonly #early: LiveEvidence;
  readonly #late: LiveEvidence;
  readonly #clock: Clock;
  readonly #asked = new Set<"assignments" | "inventory">();
  #chosen: Promise<LiveEvidence> | undefined;

  constructor(early: LiveEvidence, late: LiveEvidence, clock: Clock) {
    this.#early = early;
    this.#late = late;
    this.#clock = clock;
  }

  /** Not to be awaited: the program goes on meanwhile. */
  ask(lists: readonly ("assignments" | "inventory")[]): void {
    for (const list of lists) this.#asked.add(list);
    // What fails here is read again.
    this.#readSoFar().catch(() => undefined);
  }

  async assignments(): Promise<Evidence<KeyAssignmentsSnapshot>> {
    return (await this.#choose()).assignments();
  }

  async wholeAccount(): Promise<WholeAccountEvidence> {
    return (await this.#choose()).wholeAccount();
  }

  async guardrails(ids: readonly string[]): Promise<Evidence<Guardrails>> {
    return this.#late.guardrails(ids);
  }

  guardrailNames(
    ...asked: Parameters<LiveEvidence["guardrailNames"]>
  ): ReturnType<LiveEvidence["guardrailNames"]> {
    return this.#late.guardrailNames(...asked);
  }

  /** Lists that are joined come from the same time. */
  #choose(): Promise<LiveEvidence> {
    this.#chosen ??= this.#isGood().then((isGood) => (isGood ? this.#early : this.#late));
    return this.#chosen;
  }

  async #readSoFar(): Promise<readonly Evidence<{ readonly readAt: string }>[]> {
    if (this.#asked.has("inventory")) {
      const { assignments, inventory } = await this.#early.wholeAccount();
      return [assignments, inventory];
    }
    return this.#asked.has("assignments") ? [await this.#early.assignments()] : [];
  }

  async #isGood(): Promise<boolean> {
    const read = await this.#readSoFar();
    const now = this.#clock.now();
    return read.every((one) => one.kind === "read" && now - Date.parse(one.value.readAt) <= oldest);
  }
}
