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
    ...describeLiveOnly(prepared, environment),
  ];
}

/**
 * Those that need what the service lists nowhere, if the settings state one. What another address lists shows in a run only.
 */
function describeUnlisted(prepared: readonly PreparedRule[], environment: Environment): readonly string[] {
  const unlisted = prepared.flatMap((one) => {
    const found = unlistedFor(one, environment);
    return found === undefined ? [] : [{ ...found, name: one.rule.name }];
  });
  return Object.entries(whyUnlisted).flatMap(([what, why]) => {
    const those = unlisted.filter((one) => one.what === what);
    return [...groupBy(those, ({ service }) => service)].map(([service, rules]) => {
      const names = rules.map(({ name }) => name).join(", ");
      return `Could not verify in any account: ${names}. ${services[service].label} ${why}`;
    });
  });
}

type Unlisted = "keys" | "guardrails";

/** Words that follow the service's name. */
const whyUnlisted: Readonly<Record<Unlisted, string>> = {
  keys:
    "lists no keys without an assignment. " +
    'Only keys given by their hash, or by a name with "assignedNameSuffices": true, can be judged there, and by approved-guardrails-only without "keys" all that have a guardrail.',
  guardrails: "does not show what guardrails enforce. Disable the rule there.",
};

/** Those that need what is in no resource of a program, and judge by one: `check` could, which always reads live. */
function describeLiveOnly(prepared: readonly PreparedRule[], environment: Environment): readonly string[] {
  const byStack = prepared.filter((one) => {
    if (one.shared.evidence !== "stack" || one.configured.kind === "not-applicable") return false;
    // There live evidence would not help.
    return unlistedFor(one, environment) === undefined;
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

/** What the rule needs and the service lists nowhere, where the settings or the environment state that service's own address. */
function unlistedFor(
  one: PreparedRule,
  environment: Environment,
): { readonly service: ServiceName; readonly what: Unlisted } | undefined {
  const stated = statedAddress(one.shared.connection) ?? statedAddress(environmentSource(environment));
  const service = serviceAt(stated?.baseUrl ?? "");
  if (service === undefined) return undefined;
  const { listsAllKeys, listsGuardrails } = services[service];
  if (needsAllKeys(one) && !listsAllKeys) return { service, what: "keys" };
  return needsContent(one) && !listsGuardrails ? { service, what: "guardrails" } : undefined;
}
