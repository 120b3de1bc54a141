import assert from "node:assert/strict";
import { sampleAssignment } from "../../local-service/index";
import { useFiles } from "./run-command";
import { runHere } from "./run-here";

const { keyHash } = sampleAssignment(1);

describe("check --validate of requirements that hardly mean what they say", () => {
  const write = useFiles();
  const validated = (content: object) => runHere(["check", "--validate", "--config", write(content)], {});

  for (const [what, requirement, says] of [
    ["a hash as a name", { name: keyHash }, 'looks like a hash: require that as "hash".'],
    ["a hash as a pattern", { pattern: keyHash.toUpperCase() }, 'looks like a hash: require that as "hash".'],
    ["a pattern as a name", { name: "prod-*" }, 'looks like a pattern: require that as "pattern".'],
    ["a regular expression", { pattern: "^prod-.*$" }, "looks like a regular expression: in a pattern only "],
  ] as const) {
    it(`names each once, and ends with 0, because a key may be called so: ${what}`, async () => {
      const { status, out, err } = await validated({
        "guardrails-settings": { requiredKeys: [{ name: "prod-gateway" }, requirement] },
        "guardrails-enforce-something": { require: [] },
      });
      assert.deepEqual([status, err], [0, ""]);
      const [head = "", line = "", ...others] = out.trimEnd().split("\n");
      assert.match(
        head,
        /^The configuration is valid, but 1 requirement may mean something else; in force: /u,
      );
      assert(line.startsWith(`guardrails-settings.requiredKeys[1] ${says}`), line);
      assert.deepEqual(others, []);
    });
  }

  it("takes no longer over a long name than over a short one", async () => {
    const { status } = await validated({
      "guardrails-settings": { requiredKeys: [{ name: "[a-a".repeat(50_000) }] },
    });
    assert.equal(status, 0);
  });

  it("says nothing of names that only have such characters", async () => {
    const requiredKeys = [{ name: "v1.2 (prod) $5 [a+b]" }, { pattern: "prod-*" }, { hash: keyHash }];
    const { status, out } = await validated({ "guardrails-settings": { requiredKeys } });
    assert.equal(status, 0);
    assert.match(out, /^The configuration is valid; in force: [^\n]*\n$/u);
  });
});
