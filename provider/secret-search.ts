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

/** A text in all the ways in which it is searched, each once. */
export interface Readings {
  /** The text itself, without what people overlook, and with escapes undone, again and again. */
  readonly written: readonly Reading[];
  /** Each of them without what may stand between characters, in lower case. */
  readonly bare: readonly Reading[];
}

/** What stands for nothing, and what for a character. */
interface Manner {
  readonly unseen: RegExp;
  readonly escaped: RegExp;
}

/** A key by its form, with the rest of a masked one; or in base64, where three beginnings are possible. */
const keyForm = /sk-or-[\w-]*(?:(?:\.{3}|…)(?:(?!sk-or-)\w)*)?|(?:c2stb3It|NrLW9yL|zay1vci)[\w+/=-]{11,}/giu;
/** A key that spaces or line ends take apart; or in hexadecimal digits. */
const bareKeyForm = /skor(?:v\d|mgmt)[\da-f]{24,64}|736b2d6f722d(?:[\da-f]{2}){8,}/gu;
/** The masked form the services themselves show (`sk-or-v1-0e6...1c96`): not secret, and what people recognise a key by. */
const maskedKey = /^sk-or-v\d+-\w{1,6}(?:\.{3}|…)\w{1,6}$/iu;
/** What has fewer characters after `sk-or-` is a word about keys (`sk-or-mgmt-`), not a key. */
const shortestKey = 8;

/** A terminal's colours, and whatever else it obeys instead of showing it: the mark, and what belongs to it. */
const obeyed = /(?:\u001b\[|\u009b)[ -?]*[@-~]/u;
/**
 * What the eye does not see in a text: what does not part the characters of a key (invisible ones, marks on a character,
 * spaces nobody types), and, as a group, which of several dashes or forms a character has.
 */
const invisible =
  /(?! )[\p{C}\p{M}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]|((?![\0-\u007f])[\p{Pd}\u2212\p{Changes_When_NFKC_Casefolded}])/u;
const dashes = /[\p{Pd}\u2212]/gu;
/**
 * As JSON, programming languages, `sanitize`, mails, addresses and HTML write a character: the groups are hexadecimal but
 * for the last two, a decimal one and a name.
 */
const character =
  /\\u\{([\da-fA-F]{1,6})\}|\\u([\da-fA-F]{4})|\\U([\da-fA-F]{8})|\\x([\da-fA-F]{2})|%([\da-fA-F]{2})|%u([\da-fA-F]{4})|=([\dA-F]{2})|&#[xX]0*([\da-fA-F]{1,6});?|&#0*(\d{1,7});?|(&amp;?|&(?:hyphen|dash|minus);|\\N\{HYPHEN-MINUS\})/u;
const hexadecimals = 8;
/** As CSS and programming languages write one, in hexadecimal and octal digits, and space. */
const shortly = /\\([\da-fA-F]{1,6}) |\\([0-3][0-7]{2})|\\[bfnrtv0]/u;
/** A backslash that is left stands for nothing: how many there are tells only how often a text was quoted. */
const backslash = /\\/u;

/**
 * What a terminal obeys, a report shows; and a backslash may have a meaning with what follows it or just stand there. Either
 * way of reading may be the one that gives a secret away: the other takes a character of it for a part of the disguise.
 */
const manners: readonly Manner[] = [[obeyed, invisible], [invisible]].flatMap((unseen) =>
  [
    [character, shortly, backslash],
    [character, backslash],
  ].map((escaped) => ({
    unseen: anyOf(unseen),
    escaped: anyOf(escaped),
  })),
);

function anyOf(patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join("|"), "gu");
}

/** Escapes of escapes: an address in an address in JSON in JSON is more than anybody writes. */
const deepest = 6;

/** Plain text is written in one way, as it is; and what can be read in one way only is read once. */
export function readingsOf(text: string): Readings {
  const plain: Reading = { text, spanOf: (at, length) => ({ from: at, to: at + length }) };
  const different = new Map([[text, plain]]);
  for (const manner of /[^ -~]|[\\%&=]/u.test(text) ? manners : []) {
    const { readings, isDoubtful } = readIn(manner, plain);
    for (const reading of readings) if (!different.has(reading.text)) different.set(reading.text, reading);
    if (!isDoubtful) break;
  }
  const written = [...different.values()];
  return { written, bare: written.map(bareReading) };
}

/** What people overlook goes first: it may stand within an escape. */
function readIn({ unseen, escaped }: Manner, plain: Reading): { readings: Reading[]; isDoubtful: boolean } {
  const readings = [rewritten(plain, unseen, seen)];
  let isDoubtful = obeyed.test(plain.text);
  for (let last = readings[0]; last !== undefined && readings.length < deepest; ) {
    const decoded = rewritten(last, escaped, unescaped);
    const next = rewritten(decoded, unseen, seen);
    if (next.text === last.text) break;
    isDoubtful ||= shortly.test(last.text) || obeyed.test(decoded.text);
    readings.push(next);
    last = next;
  }
  return { readings, isDoubtful };
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

export function occurrencesOf(secret: string, { written, bare }: Readings): readonly Span[] {
  const forms = formsOf(secret);
  return [...allOf(forms.written, written), ...allOf(forms.bare, bare)];
}

/** The secret is read in the same ways as the text: what looks like an escape in it would be undone there. */
function formsOf(secret: string): Forms {
  const known = made.get(secret);
  if (known !== undefined) return known;
  const written = readingsOf(secret).written.map(({ text }) => text);
  const forms: Forms = { written: written.filter((form) => form !== ""), bare: bareForms(secret) };
  made.set(secret, forms);
  return forms;
}

/** Every text is searched for them. */
const made = new Map<string, Forms>();

function matches(form: RegExp, reading: Reading, isKey: (run: string) => boolean): readonly Span[] {
  return [...reading.text.matchAll(form)]
    .filter(([run]) => isKey(run))
    .map(({ index, 0: run }) => reading.spanOf(index, run.length));
}

/** Every name of a long list comes by here, and hardly any holds something: nothing is made for those. */
function allOf(forms: readonly string[], readings: readonly Reading[]): readonly Span[] {
  const found: Span[] = [];
  for (const reading of readings) {
    for (const form of forms) {
      for (let at = reading.text.indexOf(form); at >= 0; at = reading.text.indexOf(form, at + 1)) {
        found.push(reading.spanOf(at, form.length));
      }
    }
  }
  return found;
}

/** In plain characters. */
function seen([, variant = ""]: RegExpExecArray): string {
  return variant.normalize("NFKC").replace(dashes, "-");
}

function unescaped([, ...groups]: RegExpExecArray): string {
  const [decimal, name, short, octal] = groups.slice(hexadecimals);
  if (name !== undefined) return name.startsWith("&amp") ? "&" : "-";
  const hexadecimal = groups.slice(0, hexadecimals).find((code) => code !== undefined) ?? short;
  const code = octal === undefined ? Number(decimal ?? `0x${hexadecimal}`) : Number.parseInt(octal, 8);
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
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

interface Forms {
  readonly written: readonly string[];
  readonly bare: readonly string[];
}

type Replacement = (match: RegExpExecArray) => string;

interface Origins {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}
