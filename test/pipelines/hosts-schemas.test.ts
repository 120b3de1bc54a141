import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { root } from "../repository";
import { examples, pipelineFile, workflowFiles } from "./pipeline-files";

const run = promisify(execFile);

describe("GitHub's own parser of workflows", () => {
  type Parser = typeof import("@actions/workflow-parser", { with: { "resolution-mode": "import" }});
  let folder = "";
  let parser: Parser;

  before(async function () {
    this.timeout(60_000);
    folder = mkdtempSync(join(tmpdir(), "guardrails-workflows-"));
    // Bundled: Node 20 does not load its schema, a JSON file that it imports without saying so.
    const outfile = join(folder, "parser.cjs");
    await build({
      stdin: { contents: 'export * from "@actions/workflow-parser"', resolveDir: root },
      bundle: true,
      platform: "node",
      format: "cjs",
      outfile,
    });
    parser = createRequire(outfile)(outfile);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function errorsIn(name: string, content: string): Promise<readonly string[]> {
    const { context, value } = parser.parseWorkflow({ name, content }, new parser.NoOperationTraceWriter());
    if (value !== undefined) await parser.convertWorkflowTemplate(context, value);
    return context.errors.getErrors().map(({ message }) => message);
  }

  for (const { path, text } of workflowFiles) {
    it(`takes ${path}`, async () => {
      assert.deepEqual(await errorsIn(path, text), []);
    });
  }

  it("would notice a misspelt key, an unknown context and a job that is needed and not there", async () => {
    const { text } = pipelineFile(`${examples}/github-actions.yml`);
    for (const [from, to] of [
      ["timeout-minutes", "timeout-minute"],
      ["secrets.OPENROUTER", "secret.OPENROUTER"],
      ["    permissions:\n", "    needs: nobody\n    permissions:\n"],
    ] as const) {
      assert(text.includes(from));
      assert.notDeepEqual(await errorsIn("broken", text.replace(from, to)), []);
    }
  });
});

describe("gitlab-ci-local, by GitLab's own schema", () => {
  const main = join(root, "node_modules/gitlab-ci-local/dist/index.js");
  let folder = "";
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "guardrails-gitlab-"));
    await run("git", ["init", "--quiet", folder]);
    cpSync(join(root, examples, "gitlab-ci.yml"), join(folder, ".gitlab-ci.yml"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function jobs() {
    return run(process.execPath, [main, "--list"], { cwd: folder });
  }

  it("takes the file to copy, and finds its jobs", async () => {
    const { stdout, stderr } = await jobs();
    assert.match(stderr, /json schema validated/u);
    assert.match(stdout, /^guardrails .*\btest\b/mu);
  });

  it("would notice a misspelt key", async () => {
    const { text } = pipelineFile(`${examples}/gitlab-ci.yml`);
    writeFileSync(join(folder, ".gitlab-ci.yml"), text.replace("artifacts:", "artefacts:"));
    await assert.rejects(jobs(), /Invalid \.gitlab-ci\.yml configuration/u);
  });
});
