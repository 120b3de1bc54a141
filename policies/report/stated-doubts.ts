import { groupBy } from "../../provider/group-by";
import { type ServiceName, serviceAt, services } from "../../provider/settings/services";
import { statedAddress } from "../../provider/settings/settings";
import type { PreparedRule } from "../rules/rule";

/** Which rules can judge no account, as whole sentences. */
export function describeStatedDoubts(prepared: readonly PreparedRule[]): readonly string[] {
  const judgingNothing = prepared.flatMap(({ rule, configured }) =>
    configured.kind === "not-applicable" || configured.judgesNothing === undefined
      ? []
      : [`Could not verify in any account: ${rule.name}. ${configured.judgesNothing}`],
  );
  return [...judgingNothing, ...describeUnlisted(prepared)];
}

/**
 * Those that need the list of all keys, where the service that the settings state has none. What another address lists shows in
 * a run only.
 */
function describeUnlisted(prepared: readonly PreparedRule[]): readonly string[] {
  const unlisted = prepared.flatMap((one) => {
    const service = needsAllKeys(one) ? unlistedService(one) : undefined;
    return service === undefined ? [] : [{ service, name: one.rule.name }];
  });
  return [...groupBy(unlisted, ({ service }) => service)].map(([service, those]) => {
    const names = those.map(({ name }) => name).join(", ");
    return (
      `Could not verify in any account: ${names}. ${services[service].label} lists no keys without an assignment. ` +
      'Only keys given by their hash, or by a name with "assignedNameSuffices": true, can be judged there.'
    );
  });
}

function needsAllKeys({ configured }: PreparedRule): boolean {
  return configured.kind === "configured" && configured.needs.includes("inventory");
}

/** The service that lists no keys without an assignment, where the settings state its own address. */
function unlistedService({ shared }: PreparedRule): ServiceName | undefined {
  const service = serviceAt(statedAddress(shared.connection)?.baseUrl ?? "");
  return service === undefined || services[service].listsAllKeys ? undefined : service;
}
