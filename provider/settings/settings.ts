import { orList } from "../counted";
import { GuardrailsError } from "../errors";
import { registerSecret } from "../redaction/sanitize";
import { didYouMean } from "../spelling-suggestions";
import { parseBaseUrl } from "./address";
import { Credential } from "./credential";
import { environmentNames, isInEnvironment, refuseUnknownVariables } from "./environment-names";
import { defaultLimits, type Limits, limitNames, limitsOf, parseLimit } from "./limits";
import { missingCredential } from "./missing-credential";
import {
  credentialVariables,
  defaultService,
  type ServiceName,
  serviceAt,
  serviceNames,
  services,
} from "./services";
import { expandIt, isUnexpanded, unexpanded } from "./unexpanded";

/** Everything a read needs to know, resolved and checked. */
export interface Settings {
  readonly service: ServiceName;
  readonly baseUrl: string;
  readonly credential: Credential;
  readonly limits: Limits;
}

/** Which service, at which address. */
export type Address = Pick<Settings, "service" | "baseUrl">;

/** Settings as one place gives them, not yet checked. Absent and `undefined` mean the same; empty text does not. */
export interface SettingsSource {
  readonly service?: unknown;
  readonly baseUrl?: unknown;
  readonly managementKey?: unknown;
  /** The environment variable that the management key stands in; no other place has one. */
  readonly keyVariable?: string;
  readonly limits?: Partial<Record<keyof Limits, unknown>>;
  /** How a message names a setting of this place: `argument baseUrl`, `GUARDRAILS_BASE_URL`. */
  name(setting: string): string;
}

/** Whether two reads with these may be one. */
export function sameSettings(one: Settings, other: Settings): boolean {
  return (
    one.service === other.service &&
    one.baseUrl === other.baseUrl &&
    one.credential.equals(other.credential) &&
    JSON.stringify(one.limits) === JSON.stringify(other.limits)
  );
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The three places settings come from, the strongest first. */
export interface SettingsSources {
  readonly args?: SettingsSource | undefined;
  readonly stack?: SettingsSource | undefined;
  readonly environment: Environment;
}

/** What a program states of a read, by name. */
export const settingNames = ["service", "baseUrl", "managementKey", ...limitNames] as const;

/** Settings by their names, as a program or a configuration gives them: of any type, until they are resolved. */
export type StatedSettings = { readonly [Name in (typeof settingNames)[number]]?: unknown };

/** Settings given in code. */
export function argumentSource(args: StatedSettings, noun = "argument"): SettingsSource {
  const { service, baseUrl, managementKey } = args;
  return {
    service,
    baseUrl,
    managementKey,
    limits: limitsOf((name) => args[name]),
    name: (setting) => `${noun} ${setting}`,
  };
}

/** Settings of the stack configuration, namespace `guardrails`. `get` takes the bare name. */
export function stackSource(get: (name: string) => string | undefined): SettingsSource {
  const source = argumentSource({
    service: get("service"),
    baseUrl: get("baseUrl"),
    managementKey: get("managementKey"),
    ...limitsOf(get),
  });
  return { ...source, name: (setting) => `stack configuration guardrails:${setting}` };
}

/** Settings of the environment. */
export function environmentSource(environment: Environment): SettingsSource {
  return {
    service: environment[environmentNames.service],
    baseUrl: environment[environmentNames.baseUrl],
    managementKey: environment[environmentNames.managementKey],
    keyVariable: environmentNames.managementKey,
    name: (setting) =>
      `environment variable ${isInEnvironment(setting) ? environmentNames[setting] : setting}`,
  };
}

/**
 * The address the list is read from: the strongest place that states one, else OpenRouter.
 * @throws GuardrailsError of kind `configuration`
 */
export function resolveAddress(sources: SettingsSources): Address {
  registerKeys(sources);
  refuseUnknownVariables(sources.environment);
  const stated = sourcesOf(sources)
    .map(statedAddress)
    .find((address) => address !== undefined);
  return stated ?? defaultAddress;
}

/**
 * Address, credential and limits of one read.
 *
 * A credential goes only to the address that its own place states, or to the default one where its place states none:
 * so neither a stack configuration nor a program can send the environment's key to a host of its choosing. The variable
 * of a service (`OPENROUTER_MANAGEMENT_KEY`) belongs to that service's own host.
 * @throws GuardrailsError of kind `configuration` or `credential`
 */
export function resolveSettings(sources: SettingsSources): Settings {
  const address = resolveAddress(sources);
  return { ...address, credential: resolveCredential(sources, address), limits: resolveLimits(sources) };
}

/**
 * Checks what one place states of address and limits, by itself.
 * @throws GuardrailsError of kind `configuration`
 */
export function refuseUnusable(source: SettingsSource): void {
  statedAddress(source);
  for (const name of limitNames) {
    const given = source.limits?.[name];
    if (given !== undefined) parseLimit(name, given, source.name(name));
  }
}

/** Before anything is said of an address, which may hold one. */
function registerKeys(sources: SettingsSources): void {
  const ofServices = credentialVariables.map((variable) => sources.environment[variable]);
  for (const key of [...sourcesOf(sources).map(({ managementKey }) => managementKey), ...ofServices]) {
    if (typeof key === "string") registerSecret(key);
  }
}

function sourcesOf(sources: SettingsSources): SettingsSource[] {
  return [sources.args, sources.stack, environmentSource(sources.environment)].filter(
    (source) => source !== undefined,
  );
}

const defaultAddress: Address = { service: defaultService, baseUrl: services[defaultService].baseUrl };

/**
 * The address that one place states by itself; undefined where it states none.
 * @throws GuardrailsError of kind `configuration`
 */
export function statedAddress(source: SettingsSource): Address | undefined {
  const { service, baseUrl } = source;
  if (service === undefined && baseUrl === undefined) return undefined;
  const name = service === undefined ? defaultService : parseService(service, source);
  if (baseUrl === undefined) return { service: name, baseUrl: services[name].baseUrl };
  const place = source.name("baseUrl");
  return { service: name, baseUrl: parseBaseUrl(typeof baseUrl === "string" ? baseUrl : "", place) };
}

function parseService(value: unknown, source: SettingsSource): ServiceName {
  const place = source.name("service");
  const name = serviceNames.find((candidate) => candidate === value);
  if (name !== undefined) return name;
  if (typeof value === "string" && isUnexpanded(value)) {
    throw new GuardrailsError("configuration", { what: `${place} ${unexpanded}`, advice: expandIt });
  }
  throw new GuardrailsError("configuration", {
    what: `${place} is not a known service${typeof value === "string" ? didYouMean(value, serviceNames) : ""}`,
    advice: `Use ${orList(serviceNames)}; the address of any other host is stated by ${source.name("baseUrl")}.`,
  });
}

/**
 * The address that is judged, and the key that it is read with: the environment's, and where that has none for this address
 * the stack configuration's, which otherwise changes neither. Without a key of either nobody can tell whose list one is.
 * @throws GuardrailsError of kind `configuration` or `credential`
 */
export function resolveJudged({
  stack,
  ...sources
}: SettingsSources): Address & { readonly credential: Credential | undefined } {
  const address = resolveAddress(sources);
  const { credential: own } = findCredential(sources, address);
  return { ...address, credential: own ?? findCredential({ ...sources, stack }, address).credential };
}

function resolveCredential(sources: SettingsSources, address: Address): Credential {
  const { credential, own, held } = findCredential(sources, address);
  if (credential !== undefined) return credential;
  const inEnvironment = statedAddress(environmentSource(sources.environment));
  const ordinary = own === undefined ? undefined : services[own].apiKeyVariable;
  const isOrdinarySet = ordinary !== undefined && sources.environment[ordinary] !== undefined;
  const others = serviceNames.filter(
    (name) => name !== own && sources.environment[services[name].credentialVariable] !== undefined,
  );
  const isStated = sourcesOf(sources).some((source) => statedAddress(source) !== undefined);
  const stated = {
    own,
    inEnvironment: inEnvironment?.baseUrl,
    ordinary: isOrdinarySet ? ordinary : undefined,
    meant: isStated ? undefined : others.at(0),
  };
  throw missingCredential(address.baseUrl, stated, [
    ...held,
    ...others.map((name) => ({ place: services[name].credentialVariable, baseUrl: services[name].baseUrl })),
  ]);
}

/** A key that belongs to this address; beside it the service whose own address it is, and the keys of any address. */
function findCredential(
  sources: SettingsSources,
  address: Address,
): {
  readonly credential?: Credential;
  readonly own?: ServiceName | undefined;
  readonly held: readonly { readonly place: string; readonly baseUrl: string }[];
} {
  const held = sourcesOf(sources).flatMap((source) => {
    if (source.managementKey === undefined) return [];
    const place = source.name("managementKey");
    const credential = Credential.parse(source.managementKey, { place, variable: source.keyVariable });
    return [{ place, credential, baseUrl: (statedAddress(source) ?? defaultAddress).baseUrl }];
  });
  // What the caller wrote into the code is never passed over in favour of another key.
  const usable = (sources.args?.managementKey === undefined ? held : held.slice(0, 1)).find(
    ({ baseUrl }) => baseUrl === address.baseUrl,
  );
  if (usable !== undefined) return { credential: usable.credential, held };
  const own = serviceAt(address.baseUrl);
  if (own !== undefined && sources.args?.managementKey === undefined) {
    const variable = services[own].credentialVariable;
    const value = sources.environment[variable];
    if (value !== undefined) {
      const place = `environment variable ${variable}`;
      return { credential: Credential.parse(value, { place, variable }), own, held };
    }
  }
  return { own, held };
}

function resolveLimits(places: SettingsSources): Limits {
  const sources = sourcesOf(places);
  return limitsOf((name) => {
    const source = sources.find((candidate) => candidate.limits?.[name] !== undefined);
    const given = source?.limits?.[name];
    return source === undefined ? defaultLimits[name] : parseLimit(name, given, source.name(name));
  });
}
