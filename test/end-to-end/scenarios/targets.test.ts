import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { otherGuardrail, rotated } from "../account";
import { declare, declaredTypes } from "../declared";
import { pulumiScenario } from "../scenario";
import { fixtures, type Stage } from "../stage";
import { assertPasses, assertViolates } from "../verdicts";

const rule = "required-keys-guarded";

pulumiScenario({
  title: "a --target that leaves an assignment out",
  async play(stage) {
    return { added: await previewWithoutNew(stage), ...(await previewWithoutExisting(stage)) };
  },
  shows: {
    "stops the preview, for the assignment will not be made": ({ added }) =>
      assertViolates(added, rule, "UNGUARDED  1 key"),
    "stops it for a key that is left out too, and of which nothing is shown": ({ added }) =>
      assertViolates(added, "declared-keys-guarded", "could not be verified: this run shows nothing of it"),
    "stops it although the assignment was made once, for the service does not list it": ({
      deployed,
      existing,
    }) => {
      assertPasses(deployed);
      assertViolates(existing, rule, "UNGUARDED  1 key");
    },
  },
});

async function previewWithoutNew(stage: Stage) {
  const project = await stage.realProject(resolve(fixtures, "declares"));
  await project.setConfig("fixture:later", "true");
  const repair = { keyHash: rotated.keyHash, guardrailId: otherGuardrail };
  await declare(project, { keys: { fresh: { name: "fresh" } }, assignments: { repair } });
  const policyConfig = {
    "guardrails-settings": declaredTypes,
    [rule]: { requiredKeys: [{ hash: rotated.keyHash }] },
  };
  const later = "urn:pulumi:dev::declares::pulumi-nodejs:dynamic/fixture:Later::later";
  return project.preview({ ...stage.judging({ policyConfig }), extraArgs: ["--target", later] });
}

async function previewWithoutExisting(stage: Stage) {
  const project = await stage.realProject(resolve(fixtures, "official-types"));
  await project.setConfig("fixture:keyName", "prod-batch");
  await project.setConfig("fixture:guardrailId", otherGuardrail);
  const deployed = await project.deploy({ ...stage.unjudged(), skipPreview: true });
  // The fixture's provider gives this hash, and assigns nothing.
  const keyHash = createHash("sha256").update("prod-batch").digest("hex");
  stage.service.ledger.addKey({ keyHash, keyName: "prod-batch" });
  const key = "urn:pulumi:dev::official-types::openrouter:index/apiKey:ApiKey::key";
  const judging = stage.judging({ requiredKeys: [{ name: "prod-batch" }] });
  return { deployed, existing: await project.preview({ ...judging, extraArgs: ["--target", key] }) };
}
