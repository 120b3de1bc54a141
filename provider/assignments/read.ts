import { createHash, type Hash } from "node:crypto";
import { GuardrailsError } from "../errors";
import type { KeyAssignment } from "./contract";
import { InconsistentListError, type PageSource } from "./page";
import { type PassEnd, readPass } from "./pass";

/** The services' documented maximum per page; what lies above is unknown. */
const documentedWindow = 100;
/** How often a list is read before it counts as one that does not settle. */
const maxPasses = 6;
const windowChanges = "the number of rows it serves per page keeps changing";

/**
 * The whole list, proven, and the total the service claims (rows of deleted keys included). A pass whose pages are all
 * chained proves it alone, of others two in a row must agree. `limit` is what is asked for per page at first.
 * @throws GuardrailsError of kind `unsettled` when six passes did not suffice, or any error of the pages' reading
 */
export async function readAll(
  source: PageSource,
  limit = documentedWindow,
): Promise<{ readonly rows: readonly KeyAssignment[]; readonly total: number }> {
  let window = limit;
  let previous: string | undefined;
  let why = windowChanges;
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const rows: KeyAssignment[] = [];
    const repeats = new Repeats();
    try {
      const end = await drain(readPass(source, window), (batch) => {
        rows.push(...batch);
        repeats.add(batch);
      });
      if (end.kind === "clamped") {
        window = end.window;
        continue;
      }
      repeats.refuse();
      const { chained, total } = end.chain;
      if (chained) return { rows, total };
      const proof = proofOf(total, digestInto(createHash("sha256"), rows));
      if (proof === previous) return { rows, total };
      previous = proof;
      why =
        "deleted keys hide where its pages join, and it does not stay the same from one reading to the next";
    } catch (error) {
      if (!(error instanceof InconsistentListError)) throw error;
      previous = undefined;
      why = error.message;
    }
  }
  throw unsettled(why, `after ${maxPasses} readings`);
}

/**
 * The same list with the same proof, page by page in the service's order, for lists too long to hold. Rows are given out
 * before the proof is complete: if it fails, the stream throws at its end, and what was given out must be discarded.
 * Nothing is remembered of earlier rows, so two assignments of one key, which `readAll` refuses, are both given out.
 */
export async function* readStream(
  source: PageSource,
  limit = documentedWindow,
): AsyncGenerator<readonly KeyAssignment[], void> {
  let window = limit;
  for (let pass = 0; pass < maxPasses; pass += 1) {
    try {
      const given = createHash("sha256");
      const end = yield* digested(readPass(source, window), given);
      if (end.kind === "clamped") {
        window = end.window;
        continue;
      }
      if (end.chain.chained) return;
      const again = createHash("sha256");
      const second = await drain(readPass(source, window), (batch) => digestInto(again, batch));
      const agrees =
        second.kind === "whole" && proofOf(second.chain.total, again) === proofOf(end.chain.total, given);
      if (!agrees)
        throw new InconsistentListError(
          "deleted keys hide where its pages join, and a second reading differs",
        );
      return;
    } catch (error) {
      throw error instanceof InconsistentListError
        ? unsettled(error.message, "while it was streamed")
        : error;
    }
  }
  throw unsettled(windowChanges, `after ${maxPasses} readings`);
}

/** The rows of a pass, digested as they are given out. */
async function* digested(
  pass: AsyncIterator<readonly KeyAssignment[], PassEnd>,
  digest: Hash,
): AsyncGenerator<readonly KeyAssignment[], PassEnd> {
  try {
    for (let step = await pass.next(); ; step = await pass.next()) {
      if (step.done === true) return step.value;
      digestInto(digest, step.value);
      yield step.value;
    }
  } finally {
    // A consumer that leaves early ends the pass, and with it the requests under way.
    await pass.return?.();
  }
}

async function drain(
  pass: AsyncGenerator<readonly KeyAssignment[], PassEnd>,
  take: (rows: readonly KeyAssignment[]) => void,
): Promise<PassEnd> {
  for (let step = await pass.next(); ; step = await pass.next()) {
    if (step.done === true) return step.value;
    take(step.value);
  }
}

/** Two readings prove a list together when both claim the same total and gave the same assignments in the same order. */
function proofOf(total: number, digest: Hash): string {
  return `${total} ${digest.digest("hex")}`;
}

function digestInto(digest: Hash, rows: readonly KeyAssignment[]): Hash {
  return digest.update(rows.map(({ id }) => `${id},`).join(""));
}

/**
 * A key holds at most one guardrail and ids are unique: a repeat was made by a change while the list was read. Rows are
 * looked at as they come, while the next ones are on their way.
 */
class Repeats {
  readonly #ids = new Set<string>();
  readonly #keys = new Set<string>();
  #rows = 0;

  add(rows: readonly KeyAssignment[]): void {
    this.#rows += rows.length;
    for (const { id, keyHash } of rows) {
      this.#ids.add(id);
      this.#keys.add(keyHash);
    }
  }

  /** @throws InconsistentListError where a row or a key came twice */
  refuse(): void {
    if (this.#ids.size < this.#rows) throw new InconsistentListError("a row shows twice");
    if (this.#keys.size < this.#rows) throw new InconsistentListError("a key shows two assignments");
  }
}

function unsettled(why: string, when: string): GuardrailsError {
  return new GuardrailsError("unsettled", {
    what: `could not verify: the list cannot be read whole ${when}, because ${why}`,
    advice: "Run it again when nobody changes assignments.",
  });
}
