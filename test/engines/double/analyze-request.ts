import {
  AnalyzeRequest,
  AnalyzerPropertyDependencies,
  AnalyzerProviderResource,
  AnalyzerResource,
  AnalyzerResourceOptions,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { Goal } from "./goal";
import { toStruct, withoutInternal } from "./properties";
import type { ResourceState } from "./state";

/** A resource with what a policy gets to see of it. */
export interface Judged {
  readonly state: ResourceState;
  readonly goal: Goal;
  readonly provider: ResourceState | undefined;
}

export function analyzeRequest(resource: Judged): AnalyzeRequest {
  const request = new AnalyzeRequest();
  describe(request, resource);
  request.setProperties(toStruct(withoutInternal(resource.state.inputs)));
  return request;
}

export function analyzeStackRequest(resources: readonly Judged[]): AnalyzeStackRequest {
  const list = resources.map((resource) => {
    const { state } = resource;
    const described = new AnalyzerResource();
    describe(described, resource);
    described.setProperties(toStruct(withoutInternal(state.outputs)));
    described.setParent(state.parent).setDependenciesList([...state.dependencies]);
    for (const [property, urns] of Object.entries(state.propertyDependencies)) {
      const dependencies = new AnalyzerPropertyDependencies().setUrnsList([...urns]);
      described.getPropertydependenciesMap().set(property, dependencies);
    }
    return described;
  });
  return new AnalyzeStackRequest().setResourcesList(list);
}

function describe(message: AnalyzeRequest | AnalyzerResource, { state, goal, provider }: Judged): void {
  message.setUrn(state.urn);
  message.setType(state.type);
  message.setName(state.name);
  message.setOptions(resourceOptions(goal));
  if (!provider) return;
  const described = new AnalyzerProviderResource();
  described.setUrn(provider.urn).setType(provider.type).setName(provider.name);
  described.setProperties(toStruct(provider.inputs));
  message.setProvider(described);
}

function resourceOptions(goal: Goal): AnalyzerResourceOptions {
  const options = new AnalyzerResourceOptions();
  options.setProtect(goal.protect).setParent(goal.parent);
  options.setIgnorechangesList([...goal.ignoreChanges]);
  options.setAdditionalsecretoutputsList([...goal.additionalSecretOutputs]);
  // Without timeouts the policy SDK takes the engine for one that is too old.
  options.setCustomtimeouts(new AnalyzerResourceOptions.CustomTimeouts());
  return options;
}
