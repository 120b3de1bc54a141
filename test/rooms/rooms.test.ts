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

/** Each in files of its own, so that all of them can be looked at in one run. */
const refused = [
  ["provider looks up at policies", "provider-knows-nobody", "provider/looks-up.ts", "../policies/judge"],
  ["policies look up at the command", "policies-know-provider-only", "policies/looks-up.ts", "../cli/check"],
  [
    "the local service knows the sdk",
    "sdk-and-local-service-do-not-know-each-other",
    "local-service/looks-aside.ts",
    "../sdk/index",
  ],
  ["a rule reads over the network", "rules-are-pure", "policies/rules/reads.ts", "../../provider/http/pace"],
  [
    "an example reaches past the package's name",
    "examples-use-the-package-by-name",
    "examples/program/index.ts",
    "../../sdk/index",
  ],
  ["two files need each other", "no-circle", "sdk/one.ts", "./other"],
  [
    "a folder is imported whose manifest starts a server",
    "no-import-of-what-is-built",
    "cli/starts-a-server.ts",
    "../policies",
  ],
  ["a file is imported that is not there", "no-unresolvable", "sdk/misses.ts", "./missing"],
] as const;

describe("the rooms of this repository", () => {
  const allowed = {
    "provider/account.ts": made,
    "policies/judge.ts": importing("../provider/account"),
    "cli/check.ts": importing("../policies/judge"),
    "sdk/index.ts": importing("../provider/account"),
  };

  it("may import in the direction that they document", async () => {
    const { failed, said } = await cruise(allowed);
    assert.equal(failed, false, said);
  });

  let cruised: Cruised | undefined;
  before(async () => {
    cruised = await cruise({
      ...allowed,
      "provider/http/pace.ts": made,
      "policies/package.json": '{ "main": "pack.js" }',
      "policies/pack.js": "module.exports = {};\n",
      "sdk/other.ts": importing("./one"),
      ...Object.fromEntries(refused.map(([, , file, from]) => [file, importing(from)])),
    });
  });

  for (const [what, rule, file] of refused) {
    it(`are refused where ${what}`, () => {
      assert(cruised?.failed);
      assert.match(cruised.said, new RegExp(`error ${rule}: ${file.replaceAll(".", "\\.")}\\b`, "u"));
    });
  }
});
