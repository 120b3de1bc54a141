import type { PolicyConfigSchema } from "@pulumi/policy";
import { limitNames } from "../../provider/settings/limits";

type Properties = NonNullable<PolicyConfigSchema["properties"]>;

/** The settings every rule has, as the engine checks them; the parser is stricter. */
export const sharedProperties: Properties = {
  evidence: { type: "string", enum: ["live", "stack"] },
  enforceAt: { type: "string", enum: ["start", "end"] },
  planned: { type: "boolean" },
  keyTypes: { type: "array", items: { type: "string" }, minItems: 1 },
  assignmentTypes: { type: "array", items: { type: ["string", "object"] }, minItems: 1 },
  service: { type: ["string", "null"] },
  baseUrl: { type: ["string", "null"] },
  ...Object.fromEntries(limitNames.map((name) => [name, { type: "number" as const }])),
};

/** What `guardrails-settings` has beside them. */
export const settingsProperties: Properties = {
  requiredKeys: { type: "array", items: { type: "object" } },
  waivers: { type: "array" },
  maxWaiverDays: { type: "integer" },
  ...sharedProperties,
};
