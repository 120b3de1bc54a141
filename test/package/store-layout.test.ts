import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gateway, rotated } from "../end-to-end/account";
import { plantedKeys, Stage } from "../end-to-end/stage";
import { assertPasses, assertStops } from "../end-to-end/verdicts";
import { type EngineRun, findEngine } from "../engines";
import { engineEnvironment } from "../engines/environment";
import { usePackedProject } from "./packed-project";

const run = promisify(execFile);

const program = `
const { getKeyAssignmentsOutput, KeyAssignments } = require("pulumi-guardrails");
exports.counted = getKeyAssignmentsOutput().totalCount;
exports.listed = new KeyAssignments("listed").totalCount;
`;

describe("the package as pnpm installs it: a link, whose dependencies are its siblings in a store,", function () {
  // The engines have limits of their own.
  this.timeout(600_000);
  const packed = usePackedProject("store");
  let stage: Stage;
  let links = "";

  before(async () => {
    stage = await Stage.open(await findEngine());
    const { folder } = packed();
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "stored", runtime: "nodejs" }));
    await writeFile(join(folder, "index.js"), program);
    links = await mkdtemp(join(tmpdir(), "guardrails-links-"));
  });
  after(async () => {
    await stage?.close();
    if (links !== "") await rm(links, { recursive: true });
  });

  async function preview(
    policyPack: string,
    ...required: readonly { readonly keyHash: string }[]
  ): Promise<EngineRun> {
    const project = await stage.engine.project({ programDirectory: packed().folder });
    stage.atEnd(() => project.dispose());
    const requiredKeys = required.map(({ keyHash }) => ({ hash: keyHash }));
    return project.preview(stage.judging({ policyPack, requiredKeys }));
  }

  it("has nothing in the program's reach but itself and the Pulumi SDK", () => {
    const required = createRequire(join(packed().folder, "index.js"));
    for (const name of ["pulumi-guardrails", "@pulumi/pulumi"])
      assert.doesNotThrow(() => required.resolve(name));
    for (const name of ["zod", "node-fetch", "@pulumi/policy"])
      assert.throws(() => required.resolve(name), { code: "MODULE_NOT_FOUND" });
  });

  it("runs a program, and a pack that judges it", async () => {
    const pack = join(packed().folder, "node_modules/pulumi-guardrails/policies");
    assertPasses(await preview(pack, gateway));
    assertStops(await preview(pack, gateway, rotated), "no direct assignment of a guardrail");
  });

  it("runs a pack whose folder is reached through a link, also one that lies elsewhere", async () => {
    const folder = join(packed().folder, "node_modules/pulumi-guardrails/policies");
    await mkdir(join(links, "packs"));
    for (const link of [join(packed().folder, "pack"), join(links, "packs/guardrails")]) {
      await symlink(folder, link);
      const run = await preview(link, gateway, rotated);
      assertStops(run, "1 of 2 required keys fails", "no direct assignment of a guardrail");
    }
  });

  it("runs the command", async () => {
    const config = join(links, "guardrails.json");
    await writeFile(
      config,
      JSON.stringify({ "required-keys-guarded": { requiredKeys: [{ name: gateway.keyName }] } }),
    );
    const { folder } = packed();
    const { stdout } = await run(
      join(folder, "node_modules/.bin/pulumi-guardrails"),
      ["check", "--config", config],
      {
        cwd: folder,
        env: engineEnvironment({
          GUARDRAILS_BASE_URL: stage.service.baseUrl,
          GUARDRAILS_MANAGEMENT_KEY: plantedKeys.environment,
        }),
      },
    );
    assert.match(stdout, /^guarded: the only required key passes$/mu);
  });
});
