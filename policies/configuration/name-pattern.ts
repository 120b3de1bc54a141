/** Most characters of a pattern. */
export const longestPattern = 128;

/** Whether a name matches a pattern. */
export type NameMatcher = (name: string) => boolean;

/**
 * A pattern over key names: `*` stands for any run of characters (none too), everything else for itself, case included.
 * Names are no paths, so nothing else is special. Matching takes time linear in the name: each part between two stars is
 * looked for once, from where the part before it ended, and the leftmost place is always good enough.
 */
export function nameMatcher(pattern: string): NameMatcher {
  const [prefix = "", ...middle] = pattern.split("*");
  const suffix = middle.pop();
  if (suffix === undefined) return (name) => name === pattern;
  return (name) => {
    if (!name.startsWith(prefix) || !name.endsWith(suffix)) return false;
    let from = prefix.length;
    for (const part of middle) {
      const at = name.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return from <= name.length - suffix.length;
  };
}
