import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "../repository";

/** A `PATH` on which `pulumi-guardrails` is the built command, as an install would put it there. Call it inside `describe`. */
export function useCommandOnPath(): () => string {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "guardrails-path-"));
    const main = join(root, "cli/pulumi-guardrails.js");
    const shim = join(folder, "pulumi-guardrails");
    writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
    chmodSync(shim, 0o755);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  return () => [folder, process.env["PATH"]].join(delimiter);
}
