import assert from "node:assert/strict";
import { mkdir, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gateway, rotated } from "../end-to-end/account";
import { Stage } from "../end-to-end/stage";
import { assertPasses, assertStops } from "../end-to-end/verdicts";
import { findEngine } from "../engines";
import { plainStart } from "../engines/quick-start";
import { root } from "../repository";
import { usePackFolders } from "./publishable";

describe("the pack's folder alone", function () {
  // The engines have limits of their own.
  this.timeout(600_000);
  const newFolder = usePackFolders();
  let folder = "";
  let stage: Stage | undefined;

  before(async () => {
    stage = await Stage.open(await findEngine());
    folder = await newFolder();
    await mkdir(join(folder, "node_modules", "@pulumi"), { recursive: true });
    for (const name of ["@pulumi/policy", "@pulumi/pulumi"])
      await symlink(join(root, "node_modules", name), join(folder, "node_modules", name), "junction");
  });

  it("lies where nothing but the two Pulumi packages can be required", () => {
    const required = createRequire(join(folder, "pack.js"));
    for (const name of ["@pulumi/policy", "@pulumi/pulumi"])
      assert.doesNotThrow(() => required.resolve(name));
    for (const name of ["zod", "node-fetch", "p-retry", "https-proxy-agent", "pulumi-guardrails"])
      assert.throws(() => required.resolve(name), { code: "MODULE_NOT_FOUND" });
  });

  after(() => stage?.close());

  async function previewRequiring(requiredKeys: readonly object[]) {
    assert(stage);
    const project = await stage.project("unrelated");
    return project.preview(stage.judging({ policyPack: folder, requiredKeys, env: plainStart }));
  }

  it("lets an account pass whose required keys are guarded, by hash and by name", async () => {
    assertPasses(await previewRequiring([{ hash: gateway.keyHash }, { name: gateway.keyName }]));
  });

  it("stops an account whose required key has no guardrail", async () => {
    const run = await previewRequiring([{ hash: gateway.keyHash }, { hash: rotated.keyHash }]);
    assertStops(run, "UNGUARDED  1 key, no direct assignment", `  ${rotated.keyHash.slice(0, 8)}\n`);
  });
});
