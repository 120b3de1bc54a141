/** Text that is markup (HTML or XML) already. Only `markup` makes it, so that nothing foreign gets in unescaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | readonly Markup[];

/** Template tag: what is put in stands as text, in elements and in quoted attributes alike, unless it is markup itself. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const [first = "", ...rest] = strings;
  return new Markup(
    rest.reduce((all, string, index) => `${all}${written(parts[index] ?? "")}${string}`, first),
  );
}

/** Nothing where there is nothing to say. */
export const nothing = new Markup("");

function written(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(({ text }: Markup) => text).join("");
  return String(part).replace(/[&<>"']/gu, (character) => `&#${character.charCodeAt(0)};`);
}
