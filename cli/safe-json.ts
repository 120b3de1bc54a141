/**
 * JSON that says the same to a parser and nothing to a terminal or a pipeline's log: unprintable characters, workflow
 * commands and engine markup stand as escapes. `indent` is the number of spaces; without it, it is one line.
 */
export function safeJson(value: unknown, indent?: number): string {
  return (
    JSON.stringify(value, undefined, indent)
      // Line breaks here are the indent's own: in texts they stand as escapes already.
      .replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, escapeUnits)
      .replace(/::/gu, ":\\u003a")
      .replace(/##(?=\[|vso\[)/gu, "#\\u0023")
      .replace(/<\{/gu, "<\\u007b")
      .replace(/%\}/gu, "%\\u007d")
  );
}

function escapeUnits(character: string): string {
  // By UTF-16 unit, not by character: JSON has no escape beyond four digits.
  return Array.from({ length: character.length }, (_, unit) => character.charCodeAt(unit))
    .map((code) => `\\u${code.toString(16).padStart(4, "0")}`)
    .join("");
}
