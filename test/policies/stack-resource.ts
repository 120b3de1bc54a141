import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import * as sdkProxy from "@pulumi/policy/proxy";
import { LOCAL_MANAGEMENT_KEY } from "../../local-service/index";
import { keyAssignmentsType } from "../../policies/evidence/stack-evidence";
import { writeSigned } from "../../provider/assignments/signed-snapshot";
import type { KeyAssignmentsSnapshot } from "../../provider/assignments/snapshot";
import { Credential } from "../../provider/settings/credential";

/** A resource of a stack, as its program declares it. */
export interface StackResource {
  readonly type: string;
  readonly name: string;
  /** Its checked inputs; {@link unknownValue} stands where one is not known before deployment. */
  readonly props?: Readonly<Record<string, unknown>>;
  /** What a stack policy sees instead of the inputs, where that differs. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** The names of the resources that feed each property. */
  readonly fedBy?: Readonly<Record<string, readonly string[]>>;
  /** The names of the resources it waits for (`dependsOn`). */
  readonly dependsOn?: readonly string[];
  /** false: only in the state, left out of this run by `--target`. */
  readonly registered?: boolean;
}

// The pack SDK's own, which its typings leave out: what a policy sees of an unknown is the SDK's to say.
const { unknownCheckingProxy, unknownStringValue } = sdkProxy as unknown as {
  unknownCheckingProxy(props: Readonly<Record<string, unknown>>): Record<string, unknown>;
  unknownStringValue: string;
};

/** A property, or a place in a list, that is not known before deployment. */
export const unknownValue = unknownStringValue;

/** What every stack registers before everything else. */
export const rootResource: StackResource = { type: "pulumi:pulumi:Stack", name: "project-stack" };

/** An API key as the official provider declares it; its hash is not known before deployment. */
export function keyResource(name: string, props: StackResource["props"] = {}): StackResource {
  return { type: "openrouter:index/apiKey:ApiKey", name, props: { name, hash: unknownValue, ...props } };
}

/** An assignment of guardrail `guardrailId` that these keys feed, none of which is known before deployment. */
export function assignmentResource(
  name: string,
  keys: readonly string[],
  props: StackResource["props"] = {},
): StackResource {
  return {
    type: "openrouter:index/guardrailKeyAssignment:GuardrailKeyAssignment",
    name,
    props: { keyHash: unknownValue, guardrailId: unknownValue, ...props },
    fedBy: { keyHash: keys },
  };
}

/** The `KeyAssignments` resource of a program. */
export function keyAssignmentsResource(props: StackResource["props"], name = "assignments"): StackResource {
  return { type: keyAssignmentsType, name, ...(props === undefined ? {} : { props }) };
}

/** Where the pack has the key that OpenRouter's own list is {@link readBy}. */
export const readerEnvironment = { OPENROUTER_MANAGEMENT_KEY: LOCAL_MANAGEMENT_KEY } as const;

/** A snapshot as such a resource holds it that reads with this key. */
export function readBy(snapshot: KeyAssignmentsSnapshot, managementKey = LOCAL_MANAGEMENT_KEY): string {
  return writeSigned(snapshot, Credential.parse(managementKey, { place: "the test" }));
}

export function urnOf({ type, name }: StackResource): string {
  return `urn:pulumi:stack::project::${type}::${name}`;
}

/** Properties as a policy sees them: touching one that is not known before deployment throws. */
function seenProps(props: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return unknownCheckingProxy(props);
}

/** The resources as a stack policy sees them. */
export function policyResources(resources: readonly StackResource[]): PolicyResource[] {
  const all = resources.map((resource) => ({ resource, seen: policyResource(resource) }));
  return all.map(({ resource: { fedBy = {}, dependsOn = [] }, seen }) => {
    seen.dependencies.push(
      ...all.flatMap((other) => (dependsOn.includes(other.resource.name) ? [other.seen] : [])),
    );
    for (const [property, names] of Object.entries(fedBy)) {
      seen.propertyDependencies[property] = names.flatMap((name) =>
        all.flatMap((other) => (other.resource.name === name ? [other.seen] : [])),
      );
    }
    return seen;
  });
}

function policyResource(resource: StackResource): PolicyResource {
  const { props, outputs = props } = resource;
  return { ...described(resource), props: seenProps(outputs), dependencies: [], propertyDependencies: {} };
}

/** A resource as a resource policy sees it: with its inputs. */
export function validatedResource(
  resource: StackResource,
): Pick<ResourceValidationArgs, "props" | keyof ReturnType<typeof described>> {
  return { ...described(resource), props: seenProps(resource.props) };
}

function described(resource: StackResource) {
  const { type, name } = resource;
  return {
    type,
    name,
    urn: urnOf(resource),
    opts: {
      protect: false,
      ignoreChanges: [],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [],
    },
    isType: () => false,
    asType: () => undefined,
  };
}
