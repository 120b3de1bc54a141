import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Ledger, type LocalService, sampleAssignment } from "../../local-service/index";
import { environmentFor, ruled } from "../cli/run-command";
import { engineEnvironment } from "../engines/environment";
import { useServices } from "../http/reading-of";
import { usePackedProject } from "../package/packed-project";
import { root } from "../repository";
import { examples, gitlabJobsIn, pipelineFile, workflowIn } from "./pipeline-files";

/**
 * In the place of npx, which takes ten times as long to do the same: that it starts the command is another test's
 * (`test/package/entries`). What is not there it gets to see itself.
 */
const quickNpx = `#!/bin/sh
command="node_modules/.bin/$2"
if [ "$1" = --no-install ] && [ -x "$command" ]; then shift 2; exec "$command" "$@"; fi
PATH="\${PATH#*:}" exec npx "$@"
`;

const guarded = { hash: sampleAssignment(1).keyHash };
const unguarded = { hash: sampleAssignment(77).keyHash };

describe("the pipeline files to copy", function () {
  this.timeout(120_000);
  const packed = usePackedProject();
  const running = useServices();
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "guardrails-pipeline-"));
    for (const name of ["node_modules", "package.json"]) {
      symlinkSync(join(packed().folder, name), join(folder, name));
    }
    cpSync(join(root, examples, "check.sh"), join(folder, "check.sh"));
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin/npx"), quickNpx, { mode: 0o755 });
    configure(guarded);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function configure(...requiredKeys: readonly object[]): void {
    writeFileSync(join(folder, "guardrails.json"), JSON.stringify(ruled({ requiredKeys })));
  }

  interface Ran {
    readonly status: number;
    readonly out: string;
    readonly err: string;
  }

  /** Runs a line as it stands, in the way its host does, in a project that has the packed package. */
  function run(shell: readonly [string, ...string[]], line: string, service: LocalService): Promise<Ran> {
    const env = engineEnvironment({
      ...environmentFor(service),
      PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter),
      GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
      npm_config_offline: "true",
      npm_config_update_notifier: "false",
    });
    const [program, ...options] = shell;
    return new Promise((done) => {
      execFile(program, [...options, line], { cwd: folder, env }, (error, out, err) => {
        done({ status: error === null ? 0 : Number(error.code), out, err });
      });
    });
  }

  function assertWithPack(line: string): void {
    const [, pack = "", config = ""] = /--policy-pack (\S+) --policy-pack-config (\S+)$/u.exec(line) ?? [];
    assert(existsSync(join(folder, pack, "PulumiPolicy.yaml")));
    assert(existsSync(join(folder, config)));
  }

  function assertUpWithPack(line: string): void {
    assertWithPack(line);
    assert.match(line, /^pulumi up --yes /u);
    assert.doesNotMatch(line, /--skip-preview|(?:^| )-f(?: |$)/u);
  }

  const gitHub = ["bash", "-e", "-c"] as const;
  const gitLab = ["bash", "-eo", "pipefail", "-c"] as const;

  function isThere(name: string): boolean {
    return existsSync(join(folder, name)) && readFileSync(join(folder, name), "utf8").length > 100;
  }

  describe("github-actions.yml", () => {
    const { on, jobs } = workflowIn(pipelineFile(`${examples}/github-actions.yml`));
    const { check, preview, deploy } = jobs;
    assert(check !== undefined && preview !== undefined && deploy !== undefined);
    const command = check.steps.find(({ run }) => run?.includes("guardrails"));
    assert(command?.run !== undefined);
    const line = command.run;

    for (const [what, required, expected] of [
      ["every required key is guarded", guarded, 0],
      ["one is not", unguarded, 1],
    ] as const) {
      it(`runs its check, which writes the reports it hands on, when ${what}`, async () => {
        configure(required);
        const { status, out, err } = await run(gitHub, line, await running());
        assert.equal(status, expected, err);
        assert.match(out, expected === 0 ? /^guarded: /u : /^not guarded: /u);
        const handedOn = check.steps.flatMap(({ with: inputs }) => [
          inputs?.["sarif_file"],
          inputs?.["path"],
        ]);
        const files = handedOn.filter((file) => typeof file === "string");
        assert.deepEqual(files, ["guardrails.sarif", "guardrails.html"]);
        for (const file of [...files, "summary.md"]) assert(isThere(file), `${file} was not written`);
      });
    }

    it("writes the reports also when nothing can be verified", async () => {
      const service = await running({ faults: () => ({ kind: "status", status: 401 }) });
      assert.equal((await run(gitHub, line, service)).status, 3);
      for (const file of ["guardrails.sarif", "summary.md"]) assert(isThere(file), `${file} was not written`);
    });

    it("stops, and hands on nothing, when a secret was not given", async () => {
      const service = await running();
      const { status, err } = await run(gitHub, `export GUARDRAILS_MANAGEMENT_KEY=\n${line}`, service);
      assert.equal(status, 2);
      assert.match(err, /is set but empty/u);
      assert.deepEqual([isThere("guardrails.sarif"), service.requests.length], [false, 0]);
    });

    it("checks nightly as well", () => {
      assert("schedule" in on);
      assert.doesNotMatch(String(check["if"]), /schedule/u);
    });

    it("installs for the check without running anybody's scripts, and runs no program there", () => {
      const scripts = check.steps.flatMap(({ run }) => run ?? []);
      assert.deepEqual([scripts.length, scripts[0]], [2, "npm ci --ignore-scripts"]);
      assert(!check.steps.some(({ uses }) => uses?.startsWith("pulumi/")));
    });

    it("previews with the pack and the configuration that are there", () => {
      const inputs = preview.steps.find(({ uses }) => uses?.startsWith("pulumi/actions@"))?.with;
      assert.equal(inputs?.["command"], "preview");
      assert(existsSync(join(folder, String(inputs["policyPacks"]), "PulumiPolicy.yaml")));
      assert(existsSync(join(folder, String(inputs["policyPackConfigs"]))));
    });

    it("deploys after the check, with the pack and a preview, which the action of Pulumi would leave out", () => {
      assert.equal(deploy["needs"], "check");
      const line = deploy.steps.find(({ run }) => run?.startsWith("pulumi up"))?.run ?? "";
      assertUpWithPack(line);
      for (const { uses, with: inputs } of Object.values(jobs).flatMap(({ steps }) => steps))
        if (uses?.startsWith("pulumi/actions@")) assert.notEqual(inputs?.["command"], "up");
    });
  });

  describe("gitlab-ci.yml", () => {
    const { guardrails, preview, deploy } = gitlabJobsIn(pipelineFile(`${examples}/gitlab-ci.yml`));
    assert(guardrails?.artifacts !== undefined && preview !== undefined && deploy !== undefined);
    const { script, artifacts } = guardrails;

    it("runs its check, which writes the reports it hands on, and fails as the check does", async () => {
      const line = script.find((one) => one.includes("guardrails"));
      assert(line !== undefined);
      assert.equal((await run(gitLab, line, await running())).status, 0);
      configure(unguarded);
      assert.equal((await run(gitLab, line, await running())).status, 1);
      assert.equal(artifacts.when, "always");
      for (const file of [...artifacts.paths, ...Object.values(artifacts.reports)])
        assert(isThere(file), file);
    });

    it("previews with the pack and the configuration that are there", () => {
      const line = preview.script.find((one) => one.startsWith("pulumi preview")) ?? "";
      assertWithPack(line);
    });

    it("deploys in a later stage than the check, with the pack and a preview", () => {
      assert.deepEqual([guardrails["stage"], deploy["stage"]], ["test", "deploy"]);
      assertUpWithPack(deploy.script.find((one) => one.startsWith("pulumi up")) ?? "");
    });
  });

  describe("check.sh", () => {
    const check = (service: LocalService, file = "") => run(["sh", "-c"], `sh check.sh ${file}`, service);

    it("passes every exit status on, and says what each means", async () => {
      const { status, err } = await check(await running());
      assert.equal(status, 0, err);
      assert.doesNotMatch(err, /Stopped/u);
      assert(isThere("guardrails.xml"));

      configure(unguarded);
      const violations = await check(await running());
      assert.equal(violations.status, 1);
      assert.match(violations.err, /^Stopped: fix what is named above\.$/mu);

      const wrongUse = await check(await running(), "missing.json");
      assert.equal(wrongUse.status, 2);
      assert.match(wrongUse.err, /^Stopped: the check is not set up right\.$/mu);

      const doubt = await check(await running({ faults: () => ({ kind: "status", status: 401 }) }));
      assert.equal(doubt.status, 3);
      assert.match(doubt.err, /^Stopped: nobody knows whether the keys are guarded\./mu);
    });

    it("says that the command is not there, and not that a key fails", async () => {
      rmSync(join(folder, "node_modules"));
      const { status, err } = await check(await running());
      assert.equal(status, 3);
      assert.match(err, /^Stopped: could not verify: pulumi-guardrails is not installed here/mu);
      assert.doesNotMatch(err, /assign a guardrail/u);
    });
  });

  it("find what a rotation left behind: the same check, a night later", async () => {
    const ledger = new Ledger();
    ledger.assign({ keyName: "prod-gateway" });
    configure({ name: "prod-gateway" });
    const service = await running({ ledger });
    assert.equal((await run(["sh", "-c"], "sh check.sh", service)).status, 0);
    ledger.addKey({ keyName: "prod-gateway" });
    assert.equal((await run(["sh", "-c"], "sh check.sh", service)).status, 1);
  });
});
