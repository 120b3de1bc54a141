import { type DocumentNode, parse, type ValueNode } from "@humanwhocodes/momoa";
import { sanitize } from "./redaction/sanitize";

/** Where something stands in a text; the first line and the first column are 1. */
interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Why a text that a person wrote is not taken: that it is not JSON, nests too deeply, or gives a name twice, of which every
 * parser drops one, or one that is dropped as such.
 * @returns words that follow its name, with line and column, and nothing of what stands there; undefined if it can
 */
export function jsonProblem(text: string): string | undefined {
  if (text.startsWith("\ufeff")) return "begins with a byte order mark: save it as UTF-8 without one";
  if (text.trim() === "") return "is empty";
  const tooDeep = offsetTooDeep(text);
  if (tooDeep !== undefined) {
    const place = describe(placeOf(text, tooDeep));
    return `is nested too deeply: ${place}: more than ${mostOpen} brackets are open there`;
  }
  let document: DocumentNode;
  try {
    document = parse(text, { mode: "json" });
  } catch (error) {
    if (!isLocated(error)) throw error;
    return `is not JSON: ${describe(error)}: ${causeAt(text, error.offset)}`;
  }
  const dropped = droppedName(document.body);
  if (dropped !== undefined) return dropped;
  const control = text.search(/(?![\n\r\t])\p{Cc}/u);
  return isJson(text)
    ? undefined
    : `is not JSON: ${describe(placeOf(text, control))}: a character that must be escaped`;
}

/** Many more than any configuration opens, and many fewer than let the parser's recursion, or ours, end in an overflow. */
const mostOpen = 100;

/** Where the first bracket too many is opened. */
function offsetTooDeep(text: string): number | undefined {
  let open = 0;
  let isQuoted = false;
  for (let offset = 0; offset < text.length; offset++) {
    const character = text[offset];
    if (isQuoted) {
      if (character === "\\") offset++;
      else if (character === '"') isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === "]" || character === "}") open--;
    else if (character === "[" || character === "{") {
      open++;
      if (open > mostOpen) return offset;
    }
  }
  return undefined;
}

function isLocated(error: unknown): error is Error & Place & { readonly offset: number } {
  return error instanceof Error && "offset" in error && "line" in error && "column" in error;
}

function describe({ line, column }: Place): string {
  return `line ${line}, column ${column}`;
}

/** What stands where JSON does not go on. */
function causeAt(text: string, offset: number): string {
  const before = text.slice(0, offset).trimEnd();
  const rest = text.slice(offset);
  // The parser names the first bracket where the text ends right after a bracket or a colon.
  const isUnended = before === "" && /^[{[]/u.test(rest);
  if (before === "" && !isUnended && !/^["'/]/u.test(rest)) {
    return "it begins with neither { nor [; YAML is not taken";
  }
  if (rest === "" || isUnended) return "the end comes before its last bracket is closed";
  if (/^(?:\/\/|\/\*|#)/u.test(rest)) return "a comment, which JSON does not have";
  if (/^[}\]]/u.test(rest) && before.endsWith(",")) return "a comma before a closing bracket";
  if (/^["{[]/u.test(rest) && /["}\]\dels]$/u.test(before)) return "a comma or a colon is missing before it";
  if (rest.startsWith("'")) return "a single quote, where JSON has double ones";
  if (/^\p{L}/u.test(rest)) return "a word without quotes";
  if (/^["]/u.test(rest)) return "a text that is not closed in its line";
  return "something that does not belong here";
}

/** The first name in the document that would be dropped, as words that follow its name. */
function droppedName(node: ValueNode): string | undefined {
  if (node.type === "Array") return firstOf(node.elements, ({ value }) => droppedName(value));
  if (node.type !== "Object") return undefined;
  const places = new Map<string, Place>();
  return firstOf(node.members, ({ name: written, value }) => {
    const name = written.type === "String" ? written.value : written.name;
    const here = written.loc.start;
    // JSON allows it and schemas pass it over, because in JavaScript it is not a property like others.
    if (name === "__proto__") return `gives the name __proto__: ${describe(here)}; nothing has that name`;
    const first = places.get(name);
    if (first !== undefined)
      return `gives the name ${sanitize(name)} twice: ${describe(first)}, and ${describe(here)}`;
    places.set(name, here);
    return droppedName(value);
  });
}

function firstOf<One>(ones: readonly One[], find: (one: One) => string | undefined): string | undefined {
  for (const one of ones) {
    const found = find(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function placeOf(text: string, offset: number): Place {
  const lines = text.slice(0, Math.max(offset, 0)).split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
