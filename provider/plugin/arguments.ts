import { GuardrailsError } from "../errors";
import { argumentSource, type Environment, resolveSettings, type Settings } from "../settings/settings";
import type { SharedReads } from "../shared-reads";
import { refuseUnknownArguments } from "../unknown-arguments";
import { type ProviderConfiguration, refusePlainKey } from "./configuration";
import { type Properties, read } from "./property-values";

/** Who asks, and by what. */
export interface Asking {
  readonly configuration: ProviderConfiguration;
  readonly environment: Environment;
  readonly reads: SharedReads;
}

/** What a function or a resource was told. */
export interface Arguments {
  /** As the engine sent them. */
  readonly raw: Properties;
  readonly values: Properties;
  readonly secret: boolean;
  readonly unknown: boolean;
}

/** A function or a resource: what messages call it, and what it may be told. No credential: it belongs to the provider. */
export interface Told {
  readonly name: string;
  readonly argumentNames: readonly string[];
}

/** @throws GuardrailsError of kind `configuration` for an argument that it does not know */
export function argumentsIn(given: Properties, { name: caller, argumentNames }: Told): Arguments {
  const raw = withoutNull(
    Object.fromEntries(Object.entries(given).filter(([name]) => !name.startsWith("__"))),
  );
  const elsewhere = "The management key is a setting of the provider.";
  refuseUnknownArguments(raw, { caller, known: argumentNames, elsewhere });
  const properties = mapValues(raw, read);
  const all = Object.values(properties);
  const values = mapValues(properties, ({ value }) => value);
  const empty = Object.keys(values).find((name) => [values[name]].flat().includes(null));
  if (empty !== undefined) {
    throw new GuardrailsError("configuration", {
      what: `could not verify: argument ${empty} of ${caller} is null, or has a null in it`,
      advice: "Give it a value, or leave it out.",
    });
  }
  return {
    raw,
    values,
    secret: all.some((property) => property.secret),
    unknown: all.some((property) => property.unknown),
  };
}

/** The settings of a read. @throws GuardrailsError */
export function settingsOf(
  address: { readonly service: unknown; readonly baseUrl: unknown },
  { configuration, environment }: Asking,
): Settings {
  refusePlainKey(configuration);
  const args = argumentSource(address);
  return resolveSettings({ args, stack: configuration.source, environment });
}

export function withoutNull<Value>(properties: { readonly [name: string]: Value }): {
  [name: string]: Value & {};
} {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, value]],
    ),
  );
}

export function mapValues<Value, Mapped>(
  properties: { readonly [name: string]: Value },
  map: (value: Value) => Mapped,
): { [name: string]: Mapped } {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, map(value)]));
}
