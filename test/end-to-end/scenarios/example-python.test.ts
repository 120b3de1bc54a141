import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProcess } from "../../engines/bounded-process";
import { usePackedProject } from "../../package/packed-project";
import { gateway } from "../account";
import { installLimit, installSdk, isOnPath } from "../installing";
import { exampleProject, inEveryLanguage, judged } from "../language-example";
import { pulumiScenario } from "../scenario";
import { assertStops } from "../verdicts";

describe("the example in Python (skipped where its host, python3 or PyPI is missing)", () => {
  const packed = usePackedProject("store");
  let ready = "";
  before(async function () {
    this.timeout(2 * installLimit);
    ready = (await isOnPath("pulumi-language-python")) ? await pythonFolder() : "";
    if (ready === "") this.skip();
  });
  after(async () => {
    if (ready !== "") await rm(ready, { recursive: true, force: true });
  });

  pulumiScenario({
    title: "the example for Python",
    async play(stage) {
      const folder = await exampleProject(stage, packed(), "python");
      await cp(ready, join(folder, "venv"), { recursive: true, verbatimSymlinks: true });
      await installSdk(folder);
      return judged(stage, folder, "python");
    },
    shows: {
      ...inEveryLanguage,
      "knows the guardrails of the gateway's keys, and the list": ({ outputs }) =>
        assert.deepEqual(outputs, { guardrails: [gateway.guardrailId], total: 5 }),
      "stops itself while a key of the gateway's name has no guardrail": ({ ownKey }) =>
        assertStops(ownKey, /keys without a guardrail: sk-or-v1-/),
    },
  });
});

/** A virtual environment with Pulumi's SDK; empty text where there is no Python or no registry to have it from. */
async function pythonFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "guardrails-venv-"));
  const run = (command: string, ...args: string[]) =>
    runProcess(command, args, { env: process.env, limit: installLimit });
  const made = await run("python3", "-m", "venv", folder).catch(() => undefined);
  const installed =
    made?.exitCode === 0
      ? await run(join(folder, "bin/python"), "-m", "pip", "install", "pulumi")
      : undefined;
  if (installed?.exitCode === 0) return folder;
  await rm(folder, { recursive: true });
  return "";
}
