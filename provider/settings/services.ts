/** The services that speak this API. Any other host (a gateway, a test server) is reached by `baseUrl`. */
export const services = {
  openrouter: {
    label: "OpenRouter",
    baseUrl: "https://openrouter.ai/api/v1",
    credentialVariable: "OPENROUTER_MANAGEMENT_KEY",
    /** Where programs have their ordinary key, which opens no list. */
    apiKeyVariable: "OPENROUTER_API_KEY",
    listsAllKeys: true,
    listsGuardrails: true,
  },
  modelgates: {
    label: "ModelGates",
    baseUrl: "https://modelgates.ai/api/v1",
    credentialVariable: "MODELGATES_MANAGEMENT_KEY",
    apiKeyVariable: "MODELGATES_API_KEY",
    /** It shows keys by their assignments only. */
    listsAllKeys: false,
    listsGuardrails: false,
  },
} as const;

export type ServiceName = keyof typeof services;

export const serviceNames = Object.keys(services) as [ServiceName, ...ServiceName[]];

/** The service whose own address it is. */
export function serviceAt(baseUrl: string): ServiceName | undefined {
  return serviceNames.find((name) => services[name].baseUrl === baseUrl);
}

export const defaultService: ServiceName = "openrouter";

/** Whose key goes to the address that the environment states. */
export const managementKeyVariable = "GUARDRAILS_MANAGEMENT_KEY";

/** Every variable of the environment that holds a management key. */
export const credentialVariables: readonly string[] = [
  managementKeyVariable,
  ...serviceNames.map((name) => services[name].credentialVariable),
];
