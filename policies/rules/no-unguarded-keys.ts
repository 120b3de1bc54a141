import * as z from "zod";
import { assignedGuardrails } from "../../provider/assignments/by-key";
import type { AccountKey } from "../account/account";
import { type KeySelector, saidText, selecting, selectorOf } from "../configuration/key-selector";
import { type NameMatcher, nameMatcher } from "../configuration/name-pattern";
import { overridable } from "../configuration/shared-settings";
import type { Finding } from "../findings/report";
import { judgeKey } from "./judge-key";
import { describeLeftOut } from "./left-out";
import { defineRule } from "./rule";

const exempt = z.array(
  selecting({ reason: saidText("text").optional() }).transform((entry) => ({
    selector: selectorOf(entry),
    reason: entry.reason,
  })),
  { error: "must be a list of keys; [] exempts none" },
);

interface Exemption {
  readonly selector: KeySelector;
  readonly reason: string | undefined;
}

/** Every enabled, unexpired key of the account has a guardrail, except exempt ones, which are always listed. */
export const noUnguardedKeys = defineRule({
  name: "no-unguarded-keys",
  letter: "U",
  title: "No key is unguarded",
  description:
    "Every enabled, unexpired API key of the account has a guardrail assigned to it, except exempt ones.",
  severity: "high",
  takesAnyGuardrail: true,
  target: "account",
  inForce: 'with "exempt" in its own entry; [] exempts no key',
  remediation:
    'Assign a guardrail to each key named in the message, disable the key, or add it to "exempt" with a reason. ' +
    "Where the message says could not verify, fix what it names: nothing is known about the keys.",
  form: z.strictObject({ ...overridable, exempt: exempt.optional() }),
  configure: ({ own }) => {
    const exemptions = own.exempt;
    if (exemptions === undefined) {
      return { kind: "not-applicable", why: 'not configured: add "exempt": []' };
    }
    return {
      kind: "configured",
      needs: ["assignments", "inventory"],
      judgesNothing: everyKeyExempt(exemptions),
      judge: ({ account }) => {
        const every = account.everyKey();
        const judged = { kind: "judged" as const, subject: "keys in use" as const };
        if (every.kind === "none") return { ...judged, findings: [], problems: [every], notes: [] };
        const { keys, leftOut } = every.value;
        const exempted = exemptionsFor(exemptions);
        const findings = keys.map((key) => exempted.judge(key));
        const isAnyJudged = findings.some(isSurelyJudged(findings));
        return {
          ...judged,
          findings,
          problems: isAnyJudged ? [] : [{ why: keys.length === 0 ? noKey : allExempt }],
          notes: [...exempted.unused(), ...describeLeftOut(leftOut)],
          unassigned: { kind: "judged" },
        };
      },
    };
  },
});

/** Whether a key is judged whatever it is called in the end: before deployment its name may be unknown, or one of two. */
function isSurelyJudged(findings: readonly Finding[]): (finding: Finding) => boolean {
  const mayBeExempt = ({ state, key }: Finding): boolean => state === "exempt" || key.name === undefined;
  const hashes = new Set(findings.filter(mayBeExempt).flatMap(({ key }) => key.hash ?? []));
  return (finding) => !mayBeExempt(finding) && !hashes.has(finding.key.hash ?? "");
}

const noKey =
  "could not verify: the account shows no enabled key. Check that the management key is that account's.";
/** A check of nothing must not look like a pass. */
const allExempt =
  'could not verify: no key was judged, because all keys in use are exempt. Take one out of "exempt", or disable no-unguarded-keys.';

/** Which exemption leaves no key to judge in any account. */
function everyKeyExempt(exemptions: readonly Exemption[]): string | undefined {
  const at = exemptions.findIndex(
    ({ selector }) => selector.by === "pattern" && /^\*+$/u.test(selector.pattern),
  );
  if (at === -1) return undefined;
  return `exempt[${at}] is a pattern that every name matches, so no key is left to judge. Name the keys that are exempt, or disable the rule.`;
}

function exemptionsFor(exemptions: readonly Exemption[]) {
  const used = new Set<Exemption>();
  const find = exemptionFinder(exemptions);
  return {
    judge: (key: AccountKey): Finding => {
      const exemption = find(key);
      if (exemption === undefined) return judgeKey(key, undefined);
      used.add(exemption);
      return {
        state: "exempt",
        key: key.identity,
        guardrailIds: assignedGuardrails(key.assignments),
        cause: { kind: "exempt", selector: exemption.selector, because: exemption.reason },
        remedy: { kind: "none" },
        expiryDoubt: key.expiryDoubt,
      };
    },
    unused: () =>
      exemptions.flatMap((exemption, index) =>
        used.has(exemption) ? [] : [`exempt[${index}] is not needed: it matches no enabled key.`],
      ),
  };
}

/** The exemption of a key: the most exact one, and of patterns the first. */
function exemptionFinder(exemptions: readonly Exemption[]): (key: AccountKey) => Exemption | undefined {
  const byHash = new Map<string, Exemption>();
  const byName = new Map<string, Exemption>();
  const patterns: { readonly matches: NameMatcher; readonly exemption: Exemption }[] = [];
  for (const exemption of exemptions) {
    const { selector } = exemption;
    if (selector.by === "hash") byHash.set(selector.hash, exemption);
    else if (selector.by === "name") byName.set(selector.name, exemption);
    else patterns.push({ matches: nameMatcher(selector.pattern), exemption });
  }
  return ({ identity: { hash, name } }) => {
    const byItself = hash === undefined ? undefined : byHash.get(hash);
    if (byItself !== undefined || name === undefined) return byItself;
    return byName.get(name) ?? patterns.find(({ matches }) => matches(name))?.exemption;
  };
}
