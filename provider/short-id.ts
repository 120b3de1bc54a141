/** The beginning of an id, as people read it: 8 characters, none of them cut in two. */
export function shortId(id: string): string {
  return [...id].slice(0, 8).join("");
}
