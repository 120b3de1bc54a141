import type { CheckResult } from "../../../cli/reports/check-result";
import { sampleAssignment, sampleGuardrailId } from "../../../local-service/index";
import type { AccountFacts } from "../../../policies/account/account-facts";
import { noAssignment } from "../../../policies/report/remedy";
import type { Finding, KeyIdentity, KeyState, Report, Source } from "../../../policies/report/report";
import { quoted } from "../../../provider/redaction/sanitize";
import { services } from "../../../provider/settings/services";

export const source: Source = {
  service: "openrouter",
  baseUrl: services.openrouter.baseUrl,
  readAt: "2026-03-01T10:00:01.250Z",
};

/** The account that was asked, of which nothing is known but what the rules say. */
export const account: AccountFacts = {
  service: source.service,
  baseUrl: source.baseUrl,
  credentialVariable: "OPENROUTER_MANAGEMENT_KEY",
  assignments: undefined,
  inventory: undefined,
  guardrails: new Map(),
};

/** A result at a moment that never changes. */
export function resultOf(reports: readonly Report[], changes: Partial<CheckResult> = {}): CheckResult {
  return {
    reports,
    notes: [],
    accounts: [account],
    checkedAt: "2026-03-01T10:00:00.000Z",
    version: "1.2.3",
    configuration: "policies/guardrails.json",
    ...changes,
  };
}

export function judged(
  rule: string,
  findings: readonly Finding[],
  changes: Partial<Extract<Report, { readonly kind: "judged" }>> = {},
): Report {
  return { rule, kind: "judged", subject: "keys", source, findings, problems: [], notes: [], ...changes };
}

/** The key of sample row `n`. */
export function keyOf(n: number, changes: Partial<KeyIdentity> = {}): KeyIdentity {
  const { keyHash, keyName, keyLabel } = sampleAssignment(n);
  return { hash: keyHash, name: keyName, label: keyLabel, ...changes };
}

/** As the rules word it. */
export function findingOf(
  state: KeyState,
  key: KeyIdentity,
  guardrailIds: readonly string[] = [sampleGuardrailId(0)],
): Finding {
  const remedy = "Assign a guardrail to it, then run this again.";
  const found = { state, key };
  switch (state) {
    case "guarded":
      return { ...found, guardrailIds, reason: "has a guardrail", remedy: "" };
    case "guarded-by-deployment":
      return { ...found, guardrailIds, reason: "gets a guardrail by this deployment", remedy: "" };
    case "unguarded":
      return { ...found, guardrailIds: [], reason: noAssignment, remedy, fixedBy: "assignment" };
    case "wrong-guardrail":
      return {
        ...found,
        guardrailIds,
        reason: `is assigned to guardrail ${guardrailIds.join(", ")}, which is not the one required`,
        remedy,
        fixedBy: "assignment",
      };
    case "waived":
      return {
        ...found,
        guardrailIds: [],
        reason: `is waived until 2026-12-31 by ${quoted("platform")} because ${quoted("moves to the gateway in May")}; it has no direct assignment of a guardrail`,
        remedy: "",
        waiver: { owner: "platform", expires: "2026-12-31", reason: "moves to the gateway in May" },
      };
    case "missing":
      return {
        ...found,
        guardrailIds: [],
        reason:
          "is required by name in guardrails-settings.requiredKeys[0], and no enabled key of the account matches",
        remedy: "Correct guardrails-settings.requiredKeys[0], enable the key, or take the requirement out.",
      };
    case "unverified":
      return {
        ...found,
        guardrailIds: [],
        reason: "could not be verified by name: the inventory of all keys could not be read",
        remedy: "Fix what is named above, or require the key by its hash.",
      };
  }
}

const noInventory =
  "could not verify: the service answered 403 (GET https://openrouter.ai/api/v1/keys, 3 attempts). Use a management key of this account.";

/** Every state, a rule that could not be judged, one that does not apply, and notes. */
export const mixed = resultOf(
  [
    judged(
      "required-keys-guarded",
      [
        ...[1, 2, 3, 4, 5, 6, 7].map((n) => findingOf("guarded", keyOf(n), [sampleGuardrailId(n % 2)])),
        findingOf("unguarded", keyOf(8, { description: "the gateway's own key" })),
        findingOf("wrong-guardrail", keyOf(9), [sampleGuardrailId(2)]),
        findingOf("waived", keyOf(10)),
        findingOf("unverified", { name: "batch-*" }),
        findingOf("missing", { name: "prod-nightly" }),
        findingOf("guarded-by-deployment", { name: "new-key", description: "new-key" }),
      ],
      { subject: "required keys", problems: [noInventory] },
    ),
    judged("no-unguarded-keys", [], {
      problems: [noInventory],
      notes: ["exempt[0] is not needed: it matches no enabled key."],
    }),
    judged("approved-guardrails-only", [findingOf("guarded", keyOf(1), [sampleGuardrailId(1)])], {
      subject: "assigned keys",
    }),
    {
      rule: "guardrails-enforce-something",
      kind: "not-applicable",
      why: 'not configured: add "require": []',
    },
  ],
  { notes: ["waivers[1] has no effect: it expired on 2026-02-01."] },
);

/** An earlier run: one key that is fixed since, one that is not, one that nobody requires any more. */
export const earlier = resultOf(
  [
    judged("required-keys-guarded", [
      findingOf("unguarded", keyOf(3)),
      findingOf("guarded", keyOf(8)),
      findingOf("unguarded", keyOf(9)),
      findingOf("unguarded", keyOf(40)),
    ]),
  ],
  { checkedAt: "2026-02-01T10:00:00.000Z", version: "1.2.2" },
);

export const guarded = resultOf([
  judged(
    "required-keys-guarded",
    [1, 2, 3].map((n) => findingOf("guarded", keyOf(n))),
    {
      subject: "required keys",
    },
  ),
]);

/** Nothing could be read at all. */
export const unread = resultOf([
  judged(
    "required-keys-guarded",
    [findingOf("unverified", keyOf(1, { name: undefined, label: undefined }))],
    {
      subject: "required keys",
      problems: [
        "could not verify: the connection was refused (GET https://openrouter.ai/api/v1/guardrails/assignments/keys, 4 attempts). Check the address and the network.",
      ],
      source: undefined,
    },
  ),
]);

/** The service refused the key: three rules say so. */
export const refused = resultOf(
  ["required-keys-guarded", "no-unguarded-keys", "guardrails-enforce-something"].map((rule) =>
    judged(rule, rule === "no-unguarded-keys" ? [] : [findingOf("unverified", { name: "*" })], {
      subject: "required keys",
      problems: [
        "could not verify: the service answered 401: it does not know this management key (GET https://openrouter.ai/api/v1/guardrails/assignments/keys). Use a management key of this account.",
      ],
      source: undefined,
    }),
  ),
);

/** So many keys of which only the last fails, called by their number. */
export function many(count: number): CheckResult {
  const findings = Array.from({ length: count }, (_, n) =>
    findingOf(n === count - 1 ? "unguarded" : "guarded", keyOf(n, { name: `key ${n}` })),
  );
  return resultOf([judged("no-unguarded-keys", findings)]);
}
