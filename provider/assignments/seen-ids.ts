import { randomInt } from "node:crypto";

const firstRoom = 1_024;

/**
 * Which ids were given out, as eight bytes each: its text mixed with one, and with another, number drawn by chance. Among a
 * million rows two that are not the same look so once in some forty million streams.
 */
export class SeenIds {
  readonly #seeds = [randomInt(2 ** 32), randomInt(2 ** 32)] as const;
  #marks = new Uint32Array(2 * firstRoom);
  #count = 0;

  add(id: string): void {
    if (2 * this.#count === this.#marks.length) {
      const more = new Uint32Array(2 * this.#marks.length);
      more.set(this.#marks);
      this.#marks = more;
    }
    const [one, other] = this.#seeds;
    this.#marks[2 * this.#count] = markOf(id, one);
    this.#marks[2 * this.#count + 1] = markOf(id, other);
    this.#count += 1;
  }

  /** Whether one came twice. Takes the order of them all: nothing is to be added afterwards. */
  hasRepeat(): boolean {
    const marks = new BigUint64Array(this.#marks.buffer, 0, this.#count).sort();
    let before: bigint | undefined;
    for (const mark of marks) {
      if (mark === before) return true;
      before = mark;
    }
    return false;
  }
}

/** Each character is mixed in by multiplication and rotation, and what comes of it is spread at the end. */
function markOf(id: string, seed: number): number {
  let mark = seed;
  for (let at = 0; at < id.length; at += 1) {
    mark ^= Math.imul(rotated(Math.imul(id.charCodeAt(at), 0xcc9e2d51), 15), 0x1b873593);
    mark = Math.imul(rotated(mark, 13), 5) + 0xe6546b64;
  }
  mark = Math.imul(mark ^ (mark >>> 16), 0x85ebca6b);
  mark = Math.imul(mark ^ (mark >>> 13), 0xc2b2ae35);
  return (mark ^ (mark >>> 16)) >>> 0;
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
