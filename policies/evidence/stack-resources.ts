import type { PolicyResource } from "@pulumi/policy";
import { keyHashPattern } from "../../provider/assignments/query";
import { guardrailId } from "../configuration/key-selector";
import type { AssignmentType, SharedSettings } from "../configuration/shared-settings";
import { type AbsentType, absentTypesAmong, type NearType, nearTypesAmong } from "./misspelt-types";

/** An API key that the stack declares. */
export interface DeclaredKey {
  readonly urn: string;
  /** Its name in the program. */
  readonly resourceName: string;
  readonly name: Property;
  readonly hash: Property;
  /** What it declares of being switched off; "absent" where it leaves that as it is. */
  readonly disabled: Declared<boolean>;
  readonly expiresAt: Declared<string>;
}

/** A resource of the stack that assigns a guardrail to keys. */
export interface DeclaredAssignment {
  readonly type: string;
  /** Its name in the program. */
  readonly resourceName: string;
  /** The hashes of its keys, each once, as far as they are known before deployment. */
  readonly keyHashes: readonly string[];
  /** How many of its keys are not known before deployment. */
  readonly unknownKeys: number;
  /** The declared keys that are among those not known, by what feeds the key property. */
  readonly keyUrns: readonly string[];
  /** undefined while it is not known before deployment. */
  readonly guardrailId: string | undefined;
  readonly standing: CreationState;
}

/**
 * What an assignment resource tells of itself at preview, by its outputs that are no inputs: one not known yet, that it will
 * be made; one known, that it exists and is left as it is or updated; nothing, that nobody can tell.
 */
export type CreationState = "to-be-made" | "exists" | "untold";

/** The keys and assignments that a stack declares. */
export interface StackResources {
  readonly keys: readonly DeclaredKey[];
  readonly assignments: readonly DeclaredAssignment[];
  /** Types that may have been meant by configured ones of which it has none. */
  readonly nearTypes: readonly NearType[];
  /** Types that somebody wrote into the configuration, and of which it has none nor one that may be meant. */
  readonly absentTypes: readonly AbsentType[];
}

export const noResources: StackResources = { keys: [], assignments: [], nearTypes: [], absentTypes: [] };

/** Text of a property, as far as it is known before deployment. */
export type Property =
  | { readonly kind: "known"; readonly text: string }
  | { readonly kind: "unknown" | "absent"; readonly text?: undefined };

/** The value of a property, as far as it is known before deployment. */
export type Declared<Value> =
  | { readonly kind: "known"; readonly value: Value }
  | { readonly kind: "unknown" | "absent"; readonly value?: undefined };

/** The names of the inputs of a resource that this run registers; undefined for one that it only finds in the state. */
export type InputsOf = (urn: string) => ReadonlySet<string> | undefined;

/**
 * The keys and assignments among a stack's resources.
 * @param inputsOf what it only finds in the state is not about to be made
 * @param standing what is known of an assignment's standing beside what it tells of itself
 */
export function stackResourcesIn(
  resources: readonly PolicyResource[],
  types: Pick<SharedSettings, "keyTypes" | "assignmentTypes" | "statedTypes">,
  inputsOf: InputsOf,
  standing: (resource: PolicyResource) => CreationState | undefined = () => undefined,
): StackResources {
  const { keyTypes, assignmentTypes } = types;
  const present = resources.filter(({ urn }) => inputsOf(urn) !== undefined);
  const keys = present.filter(({ type }) => keyTypes.includes(type)).map(declaredKey);
  const byUrn = new Map(keys.map((key) => [key.urn, key]));
  const assignments = present.flatMap((resource) =>
    assignmentTypes
      .filter(({ type }) => type === resource.type)
      .flatMap((type) =>
        declaredAssignment(resource, type, byUrn, standing(resource) ?? standingOf(resource, type, inputsOf)),
      ),
  );
  // Also of what this run leaves out: a type of which the stack has one is no misspelt one, and one that looks like it may be meant.
  const all = new Set(resources.map(({ type }) => type));
  return {
    keys,
    assignments,
    nearTypes: nearTypesAmong(all, types),
    absentTypes: absentTypesAmong(all, types),
  };
}

function declaredKey({ urn, name, props }: PolicyResource): DeclaredKey {
  const hash = textOf(props, "hash");
  return {
    urn,
    resourceName: name,
    name: textOf(props, "name"),
    hash: hash.kind === "known" ? { ...hash, text: hash.text.toLowerCase() } : hash,
    disabled: declaredValue(props, "disabled", (value) => typeof value === "boolean"),
    expiresAt: declaredValue(props, "expiresAt", (value) => typeof value === "string"),
  };
}

/**
 * None where it names no guardrail, or by something that is no id of one, because then it assigns none. A new one that
 * `--target` leaves out looks like that: it is registered with all that feeds it, and without a single property.
 */
function declaredAssignment(
  { type, name, props, propertyDependencies }: PolicyResource,
  { keyProperty, guardrailProperty }: AssignmentType,
  declared: ReadonlyMap<string, DeclaredKey>,
  standing: CreationState,
): readonly DeclaredAssignment[] {
  const guardrail = textOf(props, guardrailProperty);
  const id = guardrail.kind === "known" ? guardrailId.safeParse(guardrail.text) : undefined;
  if (guardrail.kind === "absent" || id?.success === false) return [];
  const { keyHashes, unknownKeys } = keysIn(props, keyProperty);
  const feeding = propertyDependencies[keyProperty]?.flatMap(({ urn }) => declared.get(urn) ?? []) ?? [];
  return [
    {
      type,
      resourceName: name,
      keyHashes: [...keyHashes],
      unknownKeys,
      keyUrns: keysWithPlace([...new Set(feeding)], keyHashes, unknownKeys).map(({ urn }) => urn),
      guardrailId: id?.data,
      standing,
    },
  ];
}

/**
 * Which of the keys that feed an assignment it is for, beside those whose hash it names. None where more keys wait for a
 * place than it has places not known yet: then it may be for any of them. A known hash is a place for the key that shows
 * it and for no other: what feeds the property may be a key's name.
 */
function keysWithPlace(
  feeding: readonly DeclaredKey[],
  keyHashes: ReadonlySet<string | undefined>,
  unknownKeys: number,
): readonly DeclaredKey[] {
  const waiting = feeding.filter(({ hash }) => !keyHashes.has(hash.text));
  return waiting.length <= unknownKeys ? waiting : [];
}

function standingOf(
  { urn, props }: PolicyResource,
  { createdProperty }: AssignmentType,
  inputsOf: InputsOf,
): CreationState {
  const inputs = inputsOf(urn) ?? new Set();
  const outputs = Object.keys(props).filter((name) => !inputs.has(name));
  const values = outputs.map((name) => known(() => props[name])).filter((value) => value != null);
  // The engine shows unchanged resources, and those that `--target` leaves out, like any other.
  if (values.some((value) => value !== unknown)) return "exists";
  if (values.length > 0) return "to-be-made";
  // An input of that name is known before anything is made, and tells nothing.
  return createdProperty !== undefined && !inputs.has(createdProperty) ? "to-be-made" : "untold";
}

function declaredValue<Value>(
  props: Readonly<Record<string, unknown>>,
  name: string,
  isValue: (value: unknown) => value is Value,
): Declared<Value> {
  const value = known(() => props[name]);
  if (value === unknown) return { kind: "unknown" };
  return isValue(value) ? { kind: "known", value } : { kind: "absent" };
}

/** Empty text says as little as none. */
function textOf(props: Readonly<Record<string, unknown>>, name: string): Property {
  const value = known(() => props[name]);
  if (value === unknown) return { kind: "unknown" };
  return typeof value === "string" && value !== "" ? { kind: "known", text: value } : { kind: "absent" };
}

/** The keys in a property that holds one or a list. What is known and no hash is no key: a key's name feeds it in vain. */
function keysIn(
  props: Readonly<Record<string, unknown>>,
  name: string,
): { readonly keyHashes: ReadonlySet<string>; readonly unknownKeys: number } {
  const value = known(() => props[name]);
  const entries: readonly unknown[] = Array.isArray(value)
    ? Array.from({ length: value.length }, (_, index) => known(() => value[index]))
    : [value];
  const hashes = entries.filter(isHash);
  return {
    keyHashes: new Set(hashes.map((hash) => hash.toLowerCase())),
    unknownKeys: entries.filter((entry) => entry === unknown).length,
  };
}

function isHash(entry: unknown): entry is string {
  return typeof entry === "string" && keyHashPattern.test(entry);
}

const unknown = Symbol("not known before deployment");

function known<Value>(read: () => Value): Value | typeof unknown {
  try {
    return read();
  } catch {
    // The SDK's way of saying "not known before deployment"; left alone, it would turn the violation into advice.
    return unknown;
  }
}
