import { groupBy } from "../../provider/group-by";
import { matcherOf } from "../account/name-selector";
import type { RequiredKey } from "../configuration/required-key";
import type { RequiredGuardrails } from "../findings/report";
import type { PreparedRule, StatedDemand } from "../rules/rule";
import type { Contradiction } from "./contradictions";
import { describeContradiction, describeEach } from "./describe-contradiction";
import { contradictingSettings } from "./required-guardrails";

/**
 * What contradicts among settings whatever the account has: every key that a requirement means would fail, and no key at all
 * fails it too. What takes an account to be seen, such as whether a hash and a name mean one key, is left to a run.
 */
export function describeStatedContradictions(prepared: readonly PreparedRule[]): readonly string[] {
  const accounts = groupBy(prepared.flatMap(demandsOf), ({ address }) => address);
  const found = groupBy([...accounts.values()].flatMap(contradictionsIn), ({ settings }) =>
    settings.join(" "),
  );
  return describeEach(
    [...found.values()].flatMap(([first]) =>
      first === undefined
        ? []
        : describeContradiction(
            first.settings,
            `every key that ${first.place} means fails whatever guardrail is assigned`,
          ),
    ),
  );
}

/** What a setting asks for, of which account. */
interface Demand extends StatedDemand {
  readonly address: string;
  /** Hashes that a waiver lets pass. */
  readonly waived: ReadonlySet<string>;
}

function demandsOf({ shared, waivers, configured, rule }: PreparedRule): readonly Demand[] {
  if (configured.kind === "not-applicable") return [];
  const { service, baseUrl } = shared.connection;
  const address = JSON.stringify([service, baseUrl]);
  const hashes = waivers.flatMap((entry) =>
    entry.kind === "valid" && entry.waiver.rule === rule.name ? [entry.waiver.hash] : [],
  );
  return (configured.demands ?? []).map((demand) => ({ ...demand, address, waived: new Set(hashes) }));
}

interface Stated extends Pick<Contradiction, "settings"> {
  /** Where a requirement stands whose keys fail for it. */
  readonly place: string;
}

function contradictionsIn(demands: readonly Demand[]): readonly Stated[] {
  return demands.flatMap(({ of }) => {
    if (of === "assigned") return [];
    const asked = demands.filter((other) => isAskedOf(of, other)).map(({ required }) => required);
    const settings = contradictingSettings(eachOnce(asked));
    return settings === undefined ? [] : [{ settings, place: of.place }];
  });
}

function eachOnce(required: readonly RequiredGuardrails[]): readonly RequiredGuardrails[] {
  return [...new Map(required.map((one) => [one.setting, one])).values()];
}

function isAskedOf(keys: RequiredKey, { of, waived }: Demand): boolean {
  // Which keys a name means shows in an account only: a waiver may be for all of them.
  const isWaived = keys.by === "hash" ? waived.has(keys.hash) : waived.size > 0;
  return !isWaived && (of === "assigned" || means(of, keys));
}

/**
 * Whether one requirement surely judges every key that another means. By name and pattern disabled keys are left out, by hash
 * and by the assignments alone they are not.
 */
function means(one: RequiredKey, every: RequiredKey): boolean {
  if (every.by === "hash") return one.by === "hash" && one.hash === every.hash;
  if (one.by === "hash") return false;
  if (every.assignedNameSuffices && !one.assignedNameSuffices) return false;
  if (every.by === "name") return matcherOf(one)(every.name);
  return one.by === "pattern" && isWithin(every.pattern, one.pattern);
}

/** Whether a pattern matches no name that the other, of one star at its end, does not. */
function isWithin(pattern: string, other: string): boolean {
  if (pattern === other) return true;
  return /^[^*]*\*$/u.test(other) && pattern.startsWith(other.slice(0, -1));
}
