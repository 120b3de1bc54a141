import * as z from "zod";
import { requiredKeys } from "../configuration/required-key";
import { nothingConfigured } from "../configuration/rule-configuration";
import { overridable } from "../configuration/shared-settings";
import type { Guardrails } from "../evidence/evidence-source";
import type { Unverified } from "../findings/cause";
import type { RequiredEnforcement } from "../findings/enforcement";
import type { Remedy } from "../findings/remedy";
import { type Finding, type KeyIdentity, passes } from "../findings/report";
import { missingOf, requiredEnforcements } from "./enforced-by-guardrail";
import { judgeKey } from "./judge-key";
import { needsOf } from "./needs";
import { judgeRequired } from "./required-selection";
import { defineRule } from "./rule";

/** The guardrail of each required key exists and enforces something, or everything named in `require`. */
export const guardrailsEnforceSomething = defineRule({
  name: "guardrails-enforce-something",
  letter: "E",
  title: "Guardrails enforce something",
  description:
    "The guardrail of every required API key exists and sets a limit, an allow-list, a data policy or a filter.",
  severity: "medium",
  takesAnyGuardrail: false,
  target: "account",
  inForce: 'with "require" in its own entry; [] accepts any limit, list, policy or filter',
  remediation:
    "Give the guardrail named in the message what it misses, or assign another one to the key. " +
    "Where the message says could not verify, fix what it names: nothing is known about the keys.",
  form: z.strictObject({
    ...overridable,
    require: requiredEnforcements.optional(),
    requiredKeys: requiredKeys.optional(),
  }),
  configure: ({ own, requiredKeys: required }) => {
    const { require } = own;
    if (require === undefined) {
      if (own.requiredKeys === undefined) {
        return { kind: "not-applicable", why: 'not configured: add "require": []' };
      }
      throw nothingConfigured(
        "guardrails-enforce-something",
        "enforcement",
        'Give it "require"; [] accepts any one.',
      );
    }
    if (required.length === 0) {
      const advice = 'Give it "requiredKeys", or give them once in guardrails-settings.';
      throw nothingConfigured("guardrails-enforce-something", "required keys", advice);
    }
    return {
      kind: "configured",
      needs: needsOf(required),
      required,
      needsContent: true,
      judge: ({ account }) => {
        /** Keys of which not all guardrails are known before deployment. */
        const open = new Set<KeyIdentity>();
        const { findings, problems, ...others } = judgeRequired(account, required, (key) => {
          if (key.planned.some(({ guardrailId }) => guardrailId === undefined)) open.add(key.identity);
          return judgeKey(key, undefined);
        });
        return {
          kind: "needs-guardrails",
          guardrailIds: [...new Set(findings.flatMap(({ guardrailIds }) => guardrailIds))].toSorted(),
          judge: (guardrails) => {
            const known: Guardrails = guardrails.kind === "none" ? new Map() : guardrails.value;
            return {
              kind: "judged",
              subject: "required keys",
              findings: findings.map((one) => judgeContent(one, open.has(one.key), require, known)),
              problems: guardrails.kind === "none" ? [...problems, guardrails] : problems,
              enforcements: require,
              ...others,
            };
          },
        };
      },
    };
  },
});

/** @param isOpen whether not all guardrails of the key are known before deployment */
function judgeContent(
  assigned: Finding,
  isOpen: boolean,
  require: readonly RequiredEnforcement[],
  guardrails: Guardrails,
): Finding {
  if (!passes(assigned)) return assigned;
  const unverified = (cause: Unverified, remedy: Remedy): Finding => {
    return { ...assigned, state: "unverified", cause, remedy };
  };
  if (isOpen) return unverified({ kind: "its-guardrail-unknown" }, { kind: "deploy-guardrail" });
  for (const id of assigned.guardrailIds) {
    const guardrail = guardrails.get(id);
    if (guardrail === undefined) {
      return unverified({ kind: "guardrail-unread", guardrailId: id }, { kind: "as-said-above" });
    }
    if (guardrail === "absent") {
      return unverified({ kind: "guardrail-absent", guardrailId: id }, { kind: "replace-if-gone" });
    }
    const lacks = missingOf(guardrail, require);
    if (lacks.length > 0) {
      const weak = { id: id.toLowerCase(), name: guardrail.name, lacks };
      return {
        ...assigned,
        state: "wrong-guardrail",
        cause: { kind: "weak-guardrail", guardrail: weak },
        remedy: { kind: "change-guardrail" },
      };
    }
  }
  return assigned;
}
