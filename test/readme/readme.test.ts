import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Ledger, type LocalService, startLocalService } from "../../local-service/index";
import { defaultLimits, limitNames } from "../../provider/settings/limits";
import { services } from "../../provider/settings/services";
import { realEngine } from "../engines";
import { root } from "../repository";
import { commandLines, pageAt, readme } from "./readme";

const run = promisify(execFile);

/** What a stranger's shell has, and the local service in the place of the real one. */
function surroundings(service: LocalService): NodeJS.ProcessEnv {
  const { PATH = "", HOME } = process.env;
  return {
    // npm puts node_modules/.bin first, and there Pulumi's own npm wrapper would hide a real engine.
    PATH: PATH.split(path.delimiter)
      .filter((folder) => !folder.endsWith(path.join("node_modules", ".bin")))
      .join(path.delimiter),
    HOME,
    GUARDRAILS_BASE_URL: service.baseUrl,
    GUARDRAILS_MANAGEMENT_KEY: service.managementKey,
  };
}

describe("The README", function () {
  this.timeout(300_000);
  let service: LocalService;
  let scratch: string;

  beforeEach(async () => {
    const ledger = new Ledger();
    ledger.assign({ keyName: "prod-gateway" });
    service = await startLocalService({ ledger });
    scratch = await mkdtemp(path.join(os.tmpdir(), "guardrails-readme-"));
  });

  afterEach(async () => {
    await service.close();
    await rm(scratch, { recursive: true });
  });

  it("has a demo command that ends well and names its engine", async () => {
    assert.ok(commandLines().includes("npm run demo"));
    const env = { ...surroundings(service), GUARDRAILS_TEST_ENGINE: "double" };
    const { stdout } = await run("npm", ["run", "--silent", "demo"], { cwd: root, env });
    assert.match(stdout, /^Engine: the engine double/mu);
    assert.match(stdout, /=> stopped, as it should be\.[\s\S]*=> let through, as it should be\./u);
  });

  it("has guardrails commands that run as they stand", async () => {
    const lines = commandLines().filter((line) => line.startsWith("npm run --silent guardrails"));
    assert.equal(lines.length, 2);
    for (const line of lines) {
      const { stdout } = await run("bash", ["-c", line], { cwd: root, env: surroundings(service) });
      assert.match(stdout, /prod-gateway|guarded: the one key passes/u);
    }
  });

  it("has a preview command that runs as it stands (a real engine, else skipped)", async function () {
    if ((await realEngine()) === undefined) this.skip();
    const lines = commandLines().filter(
      (line) => line.startsWith("pulumi stack init") || line.startsWith("pulumi preview"),
    );
    assert.equal(lines.length, 2);
    for (const name of ["Pulumi.yaml", "examples", "policies"]) {
      await cp(path.join(root, name), path.join(scratch, name), { recursive: true, dereference: false });
    }
    for (const name of ["node_modules", "dist"])
      await symlink(path.join(root, name), path.join(scratch, name));
    const state = {
      PULUMI_BACKEND_URL: `file://${scratch}`,
      PULUMI_HOME: path.join(scratch, "home"),
      PULUMI_CONFIG_PASSPHRASE: "readme",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    const env = { ...surroundings(service), ...state };
    for (const line of lines) {
      const { stdout } = await run("bash", ["-c", `${line} --non-interactive`], { cwd: scratch, env });
      assert.doesNotMatch(stdout, /could not verify/u);
    }
  });

  it("leads to the default of every limit, and names every service with its address", () => {
    const settings = pageAt("docs/settings.md").text;
    for (const name of limitNames) assert.ok(settings.includes(`\`${name}\``), name);
    const { maxConcurrency, maxRows, maxRequests, requestTimeout, readTimeout } = defaultLimits;
    assert.ok(settings.includes(`| ${requestTimeout}, ${readTimeout} |`));
    const counts = [maxConcurrency, maxRows.toLocaleString("en"), "8 MiB", maxRequests.toLocaleString("en")];
    assert.ok(settings.includes(`| ${counts.join(", ")} |`));
    for (const [name, { baseUrl }] of Object.entries(services))
      assert.ok(readme.text.includes(`\`${name}\` | \`${baseUrl}\``));
  });
});
