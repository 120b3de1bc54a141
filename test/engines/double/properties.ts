import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

/** A resource's properties as they travel: secrets and unknown values are marked, see `secret` and `unknown`. */
export type Properties = { [key: string]: JavaScriptValue };

/** What stands for any value that a preview cannot know, in every message of the protocol. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties);
}

export function fromStruct(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

export function secret(value: JavaScriptValue): JavaScriptValue {
  return { [signatureKey]: secretSignature, value };
}

/** The value inside a secret, or `undefined` for anything else. */
export function secretContent(value: JavaScriptValue): { content: JavaScriptValue } | undefined {
  if (!isObject(value) || value[signatureKey] !== secretSignature) return undefined;
  return { content: value["value"] ?? null };
}

/** A copy with every value replaced that `replace` answers for; it is asked for containers before their content. */
export function mapValues(
  value: JavaScriptValue,
  replace: (value: JavaScriptValue) => { content: JavaScriptValue } | undefined,
): JavaScriptValue {
  const replaced = replace(value);
  if (replaced) return replaced.content;
  if (Array.isArray(value)) return value.map((item) => mapValues(item, replace));
  if (isObject(value)) return mapProperties(value, replace);
  return value;
}

export function mapProperties(
  properties: Properties,
  replace: (value: JavaScriptValue) => { content: JavaScriptValue } | undefined,
): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, mapValues(value, replace)]),
  );
}

/** Secrets in plain, as policies, dynamic providers and programs' configuration get them. */
export function reveal(properties: Properties): Properties {
  const plain = (value: JavaScriptValue): { content: JavaScriptValue } | undefined => {
    const found = secretContent(value);
    return found && { content: mapValues(found.content, plain) };
  };
  return mapProperties(properties, plain);
}

/** Marks as secret what was secret in `model`: a dynamic provider answers in plain, and the engine puts that right. */
export function concealLike(
  properties: Properties,
  model: Properties,
  ...alsoSecret: readonly string[]
): Properties {
  const conceal = (key: string, value: JavaScriptValue) =>
    alsoSecret.includes(key) || holdsSecret(model[key] ?? null) ? secret(value) : value;
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, conceal(key, value)]));
}

function holdsSecret(value: JavaScriptValue): boolean {
  if (secretContent(value)) return true;
  if (Array.isArray(value)) return value.some(holdsSecret);
  return isObject(value) && Object.values(value).some(holdsSecret);
}

/** Without keys such as `__provider`: the engine keeps those from policies. */
export function withoutInternal(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !key.startsWith("__")));
}

function isObject(value: JavaScriptValue): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
