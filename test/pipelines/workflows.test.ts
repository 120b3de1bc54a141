import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../repository";
import { workflowFiles, workflowIn } from "./pipeline-files";

for (const file of workflowFiles) {
  describe(file.path, () => {
    const { permissions, jobs } = workflowIn(file);
    const steps = Object.values(jobs).flatMap((job) => job.steps);

    it("pins every action by its whole commit, and says which version that is", () => {
      const used = file.text.match(/uses: .*/gu) ?? [];
      assert.equal(used.length, steps.filter(({ uses }) => uses !== undefined).length);
      for (const one of used) assert.match(one, /^uses: [\w.-]+(\/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u);
    });

    it("gives no job more than reading, unless the job itself says so", () => {
      for (const access of Object.values(permissions)) assert.notEqual(access, "write");
    });

    it("keeps the repository's own credential out of the checkout", () => {
      for (const { uses, with: inputs } of steps) {
        if (uses?.startsWith("actions/checkout@")) assert.equal(inputs?.["persist-credentials"], false);
      }
    });

    it("gives secrets to single steps only, and puts nothing of foreign origin into a script", () => {
      assert.doesNotMatch(file.text, /^env:/mu);
      for (const { steps: _, ...job } of Object.values(jobs)) {
        assert.doesNotMatch(JSON.stringify(job), /secrets\./u);
      }
      for (const { run } of steps) assert.doesNotMatch(run ?? "", /\$\{\{/u);
    });
  });
}

describe("the project's own workflows", () => {
  const files = workflowFiles.filter(({ path }) => path.startsWith(".github/"));
  const jobsOf = (name: string) => {
    const file = files.find(({ path }) => path.endsWith(name));
    assert(file !== undefined);
    return workflowIn(file).jobs;
  };

  it("test on Node 20.19, 22 and 24, with and without a real engine, by the command that people run", () => {
    const { test } = jobsOf("ci.yml");
    const matrix = test?.strategy?.matrix;
    assert.deepEqual(matrix?.["node"], ["20.19", "22", "24"]);
    assert.deepEqual(matrix?.["engine"], ["real engine", "engine double"]);
    assert(test?.steps.some(({ run }) => run === ".ci/run"));
  });

  it("compare the contract with the official SDK's newest models each week, by a test that is there", () => {
    const steps = jobsOf("official-models.yml")["compare"]?.steps.map(({ run }) => run ?? "") ?? [];
    assert(steps.some((run) => /^npm install --no-save .*@openrouter\/sdk@latest$/u.test(run)));
    const [, test = ""] = /^npx mocha --no-config dist\/(.*)\.js$/u.exec(steps.at(-1) ?? "") ?? [];
    assert(existsSync(join(root, `${test}.ts`)), test);
    const file = files.find(({ path }) => path.endsWith("official-models.yml"));
    assert(file !== undefined && "schedule" in workflowIn(file).on);
  });

  it("publish with provenance from a job that alone may prove who it is, once everything else is done", () => {
    const jobs = jobsOf("release.yml");
    const allowed = Object.entries(jobs).filter(([, job]) => job.permissions?.["id-token"] === "write");
    assert.deepEqual(
      allowed.map(([name]) => name),
      ["publish"],
    );
    assert.equal(jobs["publish"]?.["needs"], "verify");
    assert(jobs["publish"]?.steps.some(({ run }) => run?.startsWith("npm publish --provenance")));
  });

  it("attach to the release the archives that npm run plugin writes, by a job that alone may write", () => {
    const jobs = jobsOf("release.yml");
    const writing = Object.entries(jobs).filter(([, job]) => job.permissions?.["contents"] === "write");
    assert.deepEqual(
      writing.map(([name]) => name),
      ["release"],
    );
    assert.equal(jobs["release"]?.["needs"], "publish");
    const verified = jobs["verify"]?.steps ?? [];
    const made = verified.findIndex(({ run }) => run === "npm run --silent plugin");
    const uploaded = verified[made + 1];
    assert(uploaded);
    assert.match(uploaded.uses ?? "", /^actions\/upload-artifact@/u);
    assert.equal(uploaded.with?.["path"], "plugin/");
    const [step, ...others] = jobs["release"]?.steps ?? [];
    assert.deepEqual(others, []);
    assert.equal(step?.uses, undefined, "nothing foreign runs where a release can be written");
    const [fetched = "", attached = ""] = step?.run?.trim().split("\n") ?? [];
    assert(fetched.endsWith(` --name ${uploaded.with?.["name"]} --dir plugin`), fetched);
    assert.match(attached, /^gh release create "\$GITHUB_REF_NAME" --verify-tag .* plugin\/\*\.tar\.gz$/u);
  });
});
