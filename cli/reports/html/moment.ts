import { type Markup, markup } from "../markup";

/** An ISO 8601 moment for people, to the minute; any other text as it is. */
export function moment(iso: string): Markup {
  const shown = iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[\d:.]*Z$/u, "$1 $2 UTC");
  return markup`<time datetime="${iso}">${shown}</time>`;
}
