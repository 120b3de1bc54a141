import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../repository";

interface Cruised {
  readonly failed: boolean;
  readonly said: string;
}

/** Holds source files of a made-up tree to the rules that hold for this one. */
function cruise(files: Readonly<Record<string, string>>): Promise<Cruised> {
  const folder = mkdtempSync(path.join(tmpdir(), "rooms-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  for (const name of [".dependency-cruiser.json", "tsconfig.json"])
    cpSync(path.join(root, name), path.join(folder, name));
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  const tops = [...new Set(Object.keys(files).map((name) => name.split("/", 1).join()))];
  const main = path.join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const argv = [main, "--config", ".dependency-cruiser.json", "--output-type", "err", ...tops];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd: folder }, (error, stdout, stderr) => {
      rmSync(folder, { recursive: true });
      resolve({ failed: error !== null, said: `${stdout}${stderr}` });
    });
  });
}

const made = 'export const made = "made";\n';
const importing = (from: string): string => `import * as other from "${from}";\nexport { other };\n`;

describe("the rooms of this repository", () => {
  it("may import in the direction that they document", async () => {
    const { failed, said } = await cruise({
      "provider/account.ts": made,
      "policies/judge.ts": importing("../provider/account"),
      "cli/check.ts": importing("../policies/judge"),
      "sdk/index.ts": importing("../provider/account"),
    });
    assert.equal(failed, false, said);
  });

  for (const [what, rule, files] of [
    [
      "provider looks up at policies",
      "provider-knows-nobody",
      { "policies/judge.ts": made, "provider/account.ts": importing("../policies/judge") },
    ],
    [
      "policies look up at the command",
      "policies-know-provider-only",
      { "cli/check.ts": made, "policies/judge.ts": importing("../cli/check") },
    ],
    [
      "the local service knows the sdk",
      "sdk-and-local-service-do-not-know-each-other",
      { "sdk/index.ts": made, "local-service/index.ts": importing("../sdk/index") },
    ],
    [
      "a rule reads over the network",
      "rules-are-pure",
      { "provider/http/pace.ts": made, "policies/rules/rule.ts": importing("../../provider/http/pace") },
    ],
    [
      "an example reaches past the package's name",
      "examples-use-the-package-by-name",
      { "sdk/index.ts": made, "examples/program/index.ts": importing("../../sdk/index") },
    ],
    [
      "two files need each other",
      "no-circle",
      { "sdk/one.ts": importing("./other"), "sdk/other.ts": importing("./one") },
    ],
    [
      "a folder is imported whose manifest starts a server",
      "no-import-of-what-is-built",
      {
        "policies/package.json": '{ "main": "pack.js" }',
        "policies/pack.js": "module.exports = {};\n",
        "cli/check.ts": importing("../policies"),
      },
    ],
    ["a file is imported that is not there", "no-unresolvable", { "sdk/index.ts": importing("./missing") }],
  ] as const) {
    it(`are refused where ${what}`, async () => {
      const { failed, said } = await cruise(files);
      assert(failed, said);
      assert.match(said, new RegExp(`error ${rule}: `, "u"));
    });
  }
});
