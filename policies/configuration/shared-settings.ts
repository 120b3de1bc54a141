import * as z from "zod";
import { type Limits, limitsOf } from "../../provider/settings/limits";
import type { SettingsSource } from "../../provider/settings/settings";
import { plainText } from "./key-selector";
import { contradiction } from "./problems";
import { requiredKeys } from "./required-key";

/** The policy whose configuration all rules share. */
export const settingsName = "guardrails-settings";

/** What a rule judges by: the list as the pack reads it itself, or the `KeyAssignments` resource of the program. */
export type EvidenceSource = "live" | "stack";

/** When a rule judges: at the root stack resource, before anything is changed, or after the last registration. */
export type EnforceAt = "start" | "end";

/** A setting that names resource types. */
export type TypeSetting = "keyTypes" | "assignmentTypes";

/** A resource type that assigns a guardrail to keys. */
export interface AssignmentType {
  readonly type: string;
  /** The property with the key's hash, or a list of them. */
  readonly keyProperty: string;
  readonly guardrailProperty: string;
  /** The output that only its creation can tell, and that is no input: while it is missing, the resource is yet to be made. */
  readonly createdProperty: string | undefined;
}

/** Settings that every rule has and that can be shared. */
export interface SharedSettings {
  /** Service, address and limits as the pack's own configuration gives them; never a credential. */
  readonly connection: SettingsSource;
  readonly evidence: EvidenceSource;
  readonly enforceAt: EnforceAt;
  /** Whether assignments that this deployment is about to make count at preview. */
  readonly planned: boolean;
  /** Resource types that are API keys. */
  readonly keyTypes: readonly string[];
  readonly assignmentTypes: readonly AssignmentType[];
  /** Which of these somebody wrote: the others are the default, of which a stack need have nothing. */
  readonly statedTypes: readonly TypeSetting[];
}

/** The official Terraform provider's, as `pulumi package add terraform-provider` names them. */
const defaultKeyTypes = ["openrouter:index/apiKey:ApiKey"];
const officialAssignment = "openrouter:index/guardrailKeyAssignment:GuardrailKeyAssignment";

interface StatedType {
  readonly type: string;
  readonly keyProperty?: string | undefined;
  readonly guardrailProperty?: string | undefined;
  readonly createdProperty?: string | undefined;
}

function assignmentTypeOf(stated: StatedType): AssignmentType {
  const { type, keyProperty = "keyHash", guardrailProperty = "guardrailId" } = stated;
  const { createdProperty = type === officialAssignment ? "id" : undefined } = stated;
  return { type, keyProperty, guardrailProperty, createdProperty };
}

const part = String.raw`(?:(?![:\s\p{C}\p{Default_Ignorable_Code_Point}]).)+`;
const typeToken = new RegExp(`^${part}:${part}:${part}$`, "u");
const typeName = plainText("a resource type").refine((type) => typeToken.test(type), {
  error: "must be a resource type as the engine shows it, package:module:Type, without spaces",
});
const property = plainText("a property").optional();
const assignmentType: z.ZodType<AssignmentType> = z.union(
  [
    typeName.transform((type) => assignmentTypeOf({ type })),
    z
      .strictObject({
        type: typeName,
        keyProperty: property,
        guardrailProperty: property,
        createdProperty: property,
      })
      .transform(assignmentTypeOf),
  ],
  {
    error:
      "must be a resource type (package:module:Type, without spaces), or an object with type, keyProperty, guardrailProperty and createdProperty",
  },
);
const defaultAssignmentTypes: readonly AssignmentType[] = [assignmentTypeOf({ type: officialAssignment })];
const typeList = { error: "must be a list of resource types that is not empty" };

/** Checked where all places of settings are: here it only has to be a known name. */
const text = z.string({ error: "must be text; where nothing is to be stated, leave it out" }).optional();
/** No text of digits, as in a stack configuration: the engine refuses one in this place. */
const limit = z.number({ error: "must be a number" }).optional();

/** Settings a rule's own entry may state too; there they win over the shared ones. @internal */
export const overridable = {
  evidence: z.enum(["live", "stack"], { error: "must be live or stack" }).optional(),
  enforceAt: z.enum(["start", "end"], { error: "must be start or end" }).optional(),
  planned: z.boolean({ error: "must be true or false" }).optional(),
  keyTypes: z.array(typeName, typeList).min(1, typeList).optional(),
  assignmentTypes: z.array(assignmentType, typeList).min(1, typeList).optional(),
  service: text,
  baseUrl: text,
  requestTimeout: limit,
  readTimeout: limit,
  maxConcurrency: limit,
  maxRows: limit,
  maxPageBytes: limit,
  maxRequests: limit,
} satisfies Readonly<Record<keyof Limits, z.ZodType>> & z.ZodRawShape;

/** What an entry may state of the settings that rules share. @internal */
export type Overridable = z.infer<z.ZodObject<typeof overridable>>;

const days = { error: "must be a whole number of days from 1 to 366" };

/** The whole configuration of `guardrails-settings`. @internal */
export const settingsForm = z.strictObject({
  ...overridable,
  requiredKeys: requiredKeys.optional(),
  waivers: z.array(z.unknown(), { error: "must be a list of waivers" }).default([]),
  maxWaiverDays: z.int(days).min(1, days).max(366, days).default(90),
});

/**
 * The settings in force for one rule.
 * @param own what the rule's own entry states of them, @param shared what `guardrails-settings` states; both checked
 * @throws GuardrailsError of kind `configuration` if they contradict each other
 * @internal
 */
export function settingsInForce(place: string, own: Overridable, shared: Overridable): SharedSettings {
  // Service and address belong together: an entry that states one of them states where to read.
  const { service, baseUrl } = own.service !== undefined || own.baseUrl !== undefined ? own : shared;
  const evidence = own.evidence ?? shared.evidence ?? "live";
  const enforceAt = own.enforceAt ?? shared.enforceAt ?? "end";
  const planned = own.planned ?? shared.planned;
  if (enforceAt === "start" && planned === true) {
    const what = 'planned assignments are not known yet where "enforceAt" is "start"';
    throw contradiction(place, what, 'Leave "planned" out, or enforce at the end.');
  }
  if (enforceAt === "start" && evidence === "stack") {
    const what = 'the program has made no KeyAssignments resource yet where "enforceAt" is "start"';
    throw contradiction(place, what, 'Use "evidence": "live", or enforce at the end.');
  }
  const statesIt = (setting: string): boolean => Object.hasOwn(own, setting);
  return {
    connection: {
      service,
      baseUrl,
      limits: limitsOf((name) => own[name] ?? shared[name]),
      // Where it stands: each of them in the entry that states it.
      name: (setting) => `${statesIt(setting) ? place : settingsName}.${setting}`,
    },
    evidence,
    enforceAt,
    planned: planned ?? enforceAt === "end",
    keyTypes: own.keyTypes ?? shared.keyTypes ?? defaultKeyTypes,
    assignmentTypes: own.assignmentTypes ?? shared.assignmentTypes ?? defaultAssignmentTypes,
    statedTypes: (["keyTypes", "assignmentTypes"] as const).filter(
      (setting) => own[setting] !== undefined || shared[setting] !== undefined,
    ),
  };
}
