import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { parse } from "yaml";
import * as z from "zod";
import { LOCAL_MANAGEMENT_KEY, type LocalService, sampleAssignment } from "../../local-service/index";
import { version } from "../../provider/version";
import { ruled } from "../cli/run-command";
import { engineEnvironment } from "../engines/environment";
import { useServices } from "../http/reading-of";
import { usePackedProject } from "../package/packed-project";
import { root } from "../repository";
import { pipelineFile } from "./pipeline-files";

const file = pipelineFile("action.yml");

const action = z
  .object({
    inputs: z.record(
      z.string(),
      z.object({ default: z.string().optional(), required: z.boolean().optional() }),
    ),
    runs: z.object({
      using: z.literal("composite"),
      steps: z.array(
        z.object({
          uses: z.string().optional(),
          run: z.string().optional(),
          if: z.string().optional(),
          env: z.record(z.string(), z.string()).optional(),
        }),
      ),
    }),
  })
  .parse(parse(file.text));
const { steps } = action.runs;

describe("the action for GitHub workflows", function () {
  this.timeout(120_000);
  const packed = usePackedProject();
  const running = useServices();
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "guardrails-action-"));
    for (const name of ["node_modules", "package.json"])
      symlinkSync(join(packed().folder, name), join(folder, name));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is an action by GitHub's own parser", async () => {
    const outfile = join(folder, "parser.cjs");
    await build({
      stdin: {
        contents:
          'export * from "@actions/workflow-parser/actions/action-parser"; export { NoOperationTraceWriter } from "@actions/workflow-parser"',
        resolveDir: root,
      },
      bundle: true,
      platform: "node",
      format: "cjs",
      outfile,
      logLevel: "error",
    });
    const { parseAction, NoOperationTraceWriter } = createRequire(outfile)(outfile);
    const errorsIn = (content: string): readonly object[] =>
      parseAction({ name: file.path, content }, new NoOperationTraceWriter()).context.errors.getErrors();
    assert.deepEqual(errorsIn(file.text), []);
    assert.notDeepEqual(errorsIn(file.text.replace("using: composite", "using: composit")), []);
    assert.notDeepEqual(errorsIn(file.text.replace("shell: bash", "shel: bash")), []);
  });

  it("runs the version of this package unless another is named", () => {
    assert.equal(action.inputs["version"]?.default, version);
  });

  it("hands the key to the one step that reads the account, and puts no input into a script", () => {
    const given = steps.filter((step) => JSON.stringify(step).includes("management-key"));
    assert.deepEqual(given, [steps[0]]);
    for (const { run } of steps) assert.doesNotMatch(run ?? "", /\$\{\{/u);
  });

  it("pins the actions it uses by their whole commit", () => {
    for (const { uses } of steps) if (uses !== undefined) assert.match(uses, /@[0-9a-f]{40}$/u);
    assert.match(file.text, /# v4\.36\.2$/mu);
  });

  /** Runs the action's own scripts as GitHub does, and gives the status of the last. */
  async function play(
    service: LocalService,
    requiredKey: object,
    inputs: Readonly<Record<string, string>> = {},
  ) {
    writeFileSync(join(folder, "guardrails.json"), JSON.stringify(ruled({ requiredKeys: [requiredKey] })));
    const given: Readonly<Record<string, string | undefined>> = {
      "management-key": LOCAL_MANAGEMENT_KEY,
      "base-url": service.baseUrl,
      ...inputs,
    };
    const outputs = join(folder, "outputs");
    writeFileSync(outputs, "");
    const [first, last] = [steps[0], steps.at(-1)];
    const env: Record<string, string> = {};
    for (const [name, text] of Object.entries(first?.env ?? {})) {
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/u.exec(text)?.[1] ?? assert.fail(text);
      env[name] = given[input] ?? action.inputs[input]?.default ?? "";
    }
    const read = await bash(first?.run ?? "", { ...env, GITHUB_OUTPUT: outputs });
    const status = /^status=(\d+)$/mu.exec(readFileSync(outputs, "utf8"))?.[1] ?? "";
    const end = await bash(last?.run ?? "", { STATUS: status });
    return { read, status, end: end.status };
  }

  function bash(script: string, variables: Readonly<Record<string, string>>) {
    const env = engineEnvironment({
      ...variables,
      GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
      npm_config_offline: "true",
      npm_config_update_notifier: "false",
    });
    const argv = ["--noprofile", "--norc", "-eo", "pipefail", "-c", script];
    return new Promise<{ readonly status: number; readonly out: string }>((done) => {
      execFile("bash", argv, { cwd: folder, env }, (error, out, err) => {
        done({ status: error === null ? 0 : Number(error.code), out: `${out}${err}` });
      });
    });
  }

  for (const chosen of ["installed", version]) {
    it(`passes a guarded account and writes its reports: ${chosen}`, async () => {
      const guarded = { hash: sampleAssignment(1).keyHash };
      const { read, end } = await play(await running(), guarded, { version: chosen });
      assert.equal(end, 0, read.out);
      assert.match(read.out, /^guarded: /mu);
      assert.match(readFileSync(join(folder, "summary.md"), "utf8"), /guarded/u);
      for (const name of ["guardrails.sarif", "guardrails.html"])
        assert(existsSync(join(folder, name)), name);
    });
  }

  it("fails by a violation, with the reports there and the key in none of them", async () => {
    const { read, status, end } = await play(await running(), { hash: sampleAssignment(77).keyHash });
    assert.deepEqual([read.status, status, end], [0, "1", 1]);
    for (const name of ["summary.md", "guardrails.sarif", "guardrails.html"])
      assert(!readFileSync(join(folder, name), "utf8").includes(LOCAL_MANAGEMENT_KEY));
  });

  it("fails where the secret is missing, as for a pull request from a fork", async () => {
    const service = await running();
    const { end } = await play(service, { hash: sampleAssignment(1).keyHash }, { "management-key": "" });
    assert.deepEqual([end, service.requests.length], [2, 0]);
  });

  it("could not verify where the command cannot be had, which is no key that fails", async () => {
    rmSync(join(folder, "node_modules"));
    const guarded = { hash: sampleAssignment(1).keyHash };
    const { read, end } = await play(await running(), guarded, { version: "installed" });
    assert.equal(end, 3);
    assert.match(read.out, /could not verify: pulumi-guardrails \(installed\) is not installed here/u);
  });

  it("fails where the step before it gave no status", async () => {
    assert.equal((await bash(steps.at(-1)?.run ?? "", { STATUS: "" })).status, 3);
  });
});
