import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { fromStruct, type Properties } from "./properties";
import { RunFailed } from "./run-failed";

/** What a program asks a resource to be. */
export interface Goal {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string;
  /** URN of a provider that the program names itself; empty for the default one. */
  readonly provider: string;
  readonly properties: Properties;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly dependencies: readonly string[];
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** @throws RunFailed for what the double cannot play. */
export function goalOf(request: RegisterResourceRequest): Goal {
  if (request.getRemote()) {
    throw new RunFailed(`the engine double has no component plugins: ${request.getType()}`);
  }
  const propertyDependencies = [...request.getPropertydependenciesMap().entries()].map(
    ([property, dependencies]) => [property, dependencies.getUrnsList()] as const,
  );
  const reference = request.getProvider();
  // The engine keeps no entry for a property that depends on nothing.
  const dependent = propertyDependencies.filter(([, urns]) => urns.length > 0);
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    provider: reference.slice(0, Math.max(0, reference.lastIndexOf("::"))),
    properties: fromStruct(request.getObject()),
    protect: request.getProtect() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(dependent),
  };
}

/** The goal that the engine adds for the first resource of a package. */
export function defaultProviderGoal(packageName: string, properties: Properties): Goal {
  return {
    type: `pulumi:providers:${packageName}`,
    name: "default",
    custom: true,
    parent: "",
    provider: "",
    properties,
    protect: false,
    ignoreChanges: [],
    additionalSecretOutputs: [],
    dependencies: [],
    propertyDependencies: {},
  };
}

/** A resource's identity. The types of its ancestors belong to it, but for the stack's. */
export function urnOf(goal: Goal, stack: string, project: string): string {
  const parentType = goal.parent.split("::")[2] ?? "";
  const ancestry = ["", "pulumi:pulumi:Stack"].includes(parentType) ? "" : `${parentType}$`;
  return `urn:pulumi:${stack}::${project}::${ancestry}${goal.type}::${goal.name}`;
}
