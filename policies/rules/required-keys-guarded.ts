import * as z from "zod";
import { requiredKeys } from "../configuration/required-key";
import { nothingConfigured } from "../configuration/rule-configuration";
import { overridable } from "../configuration/shared-settings";
import { judgeKey } from "./judge-key";
import { needsOf } from "./needs";
import { judgeRequired, requiredGuardrails } from "./required-selection";
import { defineRule } from "./rule";

/**
 * Every required key has a guardrail assigned, or one of those required of it. Required by hash, by exact name or by
 * pattern; the last two over the inventory, where every enabled, unexpired key that matches must be guarded.
 */
export const requiredKeysGuarded = defineRule({
  name: "required-keys-guarded",
  letter: "R",
  title: "Required keys are guarded",
  description: "Every required API key has a guardrail assigned to it.",
  // Above the others: of equal levels the engine shows it first, and what several fail for is told where people look.
  severity: "critical",
  takesAnyGuardrail: true,
  target: "account",
  inForce:
    'always; it fails while "requiredKeys" names no key, in guardrails-settings, in its own entry or in the stack configuration',
  remediation:
    "Assign a guardrail to each key named in the message (or the guardrail it must have), then run the preview again. " +
    "Where the message says could not verify, fix what it names: nothing is known about the keys.",
  form: z.strictObject({ ...overridable, requiredKeys: requiredKeys.optional() }),
  configure: ({ requiredKeys: required }) => {
    if (required.length === 0) {
      throw nothingConfigured(
        "required-keys-guarded",
        "required keys",
        'Give "requiredKeys" the keys that must have a guardrail: [{ "name": "…" }], [{ "pattern": "…" }] or [{ "hash": "…" }].',
      );
    }
    return {
      kind: "configured",
      needs: needsOf(required),
      required,
      demands: required.flatMap((of) => {
        const asked = requiredGuardrails(of);
        return asked === undefined ? [] : [{ of, required: asked }];
      }),
      judge: ({ account }) => ({
        kind: "judged",
        subject: "required keys",
        ...judgeRequired(account, required, (key, requirement) =>
          judgeKey(key, requiredGuardrails(requirement)),
        ),
      }),
    };
  },
});
