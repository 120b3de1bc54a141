import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Finished, runProcess } from "../engines/bounded-process";
import { root } from "../repository";
import { pipelineFile, workflowIn } from "./pipeline-files";

interface Vulnerability {
  readonly severity: string;
  readonly nodes: readonly string[];
}

describe("npm run audit", function () {
  this.timeout(60_000);
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "guardrails-audit-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** With an `npm` that answers so: of everything, and of what is installed with the package. */
  async function audited(everything: object, installed: object = { vulnerabilities: {} }): Promise<Finished> {
    const script = `#!/usr/bin/env node
const installed = process.argv.includes("--omit=dev");
process.stdout.write(JSON.stringify(installed ? ${JSON.stringify(installed)} : ${JSON.stringify(everything)}));
process.exitCode = 1;
`;
    writeFileSync(join(folder, "npm"), script);
    chmodSync(join(folder, "npm"), 0o755);
    const PATH = [folder, process.env["PATH"] ?? ""].join(delimiter);
    const env = { ...process.env, PATH };
    return runProcess(process.execPath, [join(root, "dist/tools/audit.js")], { env, limit: 60_000 });
  }

  const of = (name: string, severity: string, at = `node_modules/${name}`) => ({
    vulnerabilities: { [name]: { severity, nodes: [at] } satisfies Vulnerability },
  });

  it("finds what is installed with the package", async () => {
    const found = await audited(of("zod", "high"), of("zod", "high"));
    assert.equal(found.exitCode, 1);
    assert.match(found.stderr, /high severity: zod/u);
  });

  it("finds what stands in a bundle, although it is a dev dependency", async () => {
    for (const name of ["@grpc/grpc-js", "google-protobuf", "commander", "ora"]) {
      const { exitCode, stderr } = await audited(of(name, "critical"));
      assert.equal(exitCode, 1, name);
      assert(stderr.includes(`${name} (bundled)`), stderr);
    }
  });

  it("passes over tools, copies that no bundle holds, and lower severities", async () => {
    for (const passed of [
      of("mocha", "high"),
      of("commander", "high", "node_modules/typedoc/node_modules/commander"),
      of("ora", "moderate"),
    ]) {
      const { exitCode, stdout } = await audited(passed);
      assert.equal(exitCode, 0);
      assert.match(stdout, /No known vulnerability .* [1-9]\d* bundled packages/u);
    }
  });

  it("could not verify where the registry gives no report", async () => {
    const { exitCode, stderr } = await audited({ message: "405", error: {} });
    assert.equal(exitCode, 1);
    assert.match(stderr, /^Could not verify/u);
  });

  it("is what the pipeline runs", () => {
    const { audit } = workflowIn(pipelineFile(".github/workflows/ci.yml")).jobs;
    assert.deepEqual(
      audit?.steps.flatMap(({ run }) => run ?? []),
      ["npm ci", "npm run --silent audit"],
    );
  });
});
