import { GuardrailsError } from "../errors";
import { environmentNames } from "./environment-names";
import { defaultService, type ServiceName, serviceAt, services } from "./services";

interface Stated {
  /** The service whose own address it is. */
  readonly own: ServiceName | undefined;
  /** The address that the environment states. */
  readonly inEnvironment: string | undefined;
  /** The variable of an ordinary key of that service, if it is set. */
  readonly ordinary: string | undefined;
  /** The service whose key is set, where nothing states the address and the default one has no key. */
  readonly meant: ServiceName | undefined;
}

/**
 * Says which key is missing, how to give it, and where the keys go that are set.
 * @param elsewhere keys that are set and belong to other addresses
 */
export function missingCredential(
  baseUrl: string,
  { own, inEnvironment, ordinary, meant }: Stated,
  elsewhere: readonly { readonly place: string; readonly baseUrl: string }[],
): GuardrailsError {
  const where = own === undefined ? baseUrl : `${services[own].label} (${baseUrl})`;
  const others = elsewhere.map(
    ({ place, baseUrl: its }) =>
      `The management key of ${place} does not belong to ${baseUrl}: it goes to ${its} only.`,
  );
  const instead =
    ordinary === undefined
      ? []
      : [`${ordinary} is set, but it holds an ordinary API key, which may not list the keys of the account.`];
  return new GuardrailsError("credential", {
    what: `could not verify: no management key for ${where}`,
    advice: [
      ...instead,
      ...(meant === undefined
        ? [howToGiveOne(baseUrl, { own, inEnvironment }), ...others]
        : [howToMean(meant)]),
    ].join(" "),
  });
}

/** The default service has no key and another one has: whose key is set was probably meant. */
function howToMean(service: ServiceName): string {
  const { label, credentialVariable } = services[service];
  return (
    `Set ${environmentNames.service}=${service} (or --service ${service}, or the setting "service") to read ${label} ` +
    `with the key of ${credentialVariable}; else set ${services[defaultService].credentialVariable}.`
  );
}

function howToGiveOne(
  baseUrl: string,
  { own, inEnvironment }: Pick<Stated, "own" | "inEnvironment">,
): string {
  const { managementKey, baseUrl: address } = environmentNames;
  if (own !== undefined)
    return `Set ${services[own].credentialVariable} to a management key of that account.`;
  if (inEnvironment === baseUrl) {
    return `Set ${managementKey} to a management key of that account; ${address} is set already.`;
  }
  if (inEnvironment === undefined || serviceAt(inEnvironment) !== undefined) {
    return `Set ${managementKey}, with ${address}=${baseUrl}, to a management key of that account.`;
  }
  // Whoever set the variables for the one address would be told to set them for the other, and then for the first again.
  return (
    `Run it with ${address}=${baseUrl} and the ${managementKey} of that account. The environment holds one such ` +
    `address and key, now those of ${inEnvironment}: if one configuration file names both addresses, write a file for each.`
  );
}
