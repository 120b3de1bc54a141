import assert from "node:assert/strict";
import { Ledger, sampleAssignment } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { environmentFor, useFiles } from "./run-command";
import { runHere } from "./run-here";

const [one, other] = [
  "11111111-1111-4111-8111-111111111111",
  "22222222-2222-4222-8222-222222222222",
] as const;
const { keyHash, keyName } = sampleAssignment(1);
const approved = { "approved-guardrails-only": { approved: [other] } };
const nextWeek = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);

function requiring(...requiredKeys: readonly object[]) {
  return { "guardrails-settings": { requiredKeys } };
}

function waived(rule: string, ...requiredKeys: readonly object[]) {
  const waivers = [{ hash: keyHash, rule, reason: "moving", owner: "us", expires: nextWeek }];
  return { "guardrails-settings": { requiredKeys, waivers } };
}

describe("check --validate of settings that no guardrail can pass together", () => {
  const running = useServices();
  const write = useFiles();

  async function validated(content: object) {
    const ran = await runHere(["check", "--validate", "--config", write(content)], {});
    assert.equal(ran.err, "");
    return ran;
  }

  const seen: Readonly<Record<string, object>> = {
    "a required guardrail that is not approved": {
      ...requiring({ hash: keyHash, guardrail: one }),
      ...approved,
    },
    "the same of a pattern": { ...requiring({ pattern: "prod-*", guardrail: [one] }), ...approved },
    "one that is not approved for the keys of its name": {
      ...requiring({ name: keyName, guardrail: one }),
      "approved-guardrails-only": { approved: [other], keys: [{ pattern: "prod-*" }] },
    },
    "two requirements of one hash": requiring(
      { hash: keyHash, guardrail: one },
      { hash: keyHash, guardrail: other },
    ),
    "a name and a pattern that matches it": requiring(
      { name: "prod-a", guardrail: one },
      { pattern: "prod-*", guardrail: other },
    ),
    "a pattern within another": requiring(
      { pattern: "prod-x-*", guardrail: one },
      { pattern: "*", guardrail: other },
    ),
    "a waiver that is for another rule": {
      ...waived("no-unguarded-keys", { hash: keyHash, guardrail: one }),
      ...approved,
      "no-unguarded-keys": { exempt: [] },
    },
  };
  for (const [what, content] of Object.entries(seen)) {
    it(`names them and ends with 1, as a run would: ${what}`, async () => {
      const { status, out } = await validated(content);
      assert.equal(status, 1, out);
      assert.match(out, /^The configuration is not sound: it contradicts itself; in force: /mu);
      assert.match(
        out,
        /^No guardrail can pass both \S+ and \S+: they have none in common\. Change one of them, or every key that \S+ means fails whatever guardrail is assigned\.$/mu,
      );
      assert.equal(out.match(/No guardrail can pass/gu)?.length, 1, out);
      // The account in which the most passes.
      for (const guardrailId of [one, other]) {
        const ledger = new Ledger();
        ledger.assign({ ...sampleAssignment(1), guardrailId });
        const run = await runHere(
          ["check", "--config", write(content)],
          environmentFor(await running({ ledger })),
        );
        assert.equal(run.status, 1, run.out);
      }
    });
  }

  const unseen: Readonly<Record<string, object>> = {
    "they have one in common": { ...requiring({ hash: keyHash, guardrail: [one, other] }), ...approved },
    "a hash and a name, which may be of two keys": requiring(
      { hash: keyHash, guardrail: one },
      { name: keyName, guardrail: other },
    ),
    "a hash and every name, as the key may be disabled": requiring(
      { hash: keyHash, guardrail: one },
      { pattern: "*", guardrail: other },
    ),
    "two patterns, which may match different keys": requiring(
      { pattern: "*-a", guardrail: one },
      { pattern: "prod-*", guardrail: other },
    ),
    "a waiver for that key and rule": {
      ...waived("approved-guardrails-only", { hash: keyHash, guardrail: one }),
      ...approved,
    },
    "a waiver that may be for the key of that name": {
      ...waived("approved-guardrails-only", { name: keyName, guardrail: one }),
      ...approved,
    },
    "they are of two accounts": {
      ...requiring({ hash: keyHash, guardrail: one }),
      "approved-guardrails-only": { service: "modelgates", approved: [other] },
    },
    "a requirement without a guardrail": { ...requiring({ hash: keyHash }), ...approved },
  };
  for (const [what, content] of Object.entries(unseen)) {
    it(`calls sound what it takes an account to see: ${what}`, async () => {
      const { status, out } = await validated(content);
      assert.equal(status, 0, out);
      assert.match(out, /^The configuration is valid; /u);
    });
  }
});
