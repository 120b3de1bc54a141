/** `1 key`, `2 keys`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** `a, b, c and 2 more`: as many of several texts as a sentence has room for. @param count of how many they are */
export function listed(texts: readonly string[], most: number, count = texts.length): string {
  const named = texts.slice(0, most);
  const more = count - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** `a, b or c`. */
export function orList(texts: readonly string[]): string {
  const [last = "", ...others] = texts.toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(", ")} or ${last}`;
}
