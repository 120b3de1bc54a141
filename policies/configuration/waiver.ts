import * as z from "zod";
import { didYouMean, listUnknown } from "../../provider/spelling-suggestions";
import { keyHash, saidText } from "./key-selector";

/** Lets one key pass one rule until a day, because somebody answers for it. */
export interface Waiver {
  readonly hash: string;
  readonly rule: string;
  readonly reason: string;
  readonly owner: string;
  /** The last day it holds (`2027-01-31`, UTC). */
  readonly expires: string;
}

/** An entry of `waivers`: invalid ones let nothing pass and are reported. */
export type WaiverEntry =
  | { readonly kind: "valid"; readonly place: string; readonly waiver: Waiver }
  /** Why it has no effect, as a clause. The waiver is left out where it is malformed. */
  | {
      readonly kind: "invalid";
      readonly place: string;
      readonly why: string;
      readonly waiver: Waiver | undefined;
    };

const day = 86_400_000;

/**
 * Reads the waivers one by one: a mistake in one makes that one invalid only.
 * @param rules names a waiver may be for
 * @param now milliseconds since 1970
 * @param horizon how many days ahead a waiver may expire at most
 */
export function parseWaivers(
  given: readonly unknown[],
  rules: readonly string[],
  now: number,
  horizon: number,
): readonly WaiverEntry[] {
  const form = waiverForm(rules);
  /** Where the one stands that holds, by key and rule. */
  const holding = new Map<string, string>();
  return given.map((entry, index) => {
    const place = `waivers[${index}]`;
    const parsed = form.safeParse(entry);
    if (!parsed.success) {
      return { kind: "invalid", place, why: describeProblems(entry, parsed.error), waiver: undefined };
    }
    const waiver = parsed.data;
    const end = Date.parse(waiver.expires) + day;
    if (end <= now) return { kind: "invalid", place, why: `it expired on ${waiver.expires}`, waiver };
    if (end > now + (horizon + 1) * day) {
      return {
        kind: "invalid",
        place,
        why: `it expires more than the maxWaiverDays of ${horizon} ahead`,
        waiver,
      };
    }
    const subject = `${waiver.hash} ${waiver.rule}`;
    const other = holding.get(subject);
    if (other !== undefined) {
      return { kind: "invalid", place, why: `${other} is for the same key and rule, and holds`, waiver };
    }
    holding.set(subject, place);
    return { kind: "valid", place, waiver };
  });
}

function waiverForm(rules: readonly string[]): z.ZodType<Waiver> {
  const fields = {
    hash: keyHash,
    rule: z.enum(rules as [string, ...string[]], {
      error: ({ input }) =>
        `must be one of ${rules.join(", ")}${typeof input === "string" ? didYouMean(input, rules) : ""}`,
    }),
    reason: saidText("text"),
    owner: saidText("text"),
    expires: z.iso.date({ error: "must be a date like 2027-01-31" }),
  };
  return z.strictObject(fields, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `it has the unknown setting ${listUnknown(issue.keys ?? [], Object.keys(fields))}`
        : "it must be an object",
  });
}

const example =
  '{ "hash": "…", "rule": "required-keys-guarded", "reason": "…", "owner": "…", "expires": "2027-01-31" }';

/** Each problem, as clauses. What is missing is said together, with a waiver that has it all. */
function describeProblems(given: unknown, { issues }: z.ZodError): string {
  const stated = z.record(z.string(), z.unknown()).safeParse(given).data ?? {};
  const isMissing = ({ path: [name] }: z.core.$ZodIssue): boolean =>
    name !== undefined && stated[name.toString()] === undefined;
  const missing = issues.filter(isMissing).map(({ path }) => path.join("."));
  const others = issues
    .filter((issue) => !isMissing(issue))
    .map(({ path: [name], message }) => (name === undefined ? message : `its ${name.toString()} ${message}`));
  return [
    ...(missing.length === 0 ? [] : [`it has no ${missing.join(", no ")} (a waiver is ${example})`]),
    ...others,
  ].join("; ");
}
