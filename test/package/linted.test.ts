import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../repository";
import { usePackedProject } from "./packed-project";

const run = promisify(execFile);

describe("the packed package, by tools that look for mistakes of packages", function () {
  this.timeout(120_000);
  const packed = usePackedProject();

  it("has no problem that publint knows", async () => {
    const { publint } = await import("publint");
    const pkgDir = join(packed().folder, "node_modules/pulumi-guardrails");
    const { messages } = await publint({ pkgDir, pack: false, strict: true });
    assert.deepEqual(
      messages.filter(({ type }) => type !== "suggestion").map(({ code }) => code),
      [],
    );
  });

  it("has types that are right for every way of importing that Node has, says arethetypeswrong", async () => {
    const attw = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
    // Node 10's resolution does not know entries; the package needs Node 20.
    const argv = [attw, packed().tarball, "--profile", "node16", "--no-color", "--format", "json"];
    const { stdout } = await run(process.execPath, argv).catch(({ stdout }) => assert.fail(stdout));
    const { analysis } = JSON.parse(stdout);
    assert.deepEqual(Object.keys(analysis.entrypoints).toSorted().slice(0, 3), [
      ".",
      "./dynamic-provider",
      "./package.json",
    ]);
  });

  it("gives users nothing with a known vulnerability of high severity (where the registry says, else skipped)", async function () {
    const { stdout } = await run("npm", ["audit", "--json"], { cwd: root }).catch(
      (failed: { readonly stdout: string }) => failed,
    );
    // A mirror may hold packages only; the project's own pipeline asks the public registry.
    if (JSON.parse(stdout).vulnerabilities === undefined) this.skip();
    await run("npm", ["run", "--silent", "audit"], { cwd: root }).catch(({ stderr }) => assert.fail(stderr));
  });
});
