import { listed, orList } from "../../provider/counted";
import { groupBy } from "../../provider/group-by";
import { quoted, sanitize } from "../../provider/redaction/sanitize";
import { shortId } from "../../provider/short-id";
import { describeSelector, type SelectorLook } from "../configuration/key-selector";
import type { ClockDoubt } from "../evidence/clock-doubt";
import type { Cause, NamedKey, SwitchedOff, Unverified, VoidWaiver } from "../findings/cause";
import type { Finding } from "../findings/report";

/** The name of a guardrail, where it is known. */
export type GuardrailNames = (id: string) => string | undefined;

/** Where none is. */
export const noNames: GuardrailNames = () => undefined;

/** Why a key is in its state, in words that follow its name; foreign text in them is safe to show. */
export function describeReason(
  { cause, voidWaivers = [] }: Pick<Finding, "cause" | "voidWaivers">,
  nameOf: GuardrailNames = noNames,
): string {
  const inVain = voidWaivers.map((waiver) => ` (${describeVoidWaiver(waiver)})`);
  return [describeCause(cause, nameOf), ...inVain].join("");
}

/** How the words begin for what a key has or lacks: a heading leaves it out. */
export const has = "has ";
export function isWhatItHas(kind: Cause["kind"]): boolean {
  return (
    kind === "has-guardrail" ||
    kind === "no-assignment" ||
    kind === "no-assignment-or-key" ||
    kind === "weak-guardrail"
  );
}

/** What is wrong with a waiver that lets nothing pass. */
export function describeVoidWaiver({ place, why }: VoidWaiver): string {
  return `${place} has no effect: ${why}`;
}

/** An id with the guardrail's name, where that is known. */
export function describeGuardrailId(id: string, nameOf: GuardrailNames): string {
  const name = nameOf(id);
  return name === undefined ? sanitize(id) : `${quoted(name)} (${sanitize(id)})`;
}

function describeCause(cause: Cause, nameOf: GuardrailNames): string {
  switch (cause.kind) {
    case "has-guardrail":
      return `${has}a guardrail`;
    case "gets-guardrail":
      return "gets a guardrail by this deployment";
    case "feeds-assignment":
      return "feeds an assignment";
    case "exempt": {
      const why = cause.because === undefined ? "" : `, because ${sanitize(cause.because)}`;
      return `is exempt by ${sanitize(describeSelector(cause.selector))}${why}`;
    }
    case "waived": {
      const { owner, expires, reason } = cause.waiver;
      const until = `is waived until ${expires} by ${sanitize(owner)} because ${quoted(reason)}`;
      return `${until}; it ${describeCause(cause.otherwise, nameOf)}`;
    }
    case "no-assignment":
      return `${has}no direct assignment of a guardrail`;
    case "no-assignment-or-key":
      return `${has}no direct assignment of a guardrail, or is no key any more (the list of all keys was not read)`;
    case "feeds-no-assignment":
      return "is declared in this stack and feeds no guardrail assignment of it";
    case "wrong-guardrail": {
      const named = [...new Set(cause.guardrailIds)].map((id) => describeGuardrailId(id, nameOf));
      return `${relations[cause.relation]} guardrail ${named.join(", ")}${notAsked[cause.demand]}`;
    }
    case "weak-guardrail": {
      const { id, name, lacks } = cause.guardrail;
      return `${has}guardrail ${quoted(name)} (${sanitize(id)}), which ${lacks}`;
    }
    case "account-without-keys":
    case "nothing-matches":
    case "no-such-hash": {
      const by = cause.kind === "no-such-hash" ? "hash" : cause.by;
      return `is required by ${by} in ${cause.place}, and ${meaningNoKey[cause.kind]}${inBrackets(describeMeant(cause))}`;
    }
    default:
      return describeUnverified(cause, nameOf);
  }
}

/** A cause by which a requirement means no key. */
type MeaningNoKey = Extract<Cause, { readonly kind: keyof typeof meaningNoKey }>;

const meaningNoKey = {
  "account-without-keys": "the account shows no key at all",
  "nothing-matches": "no enabled key of the account matches",
  "no-such-hash": "no key of the account has that hash",
} as const;

/** What is said once of all requirements that mean no key for one reason, wherever they stand: a clause of its own. */
export function whyNoKey(kind: Cause["kind"]): string | undefined {
  return isMeaningNoKey(kind) ? meaningNoKey[kind] : undefined;
}

function isMeaningNoKey(kind: Cause["kind"]): kind is MeaningNoKey["kind"] {
  return Object.hasOwn(meaningNoKey, kind);
}

/** A requirement that means no key. */
export interface MissedRequirement {
  /** Where it stands: `guardrails-settings.requiredKeys[0]`. */
  readonly place: string;
  /** What may be meant instead, or what becomes of the keys that it does match; safe to show. */
  readonly hint?: string | undefined;
}

/** The requirement that means no key, where that is the cause. */
export function missedRequirement(cause: Cause): MissedRequirement | undefined {
  switch (cause.kind) {
    case "account-without-keys":
    case "nothing-matches":
    case "no-such-hash":
      return { place: cause.place, hint: describeMeant(cause) };
    default:
      return undefined;
  }
}

/** As a row of a list says it: `guardrails-settings.requiredKeys[0] (did you mean "prod-batch"?)`. */
export function describeMissed({ place, hint }: MissedRequirement): string {
  return `${place}${inBrackets(hint)}`;
}

function inBrackets(hint: string | undefined): string {
  return hint === undefined ? "" : ` (${hint})`;
}

const notAsked = {
  required: ", which is not the one required",
  approved: ", which is not an approved one",
} as const;

const relations = {
  assigned: "is assigned to",
  "to-be-assigned": "is about to be assigned to",
  declared: "is declared with",
} as const;

function describeMeant(cause: MeaningNoKey): string | undefined {
  switch (cause.kind) {
    case "account-without-keys":
      return undefined;
    case "no-such-hash":
      return describeNear(cause.near);
    case "nothing-matches": {
      const { switchedOff } = cause;
      const all = [
        ...(switchedOff.length === 0 ? [] : [describeSwitchedOff(switchedOff)]),
        ...describeInstead(cause),
      ];
      return all.length === 0 ? undefined : all.join("; ");
    }
  }
}

function describeInstead({
  near,
  switchedOff,
  looksLike,
}: Extract<Cause, { readonly kind: "nothing-matches" }>): readonly string[] {
  // What is meant by it is a key then, whatever it looks like.
  const looks = switchedOff.length === 0 && looksLike !== undefined ? [`it ${looksInWords[looksLike]}`] : [];
  // A name with a star in it may have been misspelt; the others are no names.
  if (near.length > 0 && (looks.length === 0 || looksLike === "pattern")) {
    return [`did you mean ${orList(near.map((name) => quoted(name)))}?`];
  }
  return looks;
}

/** What may have been meant by a name or pattern: words that follow it. */
export const looksInWords: Readonly<Record<SelectorLook, string>> = {
  hash: 'looks like a hash: require that as "hash"',
  pattern: 'looks like a pattern: require that as "pattern"',
  "regular-expression":
    "looks like a regular expression: in a pattern only * is special, for any run of characters",
};

/** `the only key that does is disabled`, `of those that do 2 are disabled, 1 has expired`. */
function describeSwitchedOff(all: readonly SwitchedOff[]): string {
  const uses = [...groupBy(all, (use) => use)].map(([use, { length }]) => ({
    length,
    words: usesInWords[use][length === 1 ? 0 : 1],
  }));
  if (all.length === 1) return `the only key that does ${uses[0]?.words}`;
  return `of those that do ${uses.map(({ length, words }) => `${length} ${words}`).join(", ")}`;
}

const usesInWords = {
  disabled: ["is disabled", "are disabled"],
  expired: ["has expired", "have expired"],
} as const;

/** The most keys that may be meant. */
const mostNear = 3;

function describeNear(near: readonly NamedKey[]): string | undefined {
  if (near.length === 0) return undefined;
  const named = near.map(({ hash, name }) => `${quoted(name)} ${sanitize(shortId(hash))}`);
  return `is it the key ${listed(named, mostNear)} now?`;
}

function describeUnverified(cause: Unverified, nameOf: GuardrailNames): string {
  switch (cause.kind) {
    case "list-unread":
      return "could not be verified";
    case "inventory-unread":
      return `could not be verified by ${cause.by}: the inventory of all keys could not be read`;
    case "declared-name-unknown":
      return `could not be verified by ${cause.by}: the name of a key declared in this stack is not known before deployment`;
    case "not-shown":
      return `could not be verified: this run shows nothing of it (was it left out by --target?)`;
    case "planned-guardrail-unknown":
      return `could not be verified: the guardrail this deployment assigns to it is not known before deployment`;
    case "its-guardrail-unknown":
      return `could not be verified: its guardrail is not known before deployment`;
    case "declared-differently":
      return `could not be verified: this stack declares another guardrail for it than it is assigned to, and a preview does not show whether this deployment changes that`;
    case "untold-assignment":
      return `could not be verified: it has no assignment, and the one that this stack declares does not tell whether it is yet to be made`;
    case "guardrail-unread":
      return `could not be verified: guardrail ${describeGuardrailId(cause.guardrailId, nameOf)} could not be read`;
    case "guardrail-absent":
      return `could not be verified: the service answers 404 for its guardrail ${describeGuardrailId(cause.guardrailId, nameOf)}`;
    case "expiry-unknown":
      return `could not be verified: nobody can tell whether it has expired, because ${describeClock(cause.clock)}`;
    case "waiver-unknown":
      return `could not be verified: nobody can tell whether its waiver until ${cause.expires} holds, because ${describeClock(cause.clock)}`;
  }
}

/** Why this machine's clock may not decide, as a clause. */
export function describeClock(doubt: ClockDoubt): string {
  switch (doubt.kind) {
    case "untold":
      return "the evidence does not say what the service's clock said";
    case "unread":
      return "the service, whose clock tells, could not be read";
    case "no-date":
      return "an answer of the service has no Date to compare this machine's clock with";
    case "kept":
      return "an answer came out of a cache (it has an Age), so that its Date does not tell the time";
    case "compared":
      return `this machine's clock said ${doubt.own} when the service's said ${doubt.service}`;
  }
}
