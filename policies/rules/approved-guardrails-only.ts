import * as z from "zod";
import { guardrailId, selecting, selectorOf } from "../configuration/key-selector";
import { requiredIn, type StatedKey } from "../configuration/required-key";
import { nothingConfigured } from "../configuration/rule-configuration";
import { overridable } from "../configuration/shared-settings";
import type { RequiredGuardrails } from "../findings/report";
import { judgeKey } from "./judge-key";
import { onlyAssigned } from "./left-out";
import { needsOf } from "./needs";
import { judgeRequired } from "./required-selection";
import { defineRule, type Facts, type Judged } from "./rule";

const notEmpty = { error: "must be a list of guardrail UUIDs that is not empty" };
const someKeys = { error: "must be a list of keys that is not empty" };

/** Every assignment of the account, or of the keys named, is to an approved guardrail. */
export const approvedGuardrailsOnly = defineRule({
  name: "approved-guardrails-only",
  letter: "A",
  title: "Only approved guardrails are assigned",
  description: "Every assignment, or every assignment of the keys named, is to an approved guardrail.",
  severity: "high",
  takesAnyGuardrail: false,
  target: "account",
  inForce: 'with "approved" in its own entry, the UUIDs of guardrails',
  remediation:
    "Assign an approved guardrail to each key named in the message, or have its guardrail approved and add it to " +
    '"approved". Where the message says could not verify, fix what it names: nothing is known about the keys.',
  form: z.strictObject({
    ...overridable,
    approved: z.array(guardrailId, notEmpty).min(1, notEmpty).optional(),
    keys: z
      .array(
        selecting({}).transform(
          (entry): StatedKey => ({
            ...selectorOf(entry),
            guardrails: undefined,
            description: undefined,
            assignedNameSuffices: false,
          }),
        ),
        someKeys,
      )
      .min(1, someKeys)
      .optional(),
  }),
  configure: ({ own: { approved, keys } }) => {
    if (approved === undefined) {
      if (keys === undefined) {
        const why = 'not configured: add "approved" with the UUIDs of guardrails';
        return { kind: "not-applicable", why };
      }
      throw nothingConfigured(
        "approved-guardrails-only",
        "approved guardrails",
        'Give it "approved" with their UUIDs.',
      );
    }
    const required = {
      demand: "approved" as const,
      guardrails: approved,
      setting: "approved-guardrails-only.approved",
    };
    if (keys === undefined) {
      return {
        kind: "configured",
        needs: ["assignments"],
        demands: [{ of: "assigned", required }],
        judge: (facts) => judgeAll(facts, required),
      };
    }
    const judged = requiredIn("approved-guardrails-only.keys", keys);
    return {
      kind: "configured",
      needs: needsOf(judged),
      required: judged,
      demands: judged.map((of) => ({ of, required })),
      judge: ({ account }) => ({
        kind: "judged",
        subject: "selected keys",
        ...judgeRequired(account, judged, (key) => judgeKey(key, required)),
      }),
    };
  },
});

function judgeAll({ account }: Facts, required: RequiredGuardrails): Judged {
  const judged = {
    kind: "judged" as const,
    subject: "assigned keys" as const,
    findings: [],
    notes: [],
  };
  // It asks for nothing of the keys of an account that nobody knows to be its own.
  if (account.assignments.kind === "none") return { ...judged, problems: [account.assignments] };
  const requiredOnceAssigned = { ...required, waivedHashes: new Set<string>() };
  const keys = account.assignedKeys();
  const none = "could not verify: no key has an assignment. Check that the management key is that account's.";
  const problems = keys.length === 0 ? [{ why: none }] : [];
  const findings = keys.map((key) => judgeKey(key, required));
  return {
    ...judged,
    requiredOnceAssigned,
    findings,
    problems,
    unassigned: onlyAssigned(account.assignments.value),
  };
}
