import { calledOf } from "../../../policies/report/identity";
import { sanitize } from "../../../provider/redaction/sanitize";
import { safeJson } from "../../safe-json";
import { type CheckedKey, failedBy, headOf } from "../checked-key";
import { Markup } from "../markup";
import { factsOf, sentence } from "./key-row";

/** Texts that many keys have in common, each kept once. */
class Texts {
  readonly all: string[] = [];
  readonly #places = new Map<string, number>();

  placeOf(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.all.length);
    this.all.push(text);
    return this.all.length - 1;
  }
}

/**
 * The keys that are not in the page as rows, for its script to draw: in a block of data, which browsers do not run. A key
 * is its state, name, details, hash, and the places of its guardrails, facts, rules and reason among the texts;
 * a requirement that means no key ends with a mark.
 */
export function pageData(keys: readonly CheckedKey[]): Markup {
  const texts = new Texts();
  const rows = keys.map((checked) => {
    const { state, key, guardrails } = checked;
    const { label, hash, description } = key;
    const called = calledOf(key);
    const details = [label, description === called ? undefined : description].filter(
      (one) => one !== undefined,
    );
    return [
      texts.placeOf(state),
      sanitize(called ?? ""),
      details.map((one) => sanitize(one)).join(", "),
      hash ?? "",
      guardrails.map(({ id, name: called }) => [texts.placeOf(id), texts.placeOf(called ?? "")]),
      factsOf(checked).map((fact) => texts.placeOf(fact)),
      failedBy(checked).map((rule) => texts.placeOf(rule)),
      texts.placeOf(sentence(headOf(checked).reason)),
      ...(checked.isRequirement === true ? [true] : []),
    ];
  });
  // The one sequence that could end the block, or begin a comment in it, starts with this character.
  const json = safeJson({ texts: texts.all, rows }).replace(/</gu, "\\u003c");
  return new Markup(`<script type="application/json" id="data">${json}</script>\n`);
}
