import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { version } from "../../provider/version";
import { rawKey } from "../foreign-text";
import { Plugin } from "../plugin/driver";
import { root } from "../repository";

const run = promisify(execFile);
const unix = ["linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64"];
const executable = "pulumi-resource-guardrails";

describe("the archives that npm run plugin writes", function () {
  this.timeout(120_000);
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "guardrails-archives-"));
    await run("npm", ["run", "--silent", "plugin", "--", "--out", join(folder, "plugin")], { cwd: root });
    for (const name of await readdir(join(folder, "plugin"))) {
      const unpacked = join(folder, name.replace(".tar.gz", ""));
      await run("mkdir", [unpacked]);
      await run("tar", ["-xzf", join(folder, "plugin", name), "-C", unpacked]);
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const unpacked = (platform: string): string => join(folder, `${executable}-v${version}-${platform}`);

  it("are one for each platform, under the names that the engine looks for", async () => {
    const names = [...unix, "windows-amd64"].map(
      (platform) => `${executable}-v${version}-${platform}.tar.gz`,
    );
    assert.deepEqual((await readdir(join(folder, "plugin"))).toSorted(), names.toSorted());
  });

  it("hold an executable that starts by itself, the license and those of others", async () => {
    for (const platform of unix) {
      const held = (await readdir(unpacked(platform))).toSorted();
      assert.deepEqual(held, ["LICENSE", executable, "third-party-licenses.txt"]);
      const file = join(unpacked(platform), executable);
      assert.equal((await stat(file)).mode & 0o111, 0o111);
      assert.match(await readFile(file, "utf8"), /^#!\/usr\/bin\/env node\n/u);
    }
  });

  it("hold for Windows what the engine's host for Node.js starts, of the same version", async () => {
    const held = (await readdir(unpacked("windows-amd64"))).toSorted();
    const rest = ["LICENSE", "PulumiPlugin.yaml", "package.json", "plugin.js", "third-party-licenses.txt"];
    assert.deepEqual(held, rest);
    const manifest = JSON.parse(await readFile(join(unpacked("windows-amd64"), "package.json"), "utf8"));
    assert.deepEqual([manifest.version, manifest.main], [version, "plugin.js"]);
    assert.deepEqual(Object.keys(manifest.dependencies), ["@pulumi/pulumi"]);
    const yaml = await readFile(join(unpacked("windows-amd64"), "PulumiPlugin.yaml"), "utf8");
    assert.equal(yaml, "runtime: nodejs\n");
  });

  it("answer with the schema, from a folder with nothing around it", async () => {
    const plugin = await Plugin.start({}, join(unpacked("linux-amd64"), executable));
    try {
      assert.deepEqual(
        await plugin.schema(),
        JSON.parse(await readFile(join(root, "provider/schema.json"), "utf8")),
      );
    } finally {
      await plugin.close();
    }
  });

  it("hold no key, no path of the machine they were made on and nothing of its environment", async () => {
    for (const platform of [...unix, "windows-amd64"]) {
      for (const name of await readdir(unpacked(platform))) {
        const text = await readFile(join(unpacked(platform), name), "utf8");
        for (const unwanted of [root, `${tmpdir()}/`, rawKey, "sk-or-mgmt-local"]) {
          assert(!text.includes(unwanted), `${platform}: ${name} holds ${unwanted}`);
        }
      }
    }
  });
});
