/**
 * Text that comes from a service or a configuration is data: before a person, a terminal, a pipeline log or the Pulumi
 * engine sees it, it passes `sanitize`, and only that.
 */

const usualLength = 80;

/** Control, format (bidirectional, zero-width, tags), line and paragraph separators, lone surrogates, private use. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
const apiKey = /sk-or-[\w-]*(?:(?:\.{3}|…)(?:(?!sk-or-)\w)*)?/giu;
/** The masked form the services themselves show (`sk-or-v1-0e6...1c96`): not secret, and what people recognise a key by. */
const maskedKey = /^sk-or-v\d+-\w{1,6}(?:\.{3}|…)\w{1,6}$/iu;

/**
 * Credentials this process has resolved. A registry, because a key name that quotes the credential can turn up in any
 * message, far from where the credential was read.
 */
const credentials = new Set<string>();

/** From now on `sanitize` redacts this credential wherever it appears. */
export function registerSecret(credential: string): void {
  credentials.add(credential);
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

function redact(text: string): string {
  const redacted = redactPlain(text);
  // A secret with invisible characters strewn in is found by reading it as a person would: without them.
  const visible = text.replace(unprintable, "");
  const redactedVisible = redactPlain(visible);
  return redactedVisible === visible ? redacted : redactedVisible;
}

function redactPlain(text: string): string {
  // Keys by their form first: replacing a credential could break the form up and leave the rest of a key standing.
  const withoutKeys = text.replace(apiKey, (run) => (maskedKey.test(run) ? run : "[key]"));
  // The longest first: a credential that begins like another would otherwise leave the other's end standing.
  const longestFirst = [...credentials].toSorted((one, other) => other.length - one.length);
  return longestFirst.reduce(
    (redacted, credential) => redacted.replaceAll(credential, "[secret]"),
    withoutKeys,
  );
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** Workflow commands of pipelines (`::error::`, `##[group]`, `##vso[`) and the engine's colour markup (`<{%`) need adjacency. */
function breakMarkup(text: string): string {
  return text
    .replace(/:(?=:)/gu, ": ")
    .replace(/#(?=#)/gu, "# ")
    .replace(/<(?=\{)/gu, "< ")
    .replace(/%(?=\})/gu, "% ");
}

function cut(text: string, longest: number): string {
  const characters = [...text];
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join("")}…`;
}
