/*
 * Where a text gives a secret away, also to a reader who overlooks what is invisible and undoes escapes.
 */

import { encodedForms } from "./secret-encodings";

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

/** A key by its form, with the rest of a masked one. */
const keyForm = /sk-or-[\w-]*(?:(?:\.{3}|…)(?:(?!sk-or-)\w)*)?/giu;
/** The masked form the services themselves show (`sk-or-v1-0e6...1c96`): not secret, and what people recognise a key by. */
const maskedKey = /^sk-or-v\d+-\w{1,6}(?:\.{3}|…)\w{1,6}$/iu;
/** What has fewer characters after `sk-or-` is a word about keys (`sk-or-mgmt-`), not a key. */
const shortestKey = 8;

/** What does not part the characters of a key for the eye: invisible ones, marks on a character, spaces nobody types. */
const overlooked = /(?! )[\p{C}\p{M}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/**
 * As JSON, programming languages, `sanitize`, HTML and addresses write a character; any other backslash stands for
 * nothing, how many there are tells only how often a text was quoted.
 */
const escaped =
  /\\u\{([\da-fA-F]{1,6})\}|\\u([\da-fA-F]{4})|\\x([\da-fA-F]{2})|&#[xX]([\da-fA-F]{1,6});|%([\da-fA-F]{2})|&#(\d{1,7});|\\[bfnrtv0]?/gu;
/** Escapes of escapes: JSON in JSON in an address is more than anybody writes. */
const deepest = 4;

/** Plain text has one reading, itself. */
export function readingsOf(text: string): readonly Reading[] {
  const plain: Reading = { text, spanOf: (at, length) => ({ from: at, to: at + length }) };
  const readings = [plain];
  if (!/[^ -~]|[\\%&]/u.test(text)) return readings;
  for (let depth = 0, last = plain; depth < deepest; depth += 1) {
    const decoded = depth === 0 ? seen(last) : seen(unescaped(last));
    if (depth > 0 && decoded.text === last.text) break;
    readings.push(decoded);
    last = decoded;
  }
  return readings;
}

/** Whether a text gives a secret away. */
export function reveals(text: string, secret: string): boolean {
  return occurrencesOf(secret, readingsOf(text)).length > 0;
}

/** Whether a text holds a raw API key, not just a word about keys or a masked one. */
export function holdsApiKey(text: string): boolean {
  return apiKeysIn(readingsOf(text)).length > 0;
}

export function apiKeysIn(readings: readonly Reading[]): readonly Span[] {
  return readings.flatMap((reading) =>
    [...reading.text.matchAll(keyForm)]
      .filter(([run]) => !maskedKey.test(run) && run.replace(/^sk-or-|[^\w-]/giu, "").length >= shortestKey)
      .map(({ index, 0: run }) => reading.spanOf(index, run.length)),
  );
}

/** The secret is read in the same ways: what looks like an escape in it would be undone in the text. */
export function occurrencesOf(secret: string, readings: readonly Reading[]): readonly Span[] {
  const forms = readingsOf(secret).map(({ text }) => text);
  const encoded = encodedForms(secret);
  return readings.flatMap((reading, depth) =>
    [forms[depth] ?? forms.at(-1) ?? secret, ...encoded].flatMap((form) => allOf(form, reading)),
  );
}

function allOf(form: string, reading: Reading): readonly Span[] {
  const found: Span[] = [];
  if (form === "") return found;
  for (let at = reading.text.indexOf(form); at >= 0; at = reading.text.indexOf(form, at + 1)) {
    found.push(reading.spanOf(at, form.length));
  }
  return found;
}

/** Without what people overlook. */
function seen(reading: Reading): Reading {
  return rewritten(reading, overlooked, () => "");
}

function unescaped(reading: Reading): Reading {
  return rewritten(reading, escaped, ([, ...groups]) => {
    const decimal = groups[5];
    const hexadecimal = groups.slice(0, 5).find((code) => code !== undefined);
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
}

/**
 * With each match replaced. Where its units come from is worked out only once something is found in it: of a long text
 * that holds no secret nothing but the text is made.
 */
function rewritten(reading: Reading, pattern: RegExp, replacement: Replacement): Reading {
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
      origins ??= originsOf(reading, pattern, replacement, text.length);
      return { from: origins.from[at] ?? at, to: origins.to[at + length - 1] ?? at + length };
    },
  };
}

/** Where in the original each unit of a rewritten text begins and ends. */
function originsOf(reading: Reading, pattern: RegExp, replacement: Replacement, length: number): Origins {
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

type Replacement = (match: RegExpExecArray) => string;

interface Origins {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}
