import assert from "node:assert/strict";
import { join } from "node:path";
import { root } from "../repository";
import { conformance } from "./conformance";
import type { EngineRun, RunOptions } from "./index";

const programs = join(root, "test/fixtures/end-to-end");
const policyPack = join(root, "policies");
const keys = [{ name: "prod-gateway" }];
const run: RunOptions = {
  policyPack,
  policyConfig: {
    "guardrails-settings": { requiredKeys: keys },
    "no-unguarded-keys": { exempt: [] },
    "guardrails-enforce-something": { require: [] },
  },
  // The one that is set belongs to another service.
  env: { MODELGATES_MANAGEMENT_KEY: "planted-for-another-service-5d1f" },
};
const message =
  "could not verify: no management key for OpenRouter (https://openrouter.ai/api/v1). " +
  'Set GUARDRAILS_SERVICE=modelgates (or --service modelgates, or the setting "service") to read ModelGates ' +
  "with the key of MODELGATES_MANAGEMENT_KEY; else set OPENROUTER_MANAGEMENT_KEY.";

/** A real engine shows a line while it runs and again where it sums up; the double shows it once. */
function assertSaidOnce({ exitCode, stdout, stderr }: EngineRun): void {
  assert.notEqual(exitCode, 0);
  const said = stdout.includes("\nDiagnostics:\n")
    ? stdout.slice(stdout.search(/^(?:Policies|Diagnostics):$/mu))
    : stdout;
  assert.equal(said.split(message).length, 2, said);
  assert.doesNotMatch(`${stdout}\n${stderr}`, /Warning:|planted-for-another|^\s+at /mu);
}

conformance("a run without a management key", [
  {
    title: "says so once for all that a program exports, beside no warning of Node's",
    config: { "fixture:resource": "none" },
    programDirectory: join(programs, "exports"),
    async play(project) {
      assertSaidOnce(await project.preview(run));
    },
  },
  {
    title: "says so once for a program's functions and its resource",
    programDirectory: join(programs, "exports"),
    async play(project) {
      assertSaidOnce(await project.preview(run));
    },
  },
  {
    title: "says so once for all rules of the pack, each of which has its violation",
    programDirectory: join(programs, "unrelated"),
    async play(project) {
      const judged = await project.preview(run);
      assertSaidOnce(judged);
      assert.equal(
        judged.stdout.split("could not verify: see required-keys-guarded.").length,
        3,
        judged.stdout,
      );
    },
  },
]);
