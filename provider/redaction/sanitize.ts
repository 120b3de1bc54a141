/**
 * Text that comes from a service or a configuration is data. Where it is shown (a terminal, a report, a pipeline's log, the
 * engine) it passes `sanitize`; where a program reads it on (JSON, CSV, a snapshot, the state) it passes `redact`, which
 * takes secrets out and leaves everything else as it is.
 */

import { credentialVariables } from "../settings/services";
import { isUnexpanded } from "../settings/unexpanded";
import { shortestSecret } from "./secret-encodings";
import { SearchedText, type Span } from "./secret-readings";
import { apiKeysIn, mayHold, occurrencesOf } from "./secret-search";

const usualLength = 80;

/**
 * What has no form of its own to see: control, format, surrogate, private-use and unassigned code points (noncharacters
 * too, which XML forbids), line and paragraph separators, and what Unicode says to ignore where a font has nothing for it.
 */
const unprintable = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Credentials of this process. A registry, because a key name that quotes the credential can turn up in any message, far
 * from where the credential was read; and with those of the environment from the start, because people also paste them where
 * something is refused before any credential is asked for.
 */
const credentials = new Set<string>();

for (const variable of credentialVariables) registerSecret(process.env[variable] ?? "");

/**
 * From now on `redact` and `sanitize` take this credential out wherever it appears, unless it is too short to be one, or the name
 * of a variable: `$(MANAGEMENT_KEY)` would take every mention of that name out of what people are told.
 */
export function registerSecret(credential: string): void {
  const secret = credential.trim();
  if (secret.length >= shortestSecret && !isUnexpanded(secret)) credentials.add(secret);
}

/**
 * Makes foreign text safe to show: secrets redacted, unprintable characters escaped, markup broken up, cut.
 * @param longest how many characters are kept; default 80
 */
export function sanitize(text: string, longest = usualLength): string {
  return cut(breakMarkup(redact(text).replace(unprintable, escapeCharacter)), longest);
}

/** Foreign text in quotes, for messages: `"prod-gateway"`. */
export function quoted(text: string): string {
  return `"${sanitize(text)}"`;
}

/**
 * The text with `[key]` in the place of each raw API key and `[secret]` in that of each credential of this process, also
 * where they are escaped or strewn with invisible characters; nothing else is changed.
 */
export function redact(text: string): string {
  const found = secretsIn(new SearchedText(text));
  let redacted = "";
  let end = 0;
  for (const { from, to, as } of joined(found)) {
    redacted += text.slice(end, from) + as;
    end = to;
  }
  return redacted + text.slice(end);
}

/** A value that JSON can hold, with all its texts redacted; names of properties stay. */
export function redactTexts<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value), (_name, one) => (typeof one === "string" ? redact(one) : one));
}

/** So many rows are searched at once; where one of them may hold something, each by itself. */
const rowsAtOnce = 32;

/** Rows as they may be read on: copies, with these fields redacted. */
export function redactRows<
  Field extends string,
  Row extends { readonly [Name in Field]?: string | null | undefined },
>(rows: readonly Row[], fields: readonly Field[]): readonly Row[] {
  const redacted: Row[] = [];
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const some = rows.slice(from, from + rowsAtOnce);
    const isClean = !mayHold(textsOf(some, fields), credentials);
    for (const row of some) redacted.push(isClean ? { ...row } : redactRow(row, fields));
  }
  return redacted;
}

/** Every row of a long list comes by here: no list is made for each of them. */
function textsOf<Field extends string>(
  rows: readonly { readonly [Name in Field]?: string | null | undefined }[],
  fields: readonly Field[],
): readonly string[] {
  const texts: string[] = [];
  for (const row of rows) {
    for (const field of fields) {
      const text = row[field];
      if (typeof text === "string") texts.push(text);
    }
  }
  return texts;
}

function redactRow<
  Field extends string,
  Row extends { readonly [Name in Field]?: string | null | undefined },
>(row: Row, fields: readonly Field[]): Row {
  const texts = fields.map((field) => [field, row[field]] as const);
  return { ...row, ...Object.fromEntries(texts.map(([field, text]) => [field, text && redact(text)])) };
}

type Found = Span & { readonly as: "[key]" | "[secret]" };

function secretsIn(searched: SearchedText): readonly Found[] {
  const found: Found[] = [];
  for (const span of apiKeysIn(searched)) found.push({ ...span, as: "[key]" });
  for (const credential of credentials) {
    for (const span of occurrencesOf(credential, searched)) found.push({ ...span, as: "[secret]" });
  }
  return found;
}

/** In order, with one in the place of those that overlap: replacing one alone would leave the other's end standing. */
function joined(found: readonly Found[]): readonly Found[] {
  const all: Found[] = [];
  for (const one of found.toSorted((left, right) => left.from - right.from)) {
    const last = all.at(-1);
    if (last === undefined || one.from >= last.to) all.push(one);
    else {
      const as = last.as === "[key]" || one.as === "[key]" ? "[key]" : "[secret]";
      all[all.length - 1] = { from: last.from, to: Math.max(last.to, one.to), as };
    }
  }
  return all;
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Workflow commands of pipelines (`::error::`, `##[group]`, `##vso[`) and the engine's colour markup (`<{%`) need adjacency. */
function breakMarkup(text: string): string {
  return text.replace(/:(?=:)|#(?=#)|<(?=\{)|%(?=\})/gu, "$& ");
}

function cut(text: string, longest: number): string {
  // There are no more characters than units.
  if (text.length <= longest) return text;
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join("")}…`;
}
