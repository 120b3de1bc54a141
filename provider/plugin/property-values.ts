import type { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { unknownText } from "../key-assignments-resource";

/** The properties of a message, as the engine sends them: secrets and unknown values are marked within. */
export type Properties = { [name: string]: JavaScriptValue };

/** One property, read: what it says in plain, and what was marked anywhere inside. */
export interface Property {
  readonly value: JavaScriptValue;
  readonly secret: boolean;
  readonly unknown: boolean;
}

/** How the engine writes "not known before deployment", one text for each type the value will have. */
const unknownValues: readonly JavaScriptValue[] = [
  unknownText,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
];

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

export function fromStruct(struct: Struct | undefined): Properties {
  return struct?.toJavaScript() ?? {};
}

export function secret(value: JavaScriptValue): JavaScriptValue {
  return { [signatureKey]: secretSignature, value };
}

/** Reads one property. */
export function read(raw: JavaScriptValue): Property {
  if (Array.isArray(raw)) {
    const items = raw.map(read);
    return { value: items.map(({ value }) => value), ...marks(items) };
  }
  if (!isObject(raw)) return { value: raw, secret: false, unknown: unknownValues.includes(raw) };
  if (raw[signatureKey] === secretSignature) return { ...read(raw["value"] ?? null), secret: true };
  const fields = Object.entries(raw).map(([name, field]) => [name, read(field)] as const);
  const value = Object.fromEntries(fields.map(([name, field]) => [name, field.value]));
  return { value, ...marks(fields.map(([, field]) => field)) };
}

/**
 * What a function answers, from a list that may hold anybody's words. Without null fields, at any depth: what is absent a
 * generated SDK has as undefined, None or nil; a null reaches Node.js as null, where the types know undefined only, and
 * `guardrailId === undefined` would take an unguarded key for guarded. And without text that the engine would take for its
 * own mark: one key of such a name, and it refuses the whole answer.
 */
export function toAnswer(list: Properties): Properties {
  const fields = Object.entries(list).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [name, toAnswered(field)]));
}

function toAnswered(value: JavaScriptValue): JavaScriptValue {
  if (Array.isArray(value)) return value.map(toAnswered);
  if (isObject(value)) return toAnswer(value);
  return unknownValues.includes(value) ? `[reserved by Pulumi: ${value}]` : value;
}

function marks(parts: readonly Property[]): Omit<Property, "value"> {
  return { secret: parts.some(({ secret }) => secret), unknown: parts.some(({ unknown }) => unknown) };
}

function isObject(value: JavaScriptValue): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
