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
