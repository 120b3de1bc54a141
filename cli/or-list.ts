/** `"a", "b" or "c"`. */
export function orList(texts: readonly string[]): string {
  const [last = "", ...others] = texts.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(", ")} or ${last}`;
}
