import { counted } from "../../provider/counted";
import { type KeyIdentity, type KeyState, type Report, type Subject, subjects } from "../findings/report";
import { isKey, type KeyEntry } from "./key-entries";

interface Counted {
  readonly state: KeyState;
  readonly key: KeyIdentity;
}

/**
 * What the keys of all rules together are called: as those of one rule that judges each of them, so that nobody takes the
 * required keys for every key of the account.
 */
export function subjectOf(reports: readonly Report[], entries: readonly KeyEntry[]): Subject | "judged keys" {
  const keys = entries.filter(isKey);
  const judgeAll = (subject: Subject): boolean => {
    const rules = reports.flatMap((one) =>
      one.kind === "judged" && one.subject === subject ? [one.rule] : [],
    );
    return (
      rules.length > 0 && keys.every(({ verdicts }) => verdicts.some(({ rule }) => rules.includes(rule)))
    );
  };
  return subjects.find(judgeAll) ?? "judged keys";
}

type Called = Subject | "judged keys" | "";

/**
 * `2 of 14 required keys fail, 1 could not be verified`; empty where nothing fails.
 * @param subject what the keys are called, in the plural; empty where they need no word: `2 of 14 fail`
 */
export function describeFailing(entries: readonly Counted[], subject: Called): string {
  const failing = among(entries, "unguarded", "wrong-guardrail");
  const missing = among(entries, "missing");
  const hashes = entries.filter(({ state, key }) => state === "missing" && key.hash !== undefined).length;
  const unverified = among(entries, "unverified");
  const keys = entries.filter(isKey).length;
  if (failing + missing === 0 && unverified > 0) {
    if (entries.length === 1) return `${theOne(subject)} could not be verified`;
    // Where nothing says what they are, requirements count among them.
    const requirements = subject === "" ? 0 : entries.length - keys;
    const of =
      unverified === requirements
        ? []
        : [called(`${unverified - requirements} of ${entries.length - requirements}`, subject)];
    const others = requirements === 0 ? [] : [counted(requirements, "requirement")];
    return `${[...of, ...others].join(" and ")} could not be verified`;
  }
  const of = keys === 1 ? theOne(subject) : called(`${failing} of ${keys}`, subject);
  return [
    ...(failing === 0 ? [] : [`${of} ${failing === 1 ? "fails" : "fail"}`]),
    ...(missing === 0 ? [] : [`${missing} required ${oneOrMore(missing, hashes)} no key`]),
    ...(unverified === 0 ? [] : [`${unverified} could not be verified`]),
  ].join(", ");
}

/** `all 14 required keys pass, 1 waived, 2 by this deployment`. */
export function describePassing(entries: readonly Counted[], subject: Called): string {
  const keys = entries.filter(isKey).length;
  const waived = among(entries, "waived");
  const exempt = among(entries, "exempt");
  const planned = among(entries, "guarded-by-deployment");
  return [
    keys === 1 ? `${theOne(subject)} passes` : `${called(`all ${keys}`, subject)} pass`,
    ...(waived === 0 ? [] : [`${waived} waived`]),
    ...(exempt === 0 ? [] : [`${exempt} exempt`]),
    ...(planned === 0 ? [] : [`${planned} by this deployment`]),
  ].join(", ");
}

function oneOrMore(missing: number, hashes: number): string {
  if (missing === 1) return hashes === 1 ? "hash is that of" : "name or pattern matches";
  if (hashes === missing) return "hashes are those of";
  return hashes === 0 ? "names or patterns match" : "entries match";
}

function theOne(subject: Called): string {
  return subject === "" ? "its only key" : `the only ${oneOf(subject)}`;
}

/** In the singular: `required key`, `key in use`. */
export function oneOf(subject: Exclude<Called, "">): string {
  return subject.replace(/\bkeys\b/u, "key");
}

function called(count: string, subject: string): string {
  return subject === "" ? count : `${count} ${subject}`;
}

function among(entries: readonly Counted[], ...states: readonly KeyState[]): number {
  return entries.filter(({ state }) => states.includes(state)).length;
}
