import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { environmentFor } from "../cli/run-command";
import { engineEnvironment } from "../engines/environment";
import { useServices } from "../http/reading-of";
import { root } from "../repository";
import { usePackedProject } from "./packed-project";

const run = promisify(execFile);

/** Uses every entry, and reads the list through the first with the service that the fourth starts. */
const use = `
const service = await testing.startLocalService({ ledger: testing.demoLedger() });
const { baseUrl, managementKey } = service;
const { assignments } = await new sdk.KeyAssignmentsClient({ baseUrl, managementKey }).readAll();
await service.close();
console.log(
  assignments.length,
  typeof sdk.KeyAssignments,
  provider.KeyAssignmentsClient === sdk.KeyAssignmentsClient,
  policies.rules.length,
  typeof dynamic.checkKeyAssignments,
  schema.type,
);`;
const used = "3 function true 5 function object\n";

const entries = {
  sdk: "pulumi-guardrails",
  provider: "pulumi-guardrails/provider",
  policies: "pulumi-guardrails/policies",
  testing: "pulumi-guardrails/testing",
  dynamic: "pulumi-guardrails/dynamic-provider",
} as const;

describe("the packed package in an empty project", function () {
  this.timeout(120_000);
  const packed = usePackedProject();
  const running = useServices();

  async function runFile(name: string, source: string): Promise<string> {
    const { folder } = packed();
    writeFileSync(join(folder, name), source);
    const { stdout } = await run(process.execPath, [name], { cwd: folder, env: engineEnvironment() });
    return stdout;
  }

  it("works from CommonJS", async () => {
    const imports = Object.entries(entries).map(([name, entry]) => `const ${name} = require("${entry}");`);
    const schema = 'const schema = require("pulumi-guardrails/report.schema.json");';
    const source = [...imports, schema, `(async () => {${use}})();`].join("\n");
    assert.equal(await runFile("use.cjs", source), used);
  });

  it("works from ES modules, by names too", async () => {
    const imports = Object.entries(entries).map(([name, entry]) => `import * as ${name} from "${entry}";`);
    const named = 'import { getKeyAssignments } from "pulumi-guardrails";';
    const schema = 'import schema from "pulumi-guardrails/report.schema.json" with { type: "json" };';
    const source = [
      ...imports,
      named,
      schema,
      `if (getKeyAssignments !== sdk.getKeyAssignments) throw 1;`,
      use,
    ];
    assert.equal(await runFile("use.mjs", source.join("\n")), used);
  });

  /** What TypeScript finds wrong, also in the types themselves. */
  async function faultsOf(
    files: readonly string[],
    ...options: readonly string[]
  ): Promise<readonly string[]> {
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    // Node's types come with @pulumi/pulumi in a real install; there is no place for them here.
    const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
    // Of all that is reached only TypeScript's own declarations are taken for sound.
    const checks = ["--strict", "--skipLibCheck", "false", "--skipDefaultLibCheck"];
    const argv = [tsc, "--noEmit", ...checks, ...types, ...options, ...files];
    const { stdout } = await run(process.execPath, argv, { cwd: packed().folder }).catch((error) => error);
    const lines = String(stdout).split("\n");
    // @pulumi/policy names in its index what its proxy.d.ts has not, whoever imports it.
    return lines.filter((line) => line !== "" && !/@pulumi\/policy\/index\.d\.ts\(.*"\.\/proxy"/u.test(line));
  }

  for (const [title, files, options] of [
    ["CommonJS and ES modules", ["use.cts", "use.mts"], ["--module", "node16"]],
    ["a bundler", ["bundled.ts"], ["--module", "esnext", "--moduleResolution", "bundler"]],
  ] as const) {
    it(`has types for TypeScript, as ${title}, that are as strict as can be`, async () => {
      const { folder } = packed();
      const consumer = readFileSync(join(root, "test/fixtures/package/consumer.ts"));
      for (const file of files) writeFileSync(join(folder, file), consumer);
      const strict = ["--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
      const found = await faultsOf(files, ...strict, "--target", "es2022", "--esModuleInterop", ...options);
      assert.deepEqual(found, []);
    });
  }

  it("has types for the settings of Pulumi's own template, which knows no entries and finds the folders of pack and plugin", async () => {
    const { folder } = packed();
    const source = [
      'import { getKeys } from "pulumi-guardrails";',
      'import { KeyAssignmentsClient } from "pulumi-guardrails/provider";',
      'import { rules } from "pulumi-guardrails/policies";',
      'import { startLocalService } from "pulumi-guardrails/testing";',
      'import { checkKeyAssignments } from "pulumi-guardrails/dynamic-provider";',
      "export const names: string[] = rules.map(({ name }) => name);",
      "export const client: KeyAssignmentsClient = new KeyAssignmentsClient();",
      "export const others = [getKeys, startLocalService, checkKeyAssignments];",
    ];
    writeFileSync(join(folder, "old.ts"), source.join("\n"));
    const template = ["--target", "es2020", "--module", "commonjs", "--moduleResolution", "node10"];
    assert.deepEqual(await faultsOf(["old.ts"], ...template), []);
  });

  it("has the command, which needs nothing that is not declared", async () => {
    const { folder } = packed();
    const env = engineEnvironment(environmentFor(await running()), { npm_config_offline: "true" });
    const command = async (line: string) =>
      (await run("npx", ["--no-install", ...line.split(" ")], { cwd: folder, env })).stdout;
    assert.match(await command("pulumi-guardrails list --format csv"), /^keyName,/u);
    assert.match(await command("pulumi-guardrails list"), /^prod-\S+\tsk-or-v1-/mu);
  });

  it("names every module it loads, at once or later, among its dependencies", () => {
    const installed = join(packed().folder, "node_modules/pulumi-guardrails");
    const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    const loaded = readdirSync(join(installed, "dist"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".js"))
      .flatMap((name) => [
        ...readFileSync(join(installed, "dist", name), "utf8").matchAll(
          /\b(?:require|import)\("([^".][^"]*)"\)/gu,
        ),
      ])
      .map(([, name = ""]) => name)
      .filter((name) => !name.startsWith("node:") && !builtinModules.includes(name))
      .map((name) => /^(@[^/]+\/)?[^/]+/u.exec(name)?.[0] ?? name);
    assert(loaded.length > 10);
    const undeclared = [...new Set(loaded)].filter((name) => !(name in dependencies));
    // The code that is serialized into a user's program names the package that the program has.
    assert.deepEqual(undeclared, ["pulumi-guardrails"]);
  });

  it("runs nothing when it is installed", () => {
    const installed = join(packed().folder, "node_modules/pulumi-guardrails");
    const { scripts } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    for (const name of ["preinstall", "install", "postinstall"]) assert.equal(scripts[name], undefined);
    assert(!readdirSync(installed).includes("binding.gyp"), "npm would build it");
  });

  it("holds the pages that its README leads to", () => {
    const installed = join(packed().folder, "node_modules/pulumi-guardrails");
    const text = readFileSync(join(installed, "README.md"), "utf8");
    const linked = [...text.matchAll(/\]\(((?!https?:)[^)#]+)/gu)].map(([, path = ""]) => path);
    assert(linked.length > 10);
    const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
    const missing = linked.filter((path) => !files.includes(path));
    assert.deepEqual([...new Set(missing)], ["CONTRIBUTING.md"], "which is for the repository");
  });
});
