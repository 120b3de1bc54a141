/**
 * What a JSON text says; undefined, which JSON cannot say, where it is none. Nothing is thrown: the parser's message
 * quotes its input, which may hold anything.
 */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Every text in a JSON value, at any depth: names of properties, and what is no text as JSON writes it. */
export function textsIn(value: unknown): readonly string[] {
  const texts: string[] = [];
  // Not by recursion: a page may nest as deep as it is long.
  const open: unknown[] = [value];
  while (open.length > 0) {
    const one = open.pop();
    if (typeof one !== "object" || one === null) texts.push(String(one));
    else if (Array.isArray(one)) for (const entry of one) open.push(entry);
    else {
      for (const [name, field] of Object.entries(one)) {
        texts.push(name);
        open.push(field);
      }
    }
  }
  return texts;
}
