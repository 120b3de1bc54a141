import { type StackResources, stackResourcesIn } from "../../../policies/evidence/stack-resources";
import { prepareRule } from "../../../policies/judge";
import { declaredKeysGuarded } from "../../../policies/rules/declared-keys-guarded";
import { noon } from "../builders";
import { policyResources, type StackResource, urnOf } from "../stack-resource";

/** What these resources declare, by the usual types unless the shared settings name others. */
export function declaredBy(resources: readonly StackResource[], settings: object = {}): StackResources {
  const registered = resources.filter((one) => one.registered !== false);
  const inputs = new Map(registered.map((one) => [urnOf(one), new Set(Object.keys(one.props ?? {}))]));
  const { shared } = prepareRule(declaredKeysGuarded, { own: {}, settings }, noon);
  return stackResourcesIn(policyResources(resources), shared, (urn) => inputs.get(urn));
}

/** The same as what a deployment is about to make. */
export function plannedBy(...resources: StackResource[]): { readonly planned: StackResources } {
  return { planned: declaredBy(resources) };
}
