import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProcess } from "../../engines/bounded-process";
import { usePackedProject } from "../../package/packed-project";
import { root } from "../../repository";
import { gateway } from "../account";
import { installLimit, installSdk, isOnPath, must } from "../installing";
import { exampleProject, inEveryLanguage, judged } from "../language-example";
import { pulumiScenario } from "../scenario";
import { assertStops } from "../verdicts";

describe("the example in Go (skipped where its host, the toolchain or Go's module proxy is missing)", () => {
  const packed = usePackedProject("store");
  before(async function () {
    this.timeout(installLimit);
    const isThere = (await isOnPath("pulumi-language-go")) && (await isOnPath("go"));
    if (!isThere || !(await hasGoSdk())) this.skip();
  });

  pulumiScenario({
    title: "the example for Go",
    async play(stage) {
      const folder = await exampleProject(stage, packed(), "go");
      await installSdk(folder);
      // The first build of Pulumi's own SDK takes a minute: not within the limits of a run. Without paths, as the host builds
      // it, or it would be built twice.
      const build = () =>
        must("go", ["build", "-trimpath", "-o", join(folder, "built"), "."], {
          cwd: folder,
          env: process.env,
        });
      await build();
      return judged(stage, folder, "go", async () => {
        await build();
        const manifest = join(folder, "Pulumi.yaml");
        const compiled = "runtime: { name: go, options: { binary: built } }";
        await writeFile(manifest, (await readFile(manifest, "utf8")).replace(/^runtime: go$/mu, compiled));
      });
    },
    shows: {
      ...inEveryLanguage,
      "knows the guardrails of the gateway's keys, and the list": ({ outputs }) =>
        assert.deepEqual(outputs, { guardrails: [gateway.guardrailId], total: 5 }),
      "stops itself while a key of the gateway's name has no guardrail": ({ ownKey }) =>
        assertStops(ownKey, /a key without a guardrail: sk-or-v1-/),
    },
  });
});

/** Whether the SDK that the example for Go names is here or can be had. */
async function hasGoSdk(): Promise<boolean> {
  const manifest = await readFile(join(root, "examples/go/go.mod"), "utf8");
  const [, path = "", version = ""] = /(\S+pulumi\/sdk\/v3) (v\S+)/u.exec(manifest) ?? [];
  const args = ["mod", "download", `${path}@${version}`];
  const options = { cwd: tmpdir(), env: process.env, limit: installLimit };
  return (await runProcess("go", args, options)).exitCode === 0;
}
