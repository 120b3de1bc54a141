import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import { limitNames } from "../provider/limits";
import { type Environment, resolveAddress } from "../provider/settings";
import { parseConfiguration, type RequiredKeysConfiguration } from "./configuration";
import { couldNotVerify, type Evidence, readLiveEvidence } from "./evidence";
import { describeReport, reportPasses } from "./finding";
import { judgeRequiredKeys, requiredKeysGuarded } from "./rules/required-keys-guarded";
import { StackEvidence } from "./stack-evidence";

/**
 * The rule `required-keys-guarded` as a CrossGuard policy, for this pack or one of your own.
 * Make one per pack: it remembers the resources of the run it is part of.
 */
export function createRequiredKeysPolicy(
  environment: Environment = process.env,
): ResourceValidationPolicy & StackValidationPolicy {
  const stackEvidence = new StackEvidence(Date.now());

  async function evidenceFor({ evidence, connection }: RequiredKeysConfiguration): Promise<Evidence> {
    if (evidence === "live") return readLiveEvidence(connection, environment);
    return stackEvidence.judge(resolveAddress({ args: connection, environment }));
  }

  return {
    name: requiredKeysGuarded,
    displayName: "Required keys are guarded",
    description: "Every required API key has a guardrail assigned to it.",
    enforcementLevel: "mandatory",
    severity: "high",
    tags: ["llm", "api-keys", "guardrails", "openrouter", "modelgates"],
    remediationSteps:
      "Assign a guardrail to each key named in the message (or the guardrail it must have), then run the preview again. " +
      "Where the message says could not verify, mend what it names: nothing was found out about the keys.",
    configSchema: {
      properties: {
        requiredKeys: { type: "array", items: { type: "object" } },
        evidence: { type: "string", enum: ["live", "stack"], default: "live" },
        service: { type: ["string", "null"] },
        baseUrl: { type: ["string", "null"] },
        ...Object.fromEntries(limitNames.map((name) => [name, { type: "number" as const }])),
      },
    },
    validateResource: ({ type, urn, props }) => stackEvidence.collect(type, urn, props),
    validateStack: async ({ getConfig }, reportViolation) => {
      // A policy that throws ends the run and discards what the others found; so nothing may leave here but a violation.
      try {
        const stackRequiredKeys = pulumi.runtime.allConfig()["guardrails:requiredKeys"];
        const configuration = parseConfiguration(getConfig(), stackRequiredKeys);
        const report = judgeRequiredKeys(configuration.requiredKeys, await evidenceFor(configuration));
        if (!reportPasses(report)) reportViolation(describeReport(report));
      } catch (error) {
        reportViolation(couldNotVerify(error));
      }
    },
  };
}
