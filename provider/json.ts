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
