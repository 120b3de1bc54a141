import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";
import { LOCAL_MANAGEMENT_KEY } from "../../local-service/index";
import { services } from "../../provider/settings/services";
import { runProcess } from "../engines/bounded-process";
import { root } from "../repository";
import { usePackFolders } from "./publishable";

const names = ["PulumiPolicy.yaml", "README.md", "pack.js", "package.json", "third-party-licenses.txt"];

describe("the pack's folder, as an installed package has it", function () {
  this.timeout(120_000);
  const newFolder = usePackFolders();
  let folder = "";
  let text: (name: string) => Promise<string>;

  before(async () => {
    folder = await newFolder();
    text = (name) => readFile(join(folder, name), "utf8");
  });

  /** The source of every module in the bundle, which esbuild names in front of it. */
  async function bundled(): Promise<string[]> {
    const found = [...(await text("pack.js")).matchAll(/^\s*\/\/ ((?:[\w@.-]+\/)+[\w.-]+\.[cm]?[jt]s)$/gmu)];
    return found.map(([, path = ""]) => path);
  }

  async function bundledPackages(): Promise<string[]> {
    const packages = (await bundled()).flatMap(
      (path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/u.exec(path)?.[1] ?? [],
    );
    return [...new Set(packages)];
  }

  it("holds the code in one file, what describes it, and nothing else", async () => {
    assert.deepEqual((await readdir(folder)).toSorted(), names);
  });

  it("needs nothing but Node and the two packages that the engine resolves itself", async () => {
    const code = await text("pack.js");
    const needed = [...code.matchAll(/\b(?:require|import)\(\s*["']([^"']+)["']\s*\)/gu)].map(
      ([, name = ""]) => name,
    );
    assert(needed.includes("@pulumi/policy") && needed.includes("node:https"));
    assert.deepEqual(
      needed.filter((name) => !isBuiltin(name) && !/^@pulumi\/(?:policy|pulumi)(?:\/|$)/u.test(name)),
      [],
    );
  });

  it("carries our code, and zod, node-fetch, p-retry and https-proxy-agent", async () => {
    assert((await bundled()).includes("policies/pack.ts"));
    const packages = await bundledPackages();
    for (const name of ["zod", "node-fetch", "p-retry", "https-proxy-agent"])
      assert(packages.includes(name), name);
  });

  it("carries neither tests, nor the command, nor the local service", async () => {
    assert.deepEqual(
      (await bundled()).filter((path) => !/^(?:node_modules|policies|provider)\//u.test(path)),
      [],
    );
  });

  it("holds no path of the machine it was made on, and no credential", async () => {
    for (const name of names) {
      const content = await text(name);
      for (const secret of [root, folder, LOCAL_MANAGEMENT_KEY])
        assert(!content.includes(secret), `${name} holds ${secret}`);
    }
  });

  it("begins at its own code by both its manifests", async () => {
    assert.equal(JSON.parse(await text("package.json")).main, "pack.js");
    // The engine publishes the folder of this file's `main`.
    assert.equal(parse(await text("PulumiPolicy.yaml")).main, "pack.js");
  });

  it("is of the package's version, and asks for the same Node and Pulumi packages", async () => {
    const own = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const { version, license, engines, dependencies } = JSON.parse(await text("package.json"));
    assert.deepEqual(
      { version, license, engines },
      { version: own.version, license: own.license, engines: own.engines },
    );
    const pulumi = ["@pulumi/policy", "@pulumi/pulumi"].map((name) => [name, own.dependencies[name]]);
    assert.deepEqual(Object.entries(dependencies), pulumi);
  });

  it("keeps the license text of every package it carries", async () => {
    const notices = (await text("third-party-licenses.txt")).split(/^-{80}$/mu);
    const packages = await bundledPackages();
    assert.equal(notices.length, packages.length);
    for (const name of packages) {
      const notice = notices.find((one) => one.includes(`\n${name} `)) ?? "";
      assert.match(notice, /copyright/iu, name);
      assert.match(notice, /permission/iu, name);
    }
  });

  it("says on its page how to publish it, and every variable that can hold the key", async () => {
    const page = await text("README.md");
    const variables = Object.values(services).map(({ credentialVariable }) => credentialVariable);
    const needed = [
      "pulumi policy publish",
      "GUARDRAILS_SERVICE",
      "GUARDRAILS_BASE_URL",
      "GUARDRAILS_MANAGEMENT_KEY",
    ];
    for (const words of [...needed, ...variables]) assert(page.includes(words), words);
  });

  it("is published without what else comes to lie in it", async () => {
    const used = await newFolder();
    await mkdir(join(used, "node_modules", "left-over"), { recursive: true });
    await writeFile(join(used, "node_modules", "left-over", "index.js"), "");
    await writeFile(join(used, ".env"), "OPENROUTER_MANAGEMENT_KEY=planted");
    const argv = ["pack", "--dry-run", "--json", "--ignore-scripts", "--offline"];
    // What `pulumi policy publish` does, but for the dry run.
    const { stdout } = await runProcess("npm", argv, { cwd: used, env: process.env, limit: 60_000 });
    const [{ files }] = JSON.parse(stdout);
    assert.deepEqual(files.map(({ path }: { path: string }) => path).toSorted(), names);
  });
});
