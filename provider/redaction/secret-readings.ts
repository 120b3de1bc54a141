/*
 * A text in all the ways in which somebody may read it, each with the way back to the text itself.
 */

import { isDoubtful, isPlain, type Manner, manners, type Rewriting } from "./escapes";
import { separators, separatorsOfNumbers } from "./secret-encodings";

/** A part of a text, in UTF-16 units; `to` is the first behind it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A text as somebody may read it. */
export interface Reading {
  readonly text: string;
  /** Which part of the original some units of the reading stand for. */
  spanOf(at: number, length: number): Span;
}

/**
 * A text in all the ways in which it is searched, each once. They are made only where something may be found: of a long
 * list hardly any is.
 */
export class SearchedText {
  /** Whether it can only be read as it is: then it says nothing that is longer than itself. */
  readonly isPlain: boolean;
  #written: readonly Reading[] | undefined;
  #bare: readonly Reading[] | undefined;

  constructor(readonly text: string) {
    this.isPlain = isPlain(text);
  }

  /** The text itself, without what people overlook, and with escapes undone, again and again. */
  get written(): readonly Reading[] {
    this.#written ??= writtenReadings(this);
    return this.#written;
  }

  /** Each of them without what may stand between characters, in lower case. */
  get bare(): readonly Reading[] {
    this.#bare ??= this.written.flatMap(bareReadings);
    return this.#bare;
  }
}

/** Escapes of escapes: an address in an address in JSON in JSON is more than anybody writes. */
const deepest = 6;

/** What can be read in one way only is read once. */
function writtenReadings({ text, isPlain }: SearchedText): readonly Reading[] {
  const plain: Reading = { text, spanOf: (at, length) => ({ from: at, to: at + length }) };
  const different = new Map([[text, plain]]);
  for (const manner of isPlain ? [] : manners) {
    const readings = readIn(manner, plain);
    for (const reading of readings) if (!different.has(reading.text)) different.set(reading.text, reading);
    if (![plain, ...readings].some((reading) => isDoubtful(reading.text))) break;
  }
  return [...different.values()];
}

/** What people overlook goes first: it may stand within an escape. */
function readIn({ unseen, escaped }: Manner, plain: Reading): readonly Reading[] {
  let last = rewritten(plain, unseen);
  const readings = [last];
  while (readings.length < deepest) {
    const next = rewritten(rewritten(last, escaped), unseen);
    if (next.text === last.text) break;
    readings.push(next);
    last = next;
  }
  return readings;
}

function bareReadings(reading: Reading): readonly Reading[] {
  return [separators, ...(/0x/iu.test(reading.text) ? [separatorsOfNumbers] : [])].map((pattern) =>
    bareReading(reading, pattern),
  );
}

/** What is left has as many units in lower case: it is ASCII. */
function bareReading(reading: Reading, pattern: RegExp): Reading {
  let stripped: Reading | undefined;
  return {
    text: reading.text.replace(pattern, "").toLowerCase(),
    spanOf: (at, length) => {
      stripped ??= rewritten(reading, { pattern, replacement: () => "" });
      return stripped.spanOf(at, length);
    },
  };
}

/**
 * With each match replaced. Where its units come from is worked out only once something is found in it: of a long text
 * that holds no secret nothing but the text is made.
 */
function rewritten(reading: Reading, rewriting: Rewriting): Reading {
  const { pattern, replacement } = rewriting;
  let text = "";
  let end = 0;
  for (const match of reading.text.matchAll(pattern)) {
    text += reading.text.slice(end, match.index) + replacement(match);
    end = match.index + match[0].length;
  }
  text += reading.text.slice(end);
  let origins: Origins | undefined;
  return {
    text,
    spanOf: (at, length) => {
      origins ??= originsOf(reading, rewriting, text.length);
      return { from: origins.from[at] ?? at, to: origins.to[at + length - 1] ?? at + length };
    },
  };
}

interface Origins {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

/** Where in the original each unit of a rewritten text begins and ends. */
function originsOf(reading: Reading, { pattern, replacement }: Rewriting, length: number): Origins {
  const origins: Origins = { from: new Uint32Array(length), to: new Uint32Array(length) };
  let made = 0;
  const add = ({ from, to }: Span): void => {
    origins.from[made] = from;
    origins.to[made] = to;
    made += 1;
  };
  let end = 0;
  const keepUntil = (to: number): void => {
    for (; end < to; end += 1) add(reading.spanOf(end, 1));
  };
  for (const match of reading.text.matchAll(pattern)) {
    keepUntil(match.index);
    end += match[0].length;
    const span = reading.spanOf(match.index, match[0].length);
    for (let units = replacement(match).length; units > 0; units -= 1) add(span);
  }
  keepUntil(reading.text.length);
  return origins;
}
