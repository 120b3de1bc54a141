import * as z from "zod";
import { causeKinds } from "../../policies/findings/cause";
import { isByAssignment, remedyKinds } from "../../policies/findings/remedy";
import { type Finding, isException, keyStates, passes, waiverOf } from "../../policies/findings/report";
import { describeReason, type GuardrailNames, missedRequirement } from "../../policies/report/describe-cause";
import { describeContradiction } from "../../policies/report/describe-contradiction";
import { describeRemedy } from "../../policies/report/describe-remedy";
import { type Group, groupByReason } from "../../policies/report/groups";
import { isKey, type KeyEntry, worstOf } from "../../policies/report/key-entries";
import { groupBy } from "../../provider/group-by";
import { sanitize } from "../../provider/redaction/sanitize";
import { fingerprintOf } from "./fingerprint";

/** Whatever comes in is safe to show from here on: writers only escape for their format. */
export const text = z.string().overwrite((foreign) => sanitize(foreign, Number.POSITIVE_INFINITY));

export const identity = z
  .object({
    hash: text.optional().meta({ description: "Stable id of the key; not secret." }),
    name: text.optional(),
    label: text.optional().meta({ description: "Masked form of the key; not secret." }),
    description: text.optional().meta({ description: "What the configuration calls it." }),
  })
  .meta({ description: "As far as it is known; a requirement that means no key stands as its name." });

export const guardrail = z.object({ id: text, name: text.optional() });

const waiver = z.object({
  owner: text,
  expires: text.meta({ description: "The last day it holds." }),
  reason: text,
});

const keyVerdict = z.object({
  rule: text,
  state: z.enum(keyStates),
  reason: text.meta({ description: "Why it is in that state." }),
  reasonKind: z.enum(causeKinds).meta({ description: "The same for programs." }),
  remedy: text.optional().meta({ description: "What to do about it, where the key does not pass." }),
  remedyKind: z
    .enum([...remedyKinds, "change-settings"])
    .optional()
    .meta({ description: "The same for programs." }),
  requirement: z
    .object({
      place: text.meta({ description: "Where it stands in the configuration." }),
      hint: text.optional().meta({ description: "What may be meant by it, as people are told." }),
    })
    .optional()
    .meta({ description: "The requirement, where it means no key." }),
  waiver: waiver.optional(),
  voidWaivers: z
    .array(z.object({ place: text, why: text }))
    .optional()
    .meta({ description: "Waivers for the key that let nothing pass." }),
  fingerprint: text.meta({ description: "The same in every run for the same rule and key." }),
});

/** A key, or a requirement that means none, as a report has it. */
export const checkedKey = z.object({
  state: z.enum(keyStates).meta({ description: "The worst that any rule finds it in." }),
  key: identity,
  isRequirement: z
    .literal(true)
    .optional()
    .meta({ description: "It is no key, but a requirement that means none." }),
  guardrails: z.array(guardrail).meta({ description: "Those it was judged by." }),
  workspace: text.optional(),
  createdAt: text.optional().meta({ description: "When the key was made." }),
  createdBy: text.optional().meta({ description: "Id of the user who made the key." }),
  limitUsd: z
    .number()
    .nullable()
    .optional()
    .meta({ description: "The key's own spending limit; null: it has none." }),
  limitReset: text.optional().meta({ description: "How often that limit resets." }),
  usageMonthUsd: z.number().optional().meta({ description: "What it spent in the current month (UTC)." }),
  assignedBy: text.optional().meta({ description: "Id of the user who assigned the guardrail." }),
  assignedAt: text.optional(),
  verdicts: z.array(keyVerdict).min(1).meta({ description: "What each rule says of it." }),
  fingerprint: text.meta({ description: "The same in every run for the same key." }),
});

export type CheckedKey = z.infer<typeof checkedKey>;
export type KeyVerdict = CheckedKey["verdicts"][number];

/** What to do about a key, where that stands by it: to assign or change a guardrail or a setting is said once, below all keys. */
export function ownRemedy(key: CheckedKey): string | undefined {
  const { remedy, remedyKind } = headOf(key);
  const isSaidBelow =
    remedyKind === undefined || remedyKind === "change-settings" || isByAssignment({ kind: remedyKind });
  return isSaidBelow ? undefined : remedy;
}

/** What to do about these keys, each remedy once. */
export function ownRemedies(keys: readonly CheckedKey[]): readonly string[] {
  return [...new Set(keys.flatMap((key) => ownRemedy(key) ?? []))];
}

/** The verdict that a key's state comes from. */
export function headOf({ verdicts: [first] }: CheckedKey): KeyVerdict {
  if (first === undefined) throw new Error("a key has no verdict");
  return first;
}

/** Keys by their state and why they are in it. */
export function groupsOf(keys: readonly CheckedKey[]): readonly Group<CheckedKey>[] {
  return groupByReason(keys, (key) => {
    const { reason, reasonKind } = headOf(key);
    return { state: key.state, reason, cause: reasonKind };
  });
}

/** The names of the rules that a key does not pass. */
export function failedBy({ verdicts: said }: CheckedKey): readonly string[] {
  return said.filter((verdict) => !passes(verdict)).map(({ rule }) => rule);
}

/** Why rules let a key pass without its guardrail, each with its name where another rule says something else. */
export function describeExceptions(key: CheckedKey): string {
  const excepted = key.verdicts.filter(isException);
  const reasons = [...groupBy(excepted, ({ reason }) => reason)];
  const isSaidOfKey = passes(key) && reasons.length === 1;
  return reasons
    .map(([reason, same]) =>
      isSaidOfKey ? reason : `${reason} (for ${same.map(({ rule }) => rule).join(" and ")})`,
    )
    .join("; ");
}

/** To assign a guardrail helps no key of which two settings ask what no guardrail can pass. */
function remedyOf(
  { contradiction }: KeyEntry,
  finding: Finding,
  nameOf: GuardrailNames,
): Pick<z.input<typeof keyVerdict>, "remedy" | "remedyKind"> {
  const { kind } = finding.remedy;
  if (kind === "none") return {};
  return contradiction !== undefined && isByAssignment(finding.remedy)
    ? { remedy: describeContradiction(contradiction), remedyKind: "change-settings" }
    : { remedy: describeRemedy(finding, { nameOf }), remedyKind: kind };
}

export function checkedKeyOf(entry: KeyEntry): z.input<typeof checkedKey> {
  const { state, key, guardrailIds, account, assignment, listed, details } = entry;
  const nameOf = (id: string): string | undefined => account?.guardrails.get(id)?.name;
  const worst = worstOf(entry);
  const workspace = account?.inventory?.workspaces.find(({ id }) => id === listed?.workspaceId);
  return {
    state,
    key,
    ...(isKey(entry) ? {} : { isRequirement: true }),
    guardrails: guardrailIds.map((id) => ({ id, name: nameOf(id) })),
    workspace: workspace?.name ?? listed?.workspaceId,
    createdAt: details?.createdAt,
    createdBy: details?.creatorId,
    limitUsd: details?.limitUsd,
    limitReset: details?.limitReset,
    usageMonthUsd: details?.usageMonthUsd,
    assignedBy: assignment?.assignedBy ?? undefined,
    assignedAt: assignment?.createdAt,
    // The one that the key's state comes from stands first.
    verdicts: entry.verdicts
      .toSorted((one, other) => Number(other.finding === worst) - Number(one.finding === worst))
      .map(({ rule, finding }) => ({
        rule,
        state: finding.state,
        reason: describeReason(finding, nameOf),
        reasonKind: finding.cause.kind,
        ...remedyOf(entry, finding, nameOf),
        requirement: missedRequirement(finding.cause),
        waiver: waiverOf(finding),
        voidWaivers: finding.voidWaivers?.map(({ place, why }) => ({ place, why })),
        fingerprint: fingerprintOf(rule, finding.key),
      })),
    fingerprint: fingerprintOf("key", key),
  };
}
