/*
 * Where a text gives a secret away, also to a reader who overlooks what is invisible and undoes escapes.
 */

import { bareForms, separators } from "./secret-encodings";

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

/** A text in all the ways in which it is searched. */
export interface Readings {
  /** The text itself, then without what people overlook, then with escapes undone. */
  readonly written: readonly Reading[];
  /** Each of them without what may stand between characters, in lower case. */
  readonly bare: readonly Reading[];
}

/** A key by its form, with the rest of a masked one; or in base64, where three beginnings are possible. */
const keyForm = /sk-or-[\w-]*(?:(?:\.{3}|…)(?:(?!sk-or-)\w)*)?|(?:c2stb3It|NrLW9yL|zay1vci)[\w+/=-]{11,}/giu;
/** A key that spaces or line ends take apart; or in hexadecimal digits. */
const bareKeyForm = /skor(?:v\d|mgmt)[\da-f]{24,64}|736b2d6f722d(?:[\da-f]{2}){8,}/gu;
/** The masked form the services themselves show (`sk-or-v1-0e6...1c96`): not secret, and what people recognise a key by. */
const maskedKey = /^sk-or-v\d+-\w{1,6}(?:\.{3}|…)\w{1,6}$/iu;
/** What has fewer characters after `sk-or-` is a word about keys (`sk-or-mgmt-`), not a key. */
const shortestKey = 8;

/**
 * What the eye does not see in a text: what does not part the characters of a key (a terminal's colours, invisible ones,
 * marks on a character, spaces nobody types), and, as a group, which of several dashes or forms a character has.
 */
const unseen =
  /(?:\u001b\[|\u009b)[ -?]*[@-~]|(?! )[\p{C}\p{M}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]|((?![\0-\u007f])[\p{Pd}\u2212\p{Changes_When_NFKC_Casefolded}])/gu;
const dashes = /[\p{Pd}\u2212]/gu;
/**
 * As JSON, programming languages, `sanitize`, CSS, mails, addresses and HTML write a character: the groups are hexadecimal
 * but for the last three, an octal one, a decimal one and a name. Any other backslash stands for nothing, how many there
 * are tells only how often a text was quoted.
 */
const escaped =
  /\\u\{([\da-fA-F]{1,6})\}|\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})|\\x([\da-fA-F]{2})|\\([\da-fA-F]{1,6}) |%([\da-fA-F]{2})|%u([\da-fA-F]{4})|=([\dA-F]{2})|&#[xX]0*([\da-fA-F]{1,6});?|\\([0-3][0-7]{2})|&#0*(\d{1,7});?|(&amp;?|&(?:hyphen|dash|minus);|\\N\{HYPHEN-MINUS\})|\\[bfnrtv0]?/gu;
const hexadecimals = 9;
/** Escapes of escapes: an address in an address in JSON in JSON is more than anybody writes. */
const deepest = 6;

/** Plain text is written in one way, as it is. */
export function readingsOf(text: string): Readings {
  const plain: Reading = { text, spanOf: (at, length) => ({ from: at, to: at + length }) };
  const written = [plain];
  for (let depth = 0, last = plain; /[^ -~]|[\\%&=]/u.test(text) && depth < deepest; depth += 1) {
    const decoded = depth === 0 ? seen(last) : seen(unescaped(last));
    if (depth > 0 && decoded.text === last.text) break;
    written.push(decoded);
    last = decoded;
  }
  return { written, bare: written.map(bareReading) };
}

/** Whether a text gives a secret away. */
export function reveals(text: string, secret: string): boolean {
  return occurrencesOf(secret, readingsOf(text)).length > 0;
}

/** Whether a text holds a raw API key, not just a word about keys or a masked one. */
export function holdsApiKey(text: string): boolean {
  return apiKeysIn(readingsOf(text)).length > 0;
}

export function apiKeysIn({ written, bare }: Readings): readonly Span[] {
  const whole = written.flatMap((reading) =>
    matches(keyForm, reading, (run) => {
      return !maskedKey.test(run) && run.replace(/^sk-or-|[^\w-]/giu, "").length >= shortestKey;
    }),
  );
  return [...whole, ...bare.flatMap((reading) => matches(bareKeyForm, reading, () => true))];
}

/** The secret is read in the same ways: what looks like an escape in it would be undone in the text. */
export function occurrencesOf(secret: string, { written, bare }: Readings): readonly Span[] {
  const forms = readingsOf(secret).written.map(({ text }) => text);
  return [
    ...written.flatMap((reading, depth) => allOf(forms[depth] ?? forms.at(-1) ?? secret, reading)),
    ...bare.flatMap((reading) => bareForms(secret).flatMap((form) => allOf(form, reading))),
  ];
}

function matches(form: RegExp, reading: Reading, isKey: (run: string) => boolean): readonly Span[] {
  return [...reading.text.matchAll(form)]
    .filter(([run]) => isKey(run))
    .map(({ index, 0: run }) => reading.spanOf(index, run.length));
}

function allOf(form: string, reading: Reading): readonly Span[] {
  const found: Span[] = [];
  if (form === "") return found;
  for (let at = reading.text.indexOf(form); at >= 0; at = reading.text.indexOf(form, at + 1)) {
    found.push(reading.spanOf(at, form.length));
  }
  return found;
}

/** Without what people overlook, and in plain characters. */
function seen(reading: Reading): Reading {
  return rewritten(reading, unseen, ([, variant = ""]) => variant.normalize("NFKC").replace(dashes, "-"));
}

function unescaped(reading: Reading): Reading {
  return rewritten(reading, escaped, ([, ...groups]) => {
    const [octal, decimal, name] = groups.slice(hexadecimals);
    if (name !== undefined) return name.startsWith("&amp") ? "&" : "-";
    const hexadecimal = groups.slice(0, hexadecimals).find((code) => code !== undefined);
    const code = octal === undefined ? Number(decimal ?? `0x${hexadecimal}`) : Number.parseInt(octal, 8);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
}

/** What is left has as many units in lower case: it is ASCII. */
function bareReading(reading: Reading): Reading {
  let stripped: Reading | undefined;
  return {
    text: reading.text.replace(separators, "").toLowerCase(),
    spanOf: (at, length) => {
      stripped ??= rewritten(reading, separators, () => "");
      return stripped.spanOf(at, length);
    },
  };
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
