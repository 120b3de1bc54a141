import assert from "node:assert/strict";
import { firstGuardrail, otherGuardrail, rotated } from "../account";
import { declare, declaredTypes } from "../declared";
import { scenario } from "../scenario";
import { assertViolates, textOf } from "../verdicts";

const guardrailUnknown = /UNVERIFIED .*guardrail .*is not known before deployment|the same as/;
const nameUnknown = /the name of a key declared in this stack is not known before deployment/;

scenario({
  title: "values that are not known before deployment",
  async play(stage) {
    const project = await stage.project("declares");
    await declare(project, {
      keys: { nameless: { name: "later" } },
      assignments: {
        somehow: { keyHash: rotated.keyHash, guardrailId: "later" },
        "for-nobody": { keyHash: "later", guardrailId: firstGuardrail },
      },
    });
    const required = { hash: rotated.keyHash };
    const policyConfig = {
      "guardrails-settings": declaredTypes,
      "required-keys-guarded": {
        requiredKeys: [{ ...required, guardrail: otherGuardrail }, { pattern: "prod-gateway" }],
      },
      "no-unguarded-keys": { exempt: [] },
      "approved-guardrails-only": { approved: [otherGuardrail], keys: [required] },
      "guardrails-enforce-something": { require: [], requiredKeys: [required] },
    };
    return project.preview(stage.judging({ policyConfig }));
  },
  shows: {
    "violate required-keys-guarded: the guardrail and another key's name": (run) =>
      assertViolates(run, "required-keys-guarded", guardrailUnknown, nameUnknown),
    "violate no-unguarded-keys: all of a key but that it is declared": (run) =>
      assertViolates(run, "no-unguarded-keys", /UNGUARDED .* no direct assignment .*\n +nameless /),
    "violate approved-guardrails-only: the guardrail": (run) =>
      assertViolates(run, "approved-guardrails-only", guardrailUnknown),
    "violate guardrails-enforce-something: the guardrail": (run) =>
      assertViolates(run, "guardrails-enforce-something", guardrailUnknown),
    "violate declared-keys-guarded: the key of an assignment that no declared key feeds": (run) =>
      assertViolates(
        run,
        "declared-keys-guarded",
        /UNGUARDED .*feeds no guardrail assignment of it\n +nameless /,
      ),
    "are never mere advice": (run) => assert.doesNotMatch(textOf(run), /advisory/),
  },
});
