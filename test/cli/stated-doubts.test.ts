import assert from "node:assert/strict";
import { sampleAssignment } from "../../local-service/index";
import { useFiles } from "./run-command";
import { runHere } from "./run-here";

const { guardrailId, keyHash, keyName } = sampleAssignment(1);
const modelgates = { service: "modelgates" };

describe("check --validate of what no account can show", () => {
  const write = useFiles();

  async function validated(content: object, ...options: readonly string[]) {
    const ran = await runHere(["check", "--validate", "--config", write(content), ...options], {});
    assert.equal(ran.err, "");
    return ran;
  }

  const byHash = { requiredKeys: [{ hash: keyHash }] };
  const byName = { requiredKeys: [{ name: keyName }] };
  const all = { "no-unguarded-keys": { exempt: [] } };
  const seen: Readonly<Record<string, readonly [content: object, rules: string, ...options: string[]]>> = {
    "a name": [{ "guardrails-settings": { ...modelgates, ...byName } }, "required-keys-guarded"],
    "a pattern": [
      { "guardrails-settings": { ...modelgates, requiredKeys: [{ pattern: "prod-*" }] } },
      "required-keys-guarded",
    ],
    "all keys, and a name": [
      { "guardrails-settings": { ...modelgates, ...byName }, ...all },
      "required-keys-guarded, no-unguarded-keys",
    ],
    "one rule of two accounts": [
      { "guardrails-settings": byName, "no-unguarded-keys": { ...modelgates, exempt: [] } },
      "no-unguarded-keys",
    ],
    "the service of the command line": [
      { "guardrails-settings": byName },
      "required-keys-guarded",
      "--service",
      "modelgates",
    ],
  };
  for (const [what, [content, rules, ...options]] of Object.entries(seen)) {
    it(`says it once for all rules and ends with 3, as a run would: ${what}`, async () => {
      const { status, out } = await validated(content, ...options);
      assert.equal(status, 3, out);
      const [head, ...lines] = out.trimEnd().split("\n");
      assert.match(head ?? "", /^The configuration is valid, but not every rule can be judged; in force: /u);
      assert.deepEqual(lines, [
        `Could not verify in any account: ${rules}. ModelGates lists no keys without an assignment. Only keys given by their hash, or by a name with "assignedNameSuffices": true, can be judged there, and by approved-guardrails-only without "keys" all that have a guardrail.`,
      ]);
    });
  }

  const stack = { evidence: "stack" };
  const require = { require: [] };
  const inventory =
    'the inventory of all keys is not in one. Use "evidence": "live", or require keys by their hash.';
  const content = 'the content of guardrails is not in one. Use "evidence": "live", or disable the rule.';
  const unread: Readonly<Record<string, readonly [content: object, rules: string, why: string]>> = {
    "a name": [{ "guardrails-settings": { ...stack, ...byName } }, "required-keys-guarded", inventory],
    "a pattern beside a hash": [
      { "guardrails-settings": { ...stack, requiredKeys: [{ hash: keyHash }, { pattern: "prod-*" }] } },
      "required-keys-guarded",
      inventory,
    ],
    "all keys, and a name": [
      { "guardrails-settings": { ...stack, ...byName }, ...all },
      "required-keys-guarded, no-unguarded-keys",
      inventory,
    ],
    "the evidence of one rule": [
      { "guardrails-settings": byName, "no-unguarded-keys": { ...stack, exempt: [] } },
      "no-unguarded-keys",
      inventory,
    ],
    "what guardrails enforce": [
      { "guardrails-settings": { ...stack, ...byHash }, "guardrails-enforce-something": require },
      "guardrails-enforce-something",
      content,
    ],
  };
  for (const [what, [file, rules, why]] of Object.entries(unread)) {
    it(`says that no deployment can show it by stack evidence, and ends with 3: ${what}`, async () => {
      const { status, out } = await validated(file);
      assert.equal(status, 3, out);
      const [head, ...lines] = out.trimEnd().split("\n");
      assert.match(head ?? "", /^The configuration is valid, but not every rule can be judged; in force: /u);
      assert.deepEqual(lines, [
        `Could not verify in any deployment: ${rules}. By "evidence": "stack" the pack judges by a KeyAssignments resource, and ${why}`,
      ]);
    });
  }

  it("leads nobody to live evidence where the service shows it live no more than in a stack", async () => {
    const { status, out } = await validated({
      "guardrails-settings": { ...modelgates, ...stack, ...byName },
    });
    assert.equal(status, 3);
    assert.match(out, /^Could not verify in any account: required-keys-guarded\. ModelGates lists /mu);
    assert.doesNotMatch(out, /in any deployment/u);
  });

  it("takes the service of the environment where the file states none, and no key for that", async () => {
    const inEnvironment = async (content: object) =>
      runHere(["check", "--validate", "--config", write(content)], { GUARDRAILS_SERVICE: "modelgates" });
    const seenThere = await inEnvironment({ "guardrails-settings": byName });
    assert.equal(seenThere.status, 3, seenThere.out);
    assert.match(
      seenThere.out,
      /^Could not verify in any account: required-keys-guarded\. ModelGates lists no /mu,
    );
    const stated = await inEnvironment({ "guardrails-settings": { service: "openrouter", ...byName } });
    assert.equal(stated.status, 0);
    const approved = {
      "required-keys-guarded": "disabled",
      "approved-guardrails-only": { approved: [guardrailId] },
    };
    assert.equal((await inEnvironment(approved)).status, 0);
  });

  it("says that a service does not show what guardrails enforce, whatever the evidence", async () => {
    for (const evidence of [{}, stack]) {
      const requiredKeys = [{ hash: "0".repeat(64) }];
      const { status, out } = await validated({
        "guardrails-settings": { ...modelgates, ...evidence, requiredKeys },
        "guardrails-enforce-something": { require: [] },
      });
      assert.equal(status, 3, out);
      const line =
        "Could not verify in any account: guardrails-enforce-something\\. ModelGates does not show ";
      assert.match(out, new RegExp(`^${line}`, "mu"));
      assert.doesNotMatch(out, /in any deployment|account: required-keys-guarded/u);
    }
  });

  it("says which exemption leaves no key to judge in any account", async () => {
    for (const pattern of ["*", "**"]) {
      const exempt = [{ name: "load-test" }, { pattern }];
      const { status, out } = await validated({
        "no-unguarded-keys": { exempt },
        "required-keys-guarded": byName,
      });
      assert.equal(status, 3, out);
      assert.match(out, /^The configuration is valid, but not every rule can be judged; in force: /u);
      assert.match(
        out,
        /^Could not verify in any account: no-unguarded-keys\. exempt\[1\] is a pattern that every name matches, so no key is left to judge\. /mu,
      );
    }
    const exempt = [{ pattern: "*-test" }];
    assert.equal(
      (await validated({ "no-unguarded-keys": { exempt }, "required-keys-guarded": byName })).status,
      0,
    );
  });

  const unseen: Readonly<Record<string, object>> = {
    "a hash": { "guardrails-settings": { ...modelgates, ...byHash } },
    "hashes by stack evidence": { "guardrails-settings": { ...stack, ...byHash } },
    "assigned names by stack evidence": {
      "guardrails-settings": { ...stack, requiredKeys: [{ name: keyName, assignedNameSuffices: true }] },
    },
    "a name whose assigned keys suffice": {
      "guardrails-settings": { ...modelgates, requiredKeys: [{ name: keyName, assignedNameSuffices: true }] },
    },
    "a name at OpenRouter": { "guardrails-settings": byName },
    "an address of nobody's own, which may list them": {
      "guardrails-settings": { ...modelgates, baseUrl: "https://gateway.example/api/v1", ...byName },
    },
  };
  for (const [what, content] of Object.entries(unseen)) {
    it(`calls sound what an account can show: ${what}`, async () => {
      const { status, out } = await validated(content);
      assert.equal(status, 0, out);
    });
  }
});
