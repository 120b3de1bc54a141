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

/** What a JSON value is made of. */
export interface JsonContents {
  /** Every text at any depth: names of properties, each once, and what is no text as JSON writes it. */
  readonly texts: readonly string[];
  /** How many properties all its objects have together. */
  readonly properties: number;
  /** How many entries the longest of its lists has. */
  readonly longestList: number;
}

/** Undefined where it is made of more than so many values. */
export function contentsOf(value: unknown, mostValues: number): JsonContents | undefined {
  const names = new Set<string>();
  const values: string[] = [];
  let properties = 0;
  let longestList = 0;
  // Not by recursion: a page may nest as deep as it is long.
  const open: unknown[] = [value];
  for (let seen = 0; open.length > 0; seen += 1) {
    if (seen + open.length > mostValues) return undefined;
    const one = open.pop();
    if (typeof one !== "object" || one === null) values.push(String(one));
    else if (Array.isArray(one)) {
      longestList = Math.max(longestList, one.length);
      for (const entry of one) open.push(entry);
    } else {
      for (const name of Object.keys(one)) {
        properties += 1;
        names.add(name);
      }
      for (const field of Object.values(one)) open.push(field);
    }
  }
  return { texts: [...names, ...values], properties, longestList };
}

/** How many names valid JSON writes: more than its value has properties where an object gives one twice, which parsers drop. */
export function namesIn(json: string): number {
  let names = 0;
  for (let start = json.indexOf('"'); start >= 0; ) {
    const end = endOfString(json, start);
    let next = end + 1;
    while (isSpace(json.charCodeAt(next))) next += 1;
    if (json.charCodeAt(next) === colon) names += 1;
    start = json.indexOf('"', next);
  }
  return names;
}

const colon = 58;
const backslash = 92;

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

function endOfString(json: string, start: number): number {
  for (let end = start + 1; ; end += 1) {
    end = json.indexOf('"', end);
    let escapes = 0;
    while (json.charCodeAt(end - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
}
