/*
 * Where a text gives a secret away, also to a reader who overlooks what is invisible and undoes escapes.
 */

import { bareForms, isLongEnough, pasted } from "./secret-encodings";
import { type Reading, SearchedText, type Span } from "./secret-readings";

/** How keys begin. */
const keyForms: readonly RegExp[] = [
  // Behind a letter or a digit it may be the end of a word (`risk-or-…`), unless what follows leaves no doubt. With it goes the
  // rest of a masked key.
  /sk-or-(?:(?<![\da-z]sk-or-)|(?:v\d+|mgmt)-|(?=[\da-z]{24}))[\w-]*(?:(?:\.{3}|…)(?:(?!sk-or-)\w)*)?/giu,
  // Pasted without its first characters.
  /(?:k?-)?or-(?<![\da-z]or-)(?:v\d+|mgmt)-[\da-z]{24,}/giu,
  // In base64, where three beginnings are possible.
  /(?:c2stb3It|NrLW9yL|zay1vci)[\w+/=-]{11,}/giu,
];
/**
 * What makes it a key and no name (`sk-or-gateway-prod-2`), word about keys (`sk-or-mgmt-`) or masked label
 * (`sk-or-v1-0e6...1c96`, by which people recognise a key): letters and digits in a row that are no word.
 */
const unspeakable = /[\da-z]{24}|(?=[a-z]{0,7}\d)[\da-z]{8}/iu;
/** A key that spaces, line ends or dots take apart; in hexadecimal digits; or in decimal numbers. */
const bareKeyForm = /skor(?:v\d|mgmt)[\da-f]{24,64}|736b2d6f722d(?:[\da-f]{2}){8,}|1151074511111445\d{16,}/gu;

/** What a plain text shows that holds a key of either form, also where it is taken apart. A masked label alone does not. */
const hint =
  /(?!k-or-(?:v\d+|mgmt)-[\da-z]{3,4}\.{3}[\da-z]{3,4}(?![\w.-]))k(?:0x|[^\da-z])*o(?:0x|[^\da-z])*r|(?<!k-)or-[vm]|c2stb3It|NrLW9yL|zay1vci|7(?:0x|[^\da-z])*3(?:0x|[^\da-z])*6(?:0x|[^\da-z])*b|1(?:0x|[^\da-z])*1(?:0x|[^\da-z])*5(?:0x|[^\da-z])*1/iu;

/** Whether any of these texts gives a secret away. */
export function reveal(texts: readonly string[], secret: string): boolean {
  if (joined(texts).isPlain && !mayReveal(texts, secret)) return false;
  return texts.some((text) => occurrencesOf(secret, new SearchedText(text)).length > 0);
}

/**
 * Whether there may be a raw API key or one of these secrets in any of these texts. Those that can only be read as they are,
 * as nearly all can, are searched as one: what is in one of them is in that, too.
 */
export function mayHold(texts: readonly string[], secrets: ReadonlySet<string>): boolean {
  const all = joined(texts);
  if (!all.isPlain || apiKeysIn(all).length > 0) return true;
  return [...secrets].some((secret) => mayReveal(texts, secret));
}

/** Real keys are longer than nearly all other plain texts, and what is shorter than a secret cannot hold it. */
function mayReveal(plainTexts: readonly string[], secret: string): boolean {
  const { shortest } = formsOf(secret);
  const long = plainTexts.filter(({ length }) => length >= shortest);
  return long.length > 0 && occurrencesOf(secret, joined(long)).length > 0;
}

function joined(texts: readonly string[]): SearchedText {
  return new SearchedText(texts.join("|"));
}

/** Whether a text holds a raw API key, not just a word about keys or a masked one. */
export function holdsApiKey(text: string): boolean {
  return apiKeysIn(new SearchedText(text)).length > 0;
}

export function apiKeysIn(searched: SearchedText): readonly Span[] {
  if (searched.isPlain && !hint.test(searched.text)) return [];
  return [
    ...keyForms.flatMap((form) => matches(form, searched.written, (run) => unspeakable.test(run))),
    ...matches(bareKeyForm, searched.bare, () => true),
  ];
}

export function occurrencesOf(secret: string, searched: SearchedText): readonly Span[] {
  const forms = formsOf(secret);
  if (searched.isPlain && searched.text.length < forms.shortest) return [];
  return [...allOf(forms.written, searched.written), ...allOf(forms.bare, searched.bare)];
}

interface Forms {
  readonly written: readonly string[];
  readonly bare: readonly string[];
  /** The length of the shortest. */
  readonly shortest: number;
}

/** The secret is read in the same ways as the text: what looks like an escape in it would be undone there. */
function formsOf(secret: string): Forms {
  const known = made.get(secret);
  if (known !== undefined) return known;
  const written = pasted(secret).flatMap((part) => new SearchedText(part).written.map(({ text }) => text));
  const long = written.filter(isLongEnough);
  const bare = bareForms(secret).filter(isLongEnough);
  const shortest = Math.min(...[...long, ...bare].map((form) => form.length));
  const forms: Forms = { written: long, bare, shortest };
  made.set(secret, forms);
  return forms;
}

/** Every text is searched for them. */
const made = new Map<string, Forms>();

/** Every name of a long list comes by here, and hardly any holds something: nothing is made for those. */
function matches(
  form: RegExp,
  readings: readonly Reading[],
  isKey: (run: string) => boolean,
): readonly Span[] {
  const found: Span[] = [];
  for (const reading of readings) {
    if (reading.text.search(form) < 0) continue;
    for (const { index, 0: run } of reading.text.matchAll(form)) {
      if (isKey(run)) found.push(reading.spanOf(index, run.length));
    }
  }
  return found;
}

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
