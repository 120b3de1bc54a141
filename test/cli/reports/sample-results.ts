import type { CheckResult } from "../../../cli/reports/check-result";
import { sampleAssignment, sampleGuardrailId } from "../../../local-service/index";
import type { AccountFacts } from "../../../policies/evidence/account-facts";
import type { Finding, KeyIdentity, KeyState, Report, Source } from "../../../policies/findings/report";
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
  absentGuardrails: new Set(),
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
    options: ["--config", "policies/guardrails.json"],
    ...changes,
  };
}

export function judged(
  rule: string,
  findings: readonly Finding[],
  changes: Partial<Extract<Report, { readonly kind: "judged" }>> = {},
): Report {
  const subject = rule === "no-unguarded-keys" ? "keys in use" : "required keys";
  return { rule, kind: "judged", subject, source, findings, problems: [], notes: [], ...changes };
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
  const assign = { kind: "assign" } as const;
  const none = { kind: "none" } as const;
  const place = "guardrails-settings.requiredKeys[0]";
  const found = { state, key };
  switch (state) {
    case "guarded":
      return { ...found, guardrailIds, cause: { kind: "has-guardrail" }, remedy: none };
    case "guarded-by-deployment":
      return { ...found, guardrailIds, cause: { kind: "gets-guardrail" }, remedy: none };
    case "unguarded":
      return { ...found, guardrailIds: [], cause: { kind: "no-assignment" }, remedy: assign };
    case "wrong-guardrail":
      return {
        ...found,
        guardrailIds,
        cause: { kind: "wrong-guardrail", relation: "assigned", demand: "required", guardrailIds },
        remedy: assign,
      };
    case "waived":
      return {
        ...found,
        guardrailIds: [],
        cause: {
          kind: "waived",
          waiver: { owner: "platform", expires: "2026-12-31", reason: "moves to the gateway in May" },
          otherwise: { kind: "no-assignment" },
        },
        remedy: none,
      };
    case "exempt":
      return {
        ...found,
        guardrailIds: [],
        cause: { kind: "exempt", selector: { by: "pattern", pattern: "sandbox-*" }, because: undefined },
        remedy: none,
      };
    case "missing":
      return {
        ...found,
        guardrailIds: [],
        cause: {
          kind: "nothing-matches",
          by: "name",
          place,
          near: [],
          switchedOff: [],
          looksLike: undefined,
        },
        remedy: { kind: "correct-requirement", isExpired: false },
      };
    case "unverified":
      return {
        ...found,
        guardrailIds: [],
        cause: { kind: "inventory-unread", by: "name" },
        remedy: { kind: "read-inventory" },
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
      { subject: "required keys", problems: [{ why: noInventory }] },
    ),
    judged("no-unguarded-keys", [], {
      problems: [{ why: noInventory }],
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
        {
          why: "could not verify: the connection was refused (GET https://openrouter.ai/api/v1/guardrails/assignments/keys, 4 attempts). Check the address and the network.",
        },
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
        {
          why: "could not verify: the service answered 401: it does not know this management key (GET https://openrouter.ai/api/v1/guardrails/assignments/keys). Use a management key of this account.",
        },
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
