/** A pipe ends a cell even in a code span, unless escaped; and a backslash before it would escape that escape. */
export function cell(text: string): string {
  return text.replace(/\\(?=\|)/gu, "\\ ").replaceAll("|", "\\|");
}

/**
 * Text as text. A word that could be more than a word (markup, a link, a mention, a reference, an emoji) stands as code,
 * where nothing is read into it; escapes would not do, because links and mentions are looked for after they are resolved.
 */
export function plain(text: string): string {
  return text.replace(/\S+/gu, (run, offset) => {
    const [, before = "", word = "", after = ""] = /^(["'(]*)(.*?)([)"',.;:?]*)$/su.exec(run) ?? [];
    const opens = text.slice(0, offset).trim() === "" && opensBlock.test(run);
    return isPlainWord(word) && !opens ? run : `${before}${code(word)}${after}`;
  });
}

/** At its beginning a text of dashes would be a list, a line or a heading, and a number a list. */
const opensBlock = /^(?:-+|\d+[.)])$/u;

function isPlainWord(word: string): boolean {
  return /^[\p{L}\p{M}\p{N}"'(),.;…-]*$/u.test(word) && !/www\.|gh-\d/iu.test(word);
}

/** A code span: its fence is longer than any run of backticks in it. */
export function code(text: string): string {
  // Without anything between them, fences are a longer fence.
  if (text === "") return '""';
  const runs = text.match(/`+/gu) ?? [];
  const fence = "`".repeat(1 + Math.max(0, ...runs.map(({ length }) => length)));
  const padding = /^`|`$|^\s+$/u.test(text) ? " " : "";
  return `${fence}${padding}${text}${padding}${fence}`;
}
