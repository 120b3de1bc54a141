import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { demoLedger } from "../../local-service/demo-ledger";
import { Ledger, type LocalService, startLocalService } from "../../local-service/index";
import { defaultLimits, limitNames } from "../../provider/settings/limits";
import { services } from "../../provider/settings/services";
import { runHere } from "../cli/run-here";
import { root } from "../repository";
import { blocksOf, commandLines, pageAt } from "./readme";

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

  it("shows the output that its own commands have on the account of serve", async () => {
    const folder = await realpath(scratch);
    const made = await startLocalService({ ledger: demoLedger() });
    try {
      const environment = {
        GUARDRAILS_BASE_URL: made.baseUrl,
        GUARDRAILS_MANAGEMENT_KEY: made.managementKey,
      };
      process.chdir(folder);
      assert.equal((await runHere(["init", "--yes"], environment)).status, 0);
      const terminal = { columns: 100, colour: false };
      const { status, out } = await runHere(["check"], environment, { terminal });
      assert.equal(status, 1);
      const [shown = ""] = blocksOf("text");
      // The times, the port and the day are of each run.
      const plain = (text: string): string =>
        text
          .replace(/http:\/\/127\.0\.0\.1:\d+/gu, "https://openrouter.ai")
          // As for somebody whose account is OpenRouter's own.
          .replace(" at https://openrouter.ai/api/v1", "")
          .replace("$GUARDRAILS_MANAGEMENT_KEY", "$OPENROUTER_MANAGEMENT_KEY")
          .replace(/\d\d:\d\d:\d\dZ/gu, "…")
          .trimEnd();
      assert.equal(plain(shown), plain(out));
    } finally {
      process.chdir(root);
      await made.close();
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
      assert.ok(pageAt("docs/where-settings-come-from.md").text.includes(`\`${name}\` | \`${baseUrl}\``));
  });
});
