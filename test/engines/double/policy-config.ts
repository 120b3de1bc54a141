import { readFile } from "node:fs/promises";
import { EnforcementLevel, type PolicyInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import Ajv from "ajv";
import { fromStruct, type Properties } from "./properties";
import { RunFailed } from "./run-failed";

/** The configuration of one policy; no level means that nothing names one. */
export interface PolicySettings {
  readonly level: EnforcementLevel | undefined;
  readonly properties: Properties;
}

const levels = new Map<unknown, EnforcementLevel>([
  ["advisory", EnforcementLevel.ADVISORY],
  ["mandatory", EnforcementLevel.MANDATORY],
  ["remediate", EnforcementLevel.REMEDIATE],
  ["disabled", EnforcementLevel.DISABLED],
]);

/** Reads the file of `--policy-pack-config`: per policy a level, or an object of properties and perhaps a level. */
export async function readPolicyConfig(file: string): Promise<Map<string, PolicySettings>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, "utf8"));
  } catch {
    throw new RunFailed("the policy pack's configuration is not JSON");
  }
  const settings = Object.entries(Object(parsed) as object).map(
    ([policy, value]: [string, unknown]) => [policy, parseSettings(policy, value)] as const,
  );
  return new Map(settings.filter(([, { level, properties }]) => level !== undefined || size(properties) > 0));
}

function parseSettings(policy: string, value: unknown): PolicySettings {
  if (typeof value === "string") return { level: parseLevel(policy, value), properties: {} };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new RunFailed(`parsing "${policy}": it is not a valid value; must be a string or object`);
  }
  const { enforcementLevel, ...properties } = value as Properties;
  return {
    level: enforcementLevel === undefined ? undefined : parseLevel(policy, enforcementLevel),
    properties,
  };
}

function parseLevel(policy: string, value: unknown): EnforcementLevel {
  const level = levels.get(value);
  if (level !== undefined) return level;
  throw new RunFailed(
    `parsing enforcement level for "${policy}": ${JSON.stringify(value)} is not a valid enforcement level`,
  );
}

/** What each policy is configured with: the pack's own defaults, then the file's `all`, then the file's policy. */
export function reconcile(
  policies: readonly PolicyInfo[],
  file: ReadonlyMap<string, PolicySettings>,
): Map<string, PolicySettings> {
  const result = new Map<string, PolicySettings>();
  const all = file.get("all")?.level;
  for (const policy of policies) {
    result.set(policy.getName(), {
      level: all ?? policy.getEnforcementlevel(),
      properties: defaults(policy),
    });
  }
  for (const [name, given] of file) {
    const base = result.get(name);
    result.set(name, {
      level: given.level ?? base?.level,
      properties: { ...base?.properties, ...given.properties },
    });
  }
  return result;
}

/** What in a configuration does not fit the policies' own schemas. */
export function schemaViolations(
  policies: readonly PolicyInfo[],
  settings: ReadonlyMap<string, PolicySettings>,
): string[] {
  const ajv = new Ajv({ allErrors: true, strict: false });
  return policies.flatMap((policy) => {
    const schema = policy.getConfigschema();
    if (!schema) return [];
    const properties = fromStruct(schema.getProperties());
    const validate = ajv.compile({ type: "object", properties, required: schema.getRequiredList() });
    if (validate(settings.get(policy.getName())?.properties ?? {})) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => {
      const place = instancePath.slice(1).replaceAll("/", ".");
      return [policy.getName(), place, message].filter((part) => part !== "").join(": ");
    });
  });
}

function defaults(policy: PolicyInfo): Properties {
  const schemas = Object.entries(fromStruct(policy.getConfigschema()?.getProperties()));
  return Object.fromEntries(
    schemas.flatMap(([key, schema]) => {
      const { default: value } = schema as Properties;
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

function size(properties: Properties): number {
  return Object.keys(properties).length;
}
