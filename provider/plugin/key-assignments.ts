import { parseQuery, queryNames } from "../assignments/query";
import {
  type KeyAssignmentsSnapshot,
  parseSnapshot,
  writeContent,
  writeSnapshot,
} from "../assignments/snapshot";
import { GuardrailsError } from "../errors";
import { argumentSource, type Environment, resolveSettings } from "../settings/settings";
import type { SharedReads } from "../shared-reads";
import { type ProviderConfiguration, refusePlainKey } from "./configuration";
import { type Properties, read, redacted, secret, unknownText } from "./property-values";

/** What the function and the resource may be told. No credential: it belongs to the provider's configuration. */
export const argumentNames: readonly string[] = ["service", "baseUrl", ...queryNames];

/** Who asks, and by what. */
export interface Asking {
  readonly configuration: ProviderConfiguration;
  readonly environment: Environment;
  readonly reads: SharedReads;
}

/**
 * What the function `getKeyAssignments` answers. Secret where an argument was.
 * @throws GuardrailsError
 */
export async function getKeyAssignments(given: Properties, asking: Asking): Promise<Properties> {
  const args = argumentsIn(given, "getKeyAssignments");
  if (args.unknown) {
    throw new GuardrailsError("configuration", {
      what: "could not verify: an argument of getKeyAssignments is not known before deployment",
      advice: "Use its Output form, which waits for the argument.",
    });
  }
  const { version, ...answer } = await readSnapshot(args.values, asking);
  const properties = withoutNull(answer);
  return args.secret ? mapValues(properties, secret) : properties;
}

/**
 * The inputs of a `KeyAssignments` resource with the list in them, read now: what `Check` answers is visible at preview,
 * to the program and to policies.
 * @throws GuardrailsError
 */
export async function checkKeyAssignments(given: Properties, asking: Asking): Promise<Properties> {
  // Where the program ignores changes of it, the engine gives the old list among the inputs.
  const { snapshot: _old, ...own } = given;
  const args = argumentsIn(own, "KeyAssignments");
  const text = args.unknown ? unknownText : writeSnapshot(await readSnapshot(args.values, asking));
  return { ...mapValues(args.raw, redacted), snapshot: args.secret ? secret(text) : text };
}

/** The outputs of a `KeyAssignments` resource with these inputs. @throws GuardrailsError */
export function outputsOf(inputs: Properties): Properties {
  const text = read(inputs["snapshot"] ?? null);
  if (text.unknown) {
    return { ...inputs, totalCount: unknownText, missingRows: unknownText, readAt: unknownText };
  }
  const snapshot = parseSnapshot(text.value);
  if (snapshot === undefined) throw noSnapshot();
  const { totalCount, missingRows, readAt } = snapshot;
  return withoutNull({ ...inputs, totalCount, missingRows, readAt });
}

/** Whether the inputs ask for something else or what is assigned has changed: not when it was read, nor with how many requests. */
export function changes(olds: Properties, news: Properties): boolean {
  return contentOf(olds) !== contentOf(news);
}

/** What a resource whose state holds no list cannot be: it was not read by this provider. */
export function noSnapshot(): GuardrailsError {
  return new GuardrailsError("malformed", {
    what: "could not verify: a KeyAssignments resource holds no list",
    advice: "It cannot be imported or looked up: declare it, and it reads the account's list.",
  });
}

function contentOf(properties: Properties): string {
  const args = argumentNames.map((name) => read(properties[name] ?? null).value);
  const { value } = read(properties["snapshot"] ?? null);
  const snapshot = parseSnapshot(value);
  return JSON.stringify([args, snapshot === undefined ? value : writeContent(snapshot)]);
}

interface Arguments {
  readonly raw: Properties;
  readonly values: Properties;
  readonly secret: boolean;
  readonly unknown: boolean;
}

function argumentsIn(given: Properties, caller: string): Arguments {
  const raw = withoutNull(
    Object.fromEntries(Object.entries(given).filter(([name]) => !name.startsWith("__"))),
  );
  if (!Object.keys(raw).every((name) => argumentNames.includes(name))) {
    throw new GuardrailsError("configuration", {
      what: `could not verify: ${caller} was given an argument it does not know`,
      advice: `It knows ${argumentNames.join(", ")}. The management key is a setting of the provider.`,
    });
  }
  const properties = mapValues(raw, read);
  const all = Object.values(properties);
  return {
    raw,
    values: mapValues(properties, ({ value }) => value),
    secret: all.some((property) => property.secret),
    unknown: all.some((property) => property.unknown),
  };
}

async function readSnapshot(args: Properties, asking: Asking): Promise<KeyAssignmentsSnapshot> {
  const { service, baseUrl, ...query } = args;
  const { configuration, environment, reads } = asking;
  refusePlainKey(configuration);
  const scope = parseQuery(query);
  const own = argumentSource({ service, baseUrl });
  return reads.read(resolveSettings({ args: own, stack: configuration.source, environment }), scope);
}

function withoutNull<Value>(properties: { readonly [name: string]: Value }): { [name: string]: Value & {} } {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, value]],
    ),
  );
}

function mapValues<Value, Mapped>(
  properties: { readonly [name: string]: Value },
  map: (value: Value) => Mapped,
): { [name: string]: Mapped } {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, map(value)]));
}
