import { groupBy } from "../../provider/group-by";
import { type ServiceName, serviceAt, services } from "../../provider/settings/services";
import { type Environment, environmentSource, statedAddress } from "../../provider/settings/settings";
import type { PreparedRule } from "../rules/rule";

/**
 * Which rules can judge no account, as whole sentences.
 * @param environment which states the address where the settings do not
 */
export function describeStatedDoubts(
  prepared: readonly PreparedRule[],
  environment: Environment,
): readonly string[] {
  const judgingNothing = prepared.flatMap(({ rule, configured }) =>
    configured.kind === "not-applicable" || configured.judgesNothing === undefined
      ? []
      : [`Could not verify in any account: ${rule.name}. ${configured.judgesNothing}`],
  );
  return [
    ...judgingNothing,
    ...describeUnlisted(prepared, environment),
    ...describeUnread(prepared, environment),
    ...describeLiveOnly(prepared, environment),
  ];
}

/**
 * Those that need the list of all keys, where the service that the settings state has none. What another address lists shows in
 * a run only.
 */
function describeUnlisted(prepared: readonly PreparedRule[], environment: Environment): readonly string[] {
  const unlisted = prepared.flatMap((one) => {
    const service = needsAllKeys(one) ? unlistedService(one, environment) : undefined;
    return service === undefined ? [] : [{ service, name: one.rule.name }];
  });
  return [...groupBy(unlisted, ({ service }) => service)].map(([service, those]) => {
    const names = those.map(({ name }) => name).join(", ");
    return (
      `Could not verify in any account: ${names}. ${services[service].label} lists no keys without an assignment. ` +
      'Only keys given by their hash, or by a name with "assignedNameSuffices": true, can be judged there, and by approved-guardrails-only without "keys" all that have a guardrail.'
    );
  });
}

/** Those that need only what guardrails enforce, where that service lists no guardrails either. */
function describeUnread(prepared: readonly PreparedRule[], environment: Environment): readonly string[] {
  return prepared.flatMap((one) => {
    const isUnread = needsContent(one) && !needsAllKeys(one);
    const service = isUnread ? unlistedService(one, environment) : undefined;
    if (service === undefined) return [];
    return [
      `Could not verify in any account: ${one.rule.name}. ${services[service].label} does not show what guardrails enforce. ` +
        "Disable the rule there.",
    ];
  });
}

/** Those that need what is in no resource of a program, and judge by one: `check` could, which always reads live. */
function describeLiveOnly(prepared: readonly PreparedRule[], environment: Environment): readonly string[] {
  const byStack = prepared.filter((one) => {
    if (one.shared.evidence !== "stack" || one.configured.kind === "not-applicable") return false;
    // There live evidence would not help.
    return !(needsAllKeys(one) || needsContent(one)) || unlistedService(one, environment) === undefined;
  });
  const byContent = byStack.filter(needsContent);
  const byInventory = byStack.filter((one) => !needsContent(one) && needsAllKeys(one));
  return [
    ...describeMissing(byInventory, "the inventory of all keys", "require keys by their hash"),
    ...describeMissing(byContent, "the content of guardrails", "disable the rule"),
  ];
}

function describeMissing(those: readonly PreparedRule[], what: string, instead: string): readonly string[] {
  if (those.length === 0) return [];
  const names = those.map(({ rule: { name } }) => name).join(", ");
  return [
    `Could not verify in any deployment: ${names}. By "evidence": "stack" the pack judges by a KeyAssignments resource, and ${what} ` +
      `is not in one. Use "evidence": "live", or ${instead}.`,
  ];
}

function needsContent({ configured }: PreparedRule): boolean {
  return configured.kind === "configured" && configured.needsContent === true;
}

function needsAllKeys({ configured }: PreparedRule): boolean {
  return configured.kind === "configured" && configured.needs.includes("inventory");
}

/** The service that lists neither guardrails nor keys without an assignment, where the settings or the environment state its own address. */
function unlistedService({ shared }: PreparedRule, environment: Environment): ServiceName | undefined {
  const stated = statedAddress(shared.connection) ?? statedAddress(environmentSource(environment));
  const service = serviceAt(stated?.baseUrl ?? "");
  return service === undefined || services[service].listsAllKeys ? undefined : service;
}
