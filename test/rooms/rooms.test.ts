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
  for (const name of [".dependency-cruiser.cjs", "tsconfig.json"])
    cpSync(path.join(root, name), path.join(folder, name));
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
  const tops = [...new Set(Object.keys(files).map((name) => name.split("/", 1).join()))];
  const main = path.join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const argv = [main, "--config", ".dependency-cruiser.cjs", "--output-type", "err", ...tops];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd: folder }, (error, stdout, stderr) => {
      rmSync(folder, { recursive: true });
      resolve({ failed: error !== null, said: `${stdout}${stderr}` });
    });
  });
}

const made = 'export const made = "made";\n';
const importing = (from: string): string => `import * as other from "${from}";\nexport { other };\n`;

const pureRule = "what-is-pure-knows-only-what-is-pure";
const clientRule = "an-account-has-one-client";

/** Each in files of its own, so that all of them can be looked at in one run. */
const refused = [
  ["two files need each other", "no-circle", "sdk/one.ts", "./other"],
  [
    "provider looks up at policies",
    "provider-knows-only-what-it-builds-on",
    "provider/looks-up.ts",
    "../policies/judge",
  ],
  ["the sdk knows the rules", "sdk-knows-only-what-it-builds-on", "sdk/looks-aside.ts", "../policies/judge"],
  [
    "the local service knows the sdk",
    "local-service-knows-only-what-it-builds-on",
    "local-service/looks-aside.ts",
    "../sdk/index",
  ],
  [
    "policies look up at the command",
    "policies-knows-only-what-it-builds-on",
    "policies/looks-up.ts",
    "../cli/check",
  ],
  ["the command knows the sdk", "cli-knows-only-what-it-builds-on", "cli/looks-aside.ts", "../sdk/index"],
  [
    "a tool knows what it bundles",
    "tools-knows-only-what-it-builds-on",
    "tools/looks-down.ts",
    "../cli/check",
  ],
  [
    "an example reaches past the package's name",
    "examples-knows-only-what-it-builds-on",
    "examples/program/index.ts",
    "../../sdk/index",
  ],
  [
    "the demo reaches past the command",
    "examples/demo-knows-only-what-it-builds-on",
    "examples/demo/reaches.ts",
    "../../cli/check",
  ],
  [
    "redaction knows where a key is read from",
    "provider-common-knows-no-later-room",
    "provider/redaction/looks-up.ts",
    "../settings/settings",
  ],
  [
    "the clock knows settings",
    "provider-clock-knows-no-later-room",
    "provider/clock.ts",
    "./settings/settings",
  ],
  [
    "settings know requests",
    "provider-settings-knows-no-later-room",
    "provider/settings/asks.ts",
    "../http/pace",
  ],
  [
    "requests know pages",
    "provider-http-knows-no-later-room",
    "provider/http/pages.ts",
    "../listing/in-order",
  ],
  [
    "what all lists share knows one of them",
    "provider-listing-knows-no-later-room",
    "provider/listing/one.ts",
    "../assignments/contract",
  ],
  [
    "assignments know the inventory",
    "provider-assignments-knows-no-later-room",
    "provider/assignments/joins.ts",
    "../inventory/keys",
  ],
  [
    "the inventory opens an account",
    "provider-inventory-knows-no-later-room",
    "provider/inventory/opens.ts",
    "../account",
  ],
  [
    "the documents' folder depends on a setting",
    "policies-docs-folder-knows-no-later-room",
    "policies/docs-folder.ts",
    "./configuration/setting",
  ],
  [
    "configuration knows a rule",
    "policies-configuration-knows-no-later-room",
    "policies/configuration/knows.ts",
    "../rules/rule",
  ],
  [
    "evidence knows what was found",
    "policies-evidence-knows-no-later-room",
    "policies/evidence/judges.ts",
    "../findings/cause",
  ],
  [
    "a finding is put into words",
    "policies-findings-knows-no-later-room",
    "policies/findings/says.ts",
    "../report/words",
  ],
  [
    "the account knows a rule",
    "policies-account-knows-no-later-room",
    "policies/account/knows.ts",
    "../rules/rule",
  ],
  ["a rule says words", "policies-rules-knows-no-later-room", "policies/rules/says.ts", "../report/words"],
  ["a report judges", "policies-report-knows-no-later-room", "policies/report/judges.ts", "../judge"],
  ["the judge knows the pack", "policies-judge-knows-no-later-room", "policies/judge.ts", "./pack/run"],
  [
    "a policy assembles the pack",
    "policies-pack-knows-no-later-room",
    "policies/pack/assembles.ts",
    "../index",
  ],
  ["a rule reads over the network", pureRule, "policies/rules/reads.ts", "../../provider/http/pace"],
  ["a rule reads a file", pureRule, "policies/rules/opens.ts", "node:fs"],
  ["a rule makes a request", pureRule, "policies/rules/asks.ts", "node:https"],
  ["a rule uses a client", pureRule, "policies/rules/connects.ts", "../../provider/client"],
  ["a rule reads its own evidence", pureRule, "policies/rules/records.ts", "../evidence/live-evidence"],
  ["what a rule counts with waits", pureRule, "provider/counted.ts", "node:timers/promises"],
  ["a report reads a file", pureRule, "cli/reports/html/opens.ts", "node:fs"],
  ["a report knows the command", pureRule, "cli/reports/asks.ts", "../check"],
  [
    "a list opens a connection of its own",
    clientRule,
    "provider/inventory/connects.ts",
    "../http/connection",
  ],
  ["the command makes a client", clientRule, "cli/connects.ts", "../provider/http/http-client"],
  ["the pack makes requests", "requests-are-made-in-http", "policies/pack/asks.ts", "node:https"],
  ["an account fetches", "requests-are-made-in-http", "provider/account.ts", "node-fetch"],
  ["a rule asks the engine", "the-engine-is-asked-at-the-edge", "policies/rules/engine.ts", "@pulumi/policy"],
  ["the command asks the engine", "the-engine-is-asked-at-the-edge", "cli/engine.ts", "@pulumi/pulumi"],
  ["the sdk knows the plugin", "nobody-imports-the-plugin", "sdk/plugs.ts", "../provider/plugin/main"],
  [
    "the pack knows the plugin",
    "nobody-imports-the-plugin",
    "policies/pack/plugs.ts",
    "../../provider/plugin/schema",
  ],
  ["a policy starts the pack", "nobody-imports-what-starts", "policies/pack/starts.ts", "../pack"],
  [
    "the command starts the local service",
    "nobody-imports-what-starts",
    "cli/starts.ts",
    "../local-service/main",
  ],
  [
    "a folder is imported whose manifest starts a server",
    "no-import-of-what-is-built",
    "cli/starts-a-server.ts",
    "../policies",
  ],
  ["a file is imported that is not there", "no-unresolvable", "sdk/misses.ts", "./missing"],
] as const;

/** What they import, as far as none of them is it itself. */
const targets = [
  "local-service/main.ts",
  "policies/configuration/setting.ts",
  "policies/evidence/live-evidence.ts",
  "policies/findings/cause.ts",
  "policies/index.ts",
  "policies/pack.ts",
  "policies/pack/run.ts",
  "policies/report/words.ts",
  "policies/rules/rule.ts",
  "provider/assignments/contract.ts",
  "provider/client.ts",
  "provider/http/connection.ts",
  "provider/http/http-client.ts",
  "provider/http/pace.ts",
  "provider/inventory/keys.ts",
  "provider/listing/in-order.ts",
  "provider/plugin/main.ts",
  "provider/plugin/schema.ts",
  "provider/settings/settings.ts",
];

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
      ...Object.fromEntries(targets.map((file) => [file, made])),
      "policies/package.json": '{ "main": "pack.js" }',
      "policies/pack.js": "module.exports = {};\n",
      "sdk/other.ts": importing("./one"),
      ...Object.fromEntries(refused.map(([, , file, from]) => [file, importing(from)])),
    });
  });

  it("have a wrong import here for each of their rules", () => {
    const { forbidden } = require(path.join(root, ".dependency-cruiser.cjs"));
    const named = forbidden.map(({ name }: { readonly name: string }) => name);
    assert.deepEqual([...new Set(refused.map(([, rule]) => rule))].toSorted(), named.toSorted());
  });

  for (const [what, rule, file] of refused) {
    it(`are refused where ${what}`, () => {
      assert(cruised?.failed);
      assert.match(cruised.said, new RegExp(`error ${rule}: ${file.replaceAll(".", "\\.")}\\b`, "u"));
    });
  }
});
