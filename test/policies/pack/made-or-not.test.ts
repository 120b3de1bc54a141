import assert from "node:assert/strict";
import { Ledger, sampleAssignment } from "../../../local-service/index";
import { settingsName } from "../../../policies/configuration/shared-settings";
import { useServices } from "../../http/reading-of";
import { absentGuardrail, guardrail, otherGuardrail } from "../builders";
import { environmentOf, runPolicies } from "../policy-run";
import { assignmentResource, keyResource, type StackResource, unknownValue } from "../stack-resource";

/*
 * What tells at preview whether an assignment will be made: the table of what the engine shows of each kind of resource,
 * beside what the list has. `guarded-by-deployment` may be said only of what this deployment will make or change.
 */

const key = sampleAssignment(1);
const type = "acme:index:Assignment";
const props = { keyHash: key.keyHash, guardrailId: guardrail };

/** What a stack policy is shown beside the inputs, by kind of resource and what becomes of it. */
const shown: readonly (readonly [
  kind: string,
  became: string,
  output: unknown,
  told: "to-be-made" | "exists" | "untold",
])[] = [
  ["a dynamic resource whose outputs are its inputs", "new", undefined, "untold"],
  ["a dynamic resource whose outputs are its inputs", "unchanged", undefined, "untold"],
  ["a dynamic resource with one more output", "new", undefined, "to-be-made"],
  ["a dynamic resource with one more output", "unchanged", "2026", "exists"],
  ["a dynamic resource with one more output", "updated in place", undefined, "to-be-made"],
  ["a plugin that cannot preview", "new", undefined, "to-be-made"],
  ["a plugin that cannot preview", "unchanged", "2026", "exists"],
  ["a plugin that can preview", "new", unknownValue, "to-be-made"],
  ["a plugin that can preview", "unchanged", "2026", "exists"],
  ["a plugin that can preview", "updated in place", "2026", "exists"],
];

describe("at preview, an assignment of", () => {
  const running = useServices();

  interface Seen {
    readonly resources: readonly StackResource[];
    readonly createdProperty?: string | undefined;
    /** The guardrail that the list has for the key. */
    readonly listed?: string;
    readonly required?: object;
    readonly ledger?: Ledger;
  }

  async function stateBy({ resources, createdProperty, listed, required = {}, ledger }: Seen) {
    const account = ledger ?? new Ledger();
    if (ledger === undefined) account.addKey({ ...key });
    if (listed !== undefined) account.assign({ ...key, guardrailId: listed });
    const assignmentType = createdProperty === undefined ? { type } : { type, createdProperty };
    const { violations, notices } = await runPolicies({
      environment: environmentOf(await running({ ledger: account })),
      configuration: {
        [settingsName]: { assignmentTypes: [assignmentType] },
        "required-keys-guarded": { requiredKeys: [{ hash: key.keyHash, ...required }] },
        "declared-keys-guarded": "disabled",
      },
      resources: () => resources,
    });
    const said = [...violations.map(({ text }) => text), ...notices].join("\n");
    const [, failing] = /^([A-Z-]+) {2}1 key\b/mu.exec(said) ?? [];
    const [, passing] = /^guardrails: the only required key passes(, 1 by this deployment)? \(/mu.exec(
      said,
    ) ?? [undefined, ""];
    const passes = passing === undefined ? "guarded" : "guarded-by-deployment";
    const state = failing?.toLowerCase() ?? passes;
    return { state, said };
  }

  const resource = (output: unknown, more: object = {}): StackResource => {
    const inputs = { ...props, ...more };
    return {
      type,
      name: "own",
      props: inputs,
      outputs: output === undefined ? inputs : { ...inputs, createdAt: output },
    };
  };

  for (const [kind, became, output, told] of shown) {
    const createdProperty = told === "untold" ? undefined : "createdAt";
    const expected = { "to-be-made": "guarded-by-deployment", exists: "unguarded", untold: "unverified" }[
      told
    ];
    it(`${kind}, ${became}, that the list does not have is ${expected}`, async () => {
      const { state } = await stateBy({ resources: [resource(output)], createdProperty });
      assert.equal(state, expected);
    });

    it(`${kind}, ${became}, that the list has is guarded`, async () => {
      const seen = { resources: [resource(output)], createdProperty, listed: guardrail };
      assert.equal((await stateBy(seen)).state, "guarded");
    });
  }

  it("a kind that tells nothing names the cure", async () => {
    const { said } = await stateBy({ resources: [resource(undefined)] });
    assert.match(said, /does not tell whether it is yet to be made/u);
    assert.match(said, /In "assignmentTypes", name for acme:index:Assignment the "createdProperty"/u);
  });

  it("a kind whose createdProperty is an input tells nothing by it", async () => {
    const more = { createdAt: "2026" };
    const seen = { resources: [resource(undefined, more)], createdProperty: "createdAt" };
    assert.equal((await stateBy(seen)).state, "unverified");
  });

  it("a kind whose createdProperty is misspelt exists as soon as another output is known", async () => {
    const seen = { resources: [resource("2026")], createdProperty: "created" };
    assert.equal((await stateBy(seen)).state, "unguarded");
  });

  it("the official provider's, whose id is the output that tells", async () => {
    const official = { ...assignmentResource("own", [], props) };
    const settings = { resources: [official] };
    const { violations } = await runPolicies({
      environment: environmentOf(await running({ ledger: new Ledger() })),
      configuration: { "required-keys-guarded": { requiredKeys: [{ hash: key.keyHash }] } },
      resources: () => settings.resources,
    });
    assert.deepEqual(violations, []);
  });

  for (const [title, required, declared, listed, expected] of [
    ["the required one, the list has another", guardrail, guardrail, otherGuardrail, "unverified"],
    ["another one, the list has the required one", guardrail, otherGuardrail, guardrail, "wrong-guardrail"],
    ["another one, and so has the list", guardrail, otherGuardrail, otherGuardrail, "wrong-guardrail"],
    ["one not known, the list has the required one", guardrail, unknownValue, guardrail, "unverified"],
    ["one not known, and any will do", undefined, unknownValue, guardrail, "guarded"],
    ["another than the list, and any will do", undefined, otherGuardrail, guardrail, "guarded"],
    [
      "one of two required ones, the list has the other",
      [guardrail, otherGuardrail],
      otherGuardrail,
      guardrail,
      "guarded",
    ],
    [
      "one that nobody requires, and the list has none",
      guardrail,
      absentGuardrail,
      undefined,
      "wrong-guardrail",
    ],
  ] as const) {
    it(`what exists and declares ${title}, is ${expected}`, async () => {
      const { state } = await stateBy({
        resources: [resource("2026", { guardrailId: declared })],
        createdProperty: "createdAt",
        ...(listed === undefined ? {} : { listed }),
        required: required === undefined ? {} : { guardrail: required },
      });
      assert.equal(state, expected);
    });
  }
});

describe("a key that a deployment switches on", () => {
  const running = useServices();
  const past = "2026-01-01T00:00:00Z";
  const future = "2126-01-01T00:00:00Z";

  async function stateOf(account: { disabled?: boolean; expiresAt?: string }, declared: object) {
    const ledger = new Ledger();
    const { keyHash } = ledger.addKey({ keyName: "prod-a" });
    ledger.addKey({ keyName: "other" });
    ledger.changeKey(keyHash, account);
    const { violations } = await runPolicies({
      environment: environmentOf(await running({ ledger })),
      configuration: {
        [settingsName]: {},
        "required-keys-guarded": { requiredKeys: [{ pattern: "prod-*" }] },
        "no-unguarded-keys": { exempt: [{ name: "other" }] },
        "declared-keys-guarded": "disabled",
      },
      resources: () => [keyResource("key", { name: "prod-a", hash: keyHash, ...declared })],
    });
    return violations.map(({ text }) => text);
  }

  for (const [title, account, declared] of [
    ["by disabled: false", { disabled: true }, { disabled: false }],
    ["by a later expiry", { expiresAt: past }, { expiresAt: future }],
    ["by a value not known yet", { disabled: true }, { disabled: unknownValue }],
    ["by an expiry not known yet", { expiresAt: past }, { expiresAt: unknownValue }],
  ] as const) {
    it(`${title} is judged as it will be, by the rules of requirements and of every key`, async () => {
      const said = await stateOf(account, declared);
      assert.equal(said.length, 2);
      for (const text of said) {
        assert.match(
          text,
          /^UNGUARDED {2}.*\n {2}prod-a {2}|^1 of 2 keys in use fails: see required-keys-guarded\.$/mu,
        );
      }
    });
  }

  for (const [title, declared] of [
    ["disabled", { disabled: true }],
    ["expired", { expiresAt: past }],
  ] as const) {
    it(`counts until that is done where the deployment only declares it ${title}`, async () => {
      assert.equal((await stateOf({}, declared)).length, 2);
    });
  }

  for (const [title, account, declared] of [
    ["that it leaves as they are", { disabled: true }, {}],
    ["that it declares disabled itself", { disabled: true }, { disabled: true }],
    ["whose expiry stays", { expiresAt: past }, { disabled: false }],
    ["whose declared expiry is past too", { expiresAt: past }, { expiresAt: "2026-01-02T00:00:00Z" }],
    [
      "that stay disabled although their expiry moves",
      { disabled: true, expiresAt: past },
      { expiresAt: future },
    ],
  ] as const) {
    it(`is none of those ${title}`, async () => {
      const said = await stateOf(account, declared);
      assert.match(
        said.join("\n"),
        /MISSING {2}1 requirement: no enabled key of the account matches\n.* required-keys-guarded\.requiredKeys\[0\]/u,
      );
      // The only other key is exempt.
      const others = said.filter((text) => !text.includes("no key was judged"));
      assert.equal(others.length, 1);
    });
  }
});
