import { createHash, type Hash } from "node:crypto";
import { GuardrailsError } from "../errors";
import { contradicted, InconsistentListError, rowTwice } from "../listing/inconsistent-list";
import { maxReadings, restAfter } from "../listing/rereads";
import { sanitize } from "../redaction/sanitize";
import { shortId } from "../short-id";
import type { Chain } from "./chain";
import type { KeyAssignment } from "./contract";
import type { PageSource } from "./page";
import { readPass } from "./pass";
import { SeenIds } from "./seen-ids";
import { documentedLimit } from "./source";

/**
 * The whole list, proven, and the total the service claims (rows of deleted keys included). A pass whose pages are all
 * chained proves it alone, of others two in a row must agree. `limit` is what is asked for per page at first.
 * @throws GuardrailsError of kind `unsettled` when the passes that the read has time for did not suffice, or any error
 * of the pages' reading
 */
export async function readAll(
  source: PageSource,
  limit = documentedLimit,
): Promise<{ readonly rows: readonly KeyAssignment[]; readonly total: number }> {
  let previous: string | undefined;
  /** The rows given out before it ended in doubt. */
  let before: string | undefined;
  let doubt: InconsistentListError | undefined;
  let pass = 0;
  let shift = 0;
  do {
    const rows: KeyAssignment[] = [];
    const repeats = new Repeats();
    try {
      const { chained, total } = await drain(readPass(source, limitOf(shift, limit)), (batch) => {
        rows.push(...batch);
        repeats.add(batch);
      });
      repeats.refuse();
      if (chained) return { rows, total };
      const proof = proofOf(total, digestInto(createHash("sha256"), rows));
      if (proof === previous) return { rows, total };
      previous = proof;
      doubt = new InconsistentListError(
        "deleted keys hide where its pages join, and it does not stay the same from one reading to the next",
      );
    } catch (error) {
      if (!(error instanceof InconsistentListError)) throw error;
      const digest = digestInto(createHash("sha256"), rows).digest("hex");
      if (error.isLasting(doubt, digest === before)) throw contradicted("the list", error);
      previous = undefined;
      before = digest;
      doubt = error;
    }
    pass += 1;
    // A contradiction is looked at again from where it showed, unless old answers would show it again there.
    if (doubt.lasts !== "if it shows again") shift += 1;
  } while (pass < maxReadings && (await source.rest(restAfter(pass))));
  throw unsettled(doubt.message, `after ${pass} readings`);
}

/**
 * The same list with the same proof, page by page in the service's order, for lists too long to hold. Rows are given out
 * before the proof is complete: if it fails, the stream throws at its end, and what was given out must be discarded.
 * Of rows only the newest are remembered, and eight bytes of each id: two assignments of one key, which `readAll` refuses,
 * are both given out.
 */
export async function* readStream(
  source: PageSource,
  limit = documentedLimit,
): AsyncGenerator<readonly KeyAssignment[], void> {
  try {
    const given = createHash("sha256");
    const seen = new SeenIds();
    const first = yield* noted(readPass(source, limit), (batch) => {
      digestInto(given, batch);
      for (const { id } of batch) seen.add(id);
    });
    if (seen.hasRepeat()) throw new InconsistentListError("a row shows twice");
    if (first.chained) return;
    const again = createHash("sha256");
    const second = await drain(readPass(source, limitOf(1, limit)), (batch) => digestInto(again, batch));
    if (proofOf(second.total, again) !== proofOf(first.total, given)) {
      const why = "deleted keys hide where its pages join, and a second reading differs";
      throw new InconsistentListError(why);
    }
  } catch (error) {
    throw error instanceof InconsistentListError ? unsettled(error.message, "while it was streamed") : error;
  }
}

/** Each pass asks for other pages: answers kept by something in between would only repeat what they said. */
function limitOf(shift: number, limit: number): number {
  return Math.max(Math.ceil(limit / 2), limit - shift * Math.ceil(limit / 15));
}

/** The rows of a pass, taken note of as they are given out. */
async function* noted(
  pass: AsyncIterator<readonly KeyAssignment[], Chain>,
  note: (rows: readonly KeyAssignment[]) => void,
): AsyncGenerator<readonly KeyAssignment[], Chain> {
  try {
    for (let step = await pass.next(); ; step = await pass.next()) {
      if (step.done === true) return step.value;
      note(step.value);
      yield step.value;
    }
  } finally {
    // A consumer that leaves early ends the pass, and with it the requests under way.
    await pass.return?.();
  }
}

async function drain(
  pass: AsyncGenerator<readonly KeyAssignment[], Chain>,
  take: (rows: readonly KeyAssignment[]) => void,
): Promise<Chain> {
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
  #again: string | undefined;
  #twice: string | undefined;

  add(rows: readonly KeyAssignment[]): void {
    for (const { id, keyHash } of rows) {
      const key = keyHash.toLowerCase();
      if (this.#ids.has(id)) this.#again ??= id;
      this.#ids.add(id);
      if (this.#keys.has(key)) this.#twice ??= key;
      this.#keys.add(key);
    }
  }

  /** @throws InconsistentListError where a row or a key came twice */
  refuse(): void {
    if (this.#again !== undefined) throw rowTwice(this.#again);
    if (this.#twice === undefined) return;
    const key = sanitize(shortId(this.#twice));
    throw new InconsistentListError(`the key ${key} shows two assignments`, "if it shows again");
  }
}

function unsettled(why: string, when: string): GuardrailsError {
  return new GuardrailsError("unsettled", {
    what: `could not verify: the list cannot be read whole ${when}, because ${why}`,
    advice: "Run it again when nobody changes assignments.",
  });
}
