import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { parse } from "yaml";
import { LOCAL_MANAGEMENT_KEY } from "../../local-service/index";
import { services } from "../../provider/settings/services";
import { runProcess } from "../engines/bounded-process";
import { root } from "../repository";
import { pack, useFolders } from "./packing";

const names = [
  "LICENSE",
  "PulumiPolicy.yaml",
  "README.md",
  "index.js",
  "package.json",
  "third-party-licenses.txt",
];

/** In every variable that the pack itself would read, while the folder is made. */
const planted = "planted-while-the-pack-was-made-5d0c41";
const environment = {
  GUARDRAILS_MANAGEMENT_KEY: planted,
  GUARDRAILS_BASE_URL: `https://${planted}.example`,
  OPENROUTER_MANAGEMENT_KEY: planted,
  MODELGATES_MANAGEMENT_KEY: planted,
};

describe("the folder that npm run pack writes", function () {
  this.timeout(120_000);
  const newFolder = useFolders();
  let folder = "";
  let text: (name: string) => Promise<string>;

  before(async () => {
    folder = join(await newFolder(), "pack");
    text = (name) => readFile(join(folder, name), "utf8");
    const { exitCode, stderr } = await pack(folder, environment);
    assert.equal(exitCode, 0, stderr);
  });

  /** The source of every module in the bundle, which esbuild names in front of it. */
  async function bundled(): Promise<string[]> {
    const found = [...(await text("index.js")).matchAll(/^\s*\/\/ ((?:[\w@.-]+\/)+[\w.-]+\.[cm]?[jt]s)$/gmu)];
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
    const code = await text("index.js");
    const needed = [...code.matchAll(/\b(?:require|import)\(\s*["']([^"']+)["']\s*\)/gu)].map(
      ([, name = ""]) => name,
    );
    assert(needed.includes("@pulumi/policy") && needed.includes("node:https"));
    assert.deepEqual(
      needed.filter((name) => !isBuiltin(name) && !/^@pulumi\/(?:policy|pulumi)(?:\/|$)/u.test(name)),
      [],
    );
  });

  it("carries our code, and zod, node-fetch, p-limit, p-retry and https-proxy-agent", async () => {
    assert((await bundled()).includes("policies/pack.ts"));
    const packages = await bundledPackages();
    for (const name of ["zod", "node-fetch", "p-limit", "p-retry", "https-proxy-agent"])
      assert(packages.includes(name), name);
  });

  it("carries neither tests, nor the command, nor the local service", async () => {
    const wanted = /^(?:node_modules|policies|provider)\//u;
    const unwanted = /^policies\/command\/|\/local-service\//u;
    assert.deepEqual(
      (await bundled()).filter((path) => !wanted.test(path) || unwanted.test(path)),
      [],
    );
  });

  it("holds no path of the machine it was made on, and no credential", async () => {
    for (const name of names) {
      const content = await text(name);
      for (const secret of [root, folder, planted, LOCAL_MANAGEMENT_KEY])
        assert(!content.includes(secret), `${name} holds ${secret}`);
    }
  });

  it("begins at its own index.js by both its manifests", async () => {
    const manifest = JSON.parse(await text("package.json"));
    assert.equal(manifest.main, "index.js");
    // The engine publishes the folder of this file's `main`, where it has one.
    assert.deepEqual(Object.keys(parse(await text("PulumiPolicy.yaml"))), ["description", "runtime"]);
  });

  it("is of the package's version, and asks for the same Pulumi packages", async () => {
    const own = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const manifest = JSON.parse(await text("package.json"));
    assert.equal(manifest.version, own.version);
    const pulumi = ["@pulumi/policy", "@pulumi/pulumi"].map((name) => [name, own.dependencies[name]]);
    assert.deepEqual(Object.entries(manifest.dependencies), pulumi);
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
    const needed = ["pulumi policy publish", "GUARDRAILS_SERVICE", ...Object.keys(environment), ...variables];
    for (const words of needed) assert(page.includes(words), words);
  });

  it("is published without what else comes to lie in it", async () => {
    const used = await newFolder();
    await cp(folder, used, { recursive: true });
    await mkdir(join(used, "node_modules", "left-over"), { recursive: true });
    await writeFile(join(used, "node_modules", "left-over", "index.js"), "");
    await writeFile(join(used, ".env"), `GUARDRAILS_MANAGEMENT_KEY=${planted}`);
    const argv = ["pack", "--dry-run", "--json", "--ignore-scripts", "--offline"];
    // What `pulumi policy publish` does, but for the dry run.
    const { stdout } = await runProcess("npm", argv, { cwd: used, env: process.env, limit: 60_000 });
    const [{ files }] = JSON.parse(stdout);
    assert.deepEqual(files.map(({ path }: { path: string }) => path).toSorted(), names);
  });
});

describe("npm run pack", function () {
  this.timeout(120_000);
  const newFolder = useFolders();

  it("writes again over an earlier pack and what npm installed there", async () => {
    const folder = await newFolder();
    await pack(folder);
    await writeFile(join(folder, "index.js"), "stale");
    await mkdir(join(folder, "node_modules"));
    const { exitCode, stderr } = await pack(folder);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual((await readdir(folder)).toSorted(), names);
    assert.match(await readFile(join(folder, "index.js"), "utf8"), /PolicyPack/u);
  });

  for (const [what, held] of [
    ["somebody's package", "package.json"],
    ["anything else", "notes.txt"],
  ] as const) {
    it(`refuses a folder that holds ${what}, and leaves it as it is`, async () => {
      const folder = await newFolder();
      await writeFile(join(folder, held), "precious");
      const { exitCode, stderr } = await pack(folder);
      assert.equal(exitCode, 1);
      assert(stderr.includes(`holds ${held} and is not a pack`), stderr);
      assert.deepEqual(await readdir(folder), [held]);
      assert.equal(await readFile(join(folder, held), "utf8"), "precious");
    });
  }

  it("refuses an earlier pack in which other files have come to lie", async () => {
    const folder = await newFolder();
    await pack(folder);
    await writeFile(join(folder, "notes.txt"), "precious");
    assert.equal((await pack(folder)).exitCode, 1);
    assert.equal(await readFile(join(folder, "notes.txt"), "utf8"), "precious");
  });
});
