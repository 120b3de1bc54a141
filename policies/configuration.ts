import { z } from "zod";
import { GuardrailsError } from "../provider/errors";
import { foreignText } from "../provider/foreign-text";
import { limitNames } from "../provider/limits";
import { argumentLayer, type Layer } from "../provider/settings";
import { type RequiredKey, requiredKey } from "./required-key";

/** What the rule judges by: the list as the pack reads it itself, or the `KeyAssignments` resource of the program. */
export type EvidenceSource = "live" | "stack";

/** The configuration of `required-keys-guarded`, checked. */
export interface RequiredKeysConfiguration {
  readonly requiredKeys: readonly RequiredKey[];
  readonly evidence: EvidenceSource;
  /** Service, address and limits as the pack's own configuration gives them; never a credential. */
  readonly connection: Layer;
}

const requiredKeys = z.array(requiredKey, { error: "must be a list of keys" });
const evidenceSources: readonly EvidenceSource[] = ["live", "stack"];

const configuration = z.strictObject({
  requiredKeys: requiredKeys.optional(),
  evidence: z.enum(evidenceSources, { error: "must be live or stack" }).default("live"),
  // Checked where all places of settings are: here they only have to be known names.
  ...Object.fromEntries(["service", "baseUrl", ...limitNames].map((name) => [name, z.unknown().optional()])),
});

/**
 * Reads the rule's configuration strictly: a name it does not know is an error, not an option that does nothing.
 * @param stackRequiredKeys the text of the stack configuration `guardrails:requiredKeys`: its keys are added to the pack's
 * @throws GuardrailsError of kind `configuration`, which names the place and never the value
 */
export function parseConfiguration(given: unknown, stackRequiredKeys?: string): RequiredKeysConfiguration {
  const parsed = configuration.safeParse(given);
  if (!parsed.success) throw refusal("required-keys-guarded", parsed.error);
  const added = stackRequiredKeys === undefined ? [] : parseStackKeys(stackRequiredKeys);
  const all = [...(parsed.data.requiredKeys ?? []), ...added];
  if (all.length === 0) {
    throw new GuardrailsError("configuration", {
      what: "could not verify: the configuration of required-keys-guarded names no required keys",
      advice: 'Give it "requiredKeys" with the hash or name of each key that must have a guardrail.',
    });
  }
  const stated = Object.entries(parsed.data).filter(([, value]) => value !== null);
  const connection = argumentLayer(Object.fromEntries(stated), "policy configuration");
  return { requiredKeys: all, evidence: parsed.data.evidence, connection };
}

function parseStackKeys(text: string): readonly RequiredKey[] {
  const place = "the stack configuration guardrails:requiredKeys";
  const parsed = requiredKeys.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw refusal(place, parsed.error);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no list either: refused by its form, without the parser's message, which quotes its input.
    return undefined;
  }
}

function refusal(place: string, error: z.ZodError): GuardrailsError {
  const problems = error.issues.map((issue) => {
    const path = z.core.toDotPath(issue.path);
    const what =
      issue.code === "unrecognized_keys"
        ? `has the unknown name ${issue.keys.map((name) => foreignText(name)).join(", ")}`
        : issue.message;
    return `${path === "" ? "it" : path} ${what}`;
  });
  return new GuardrailsError("configuration", {
    what: `could not verify: the configuration of ${place} is not valid: ${problems.join("; ")}`,
    advice: "Mend it; the README's table lists every setting.",
  });
}
