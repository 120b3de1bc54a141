import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "../repository";

interface Cruised {
  readonly failed: boolean;
  readonly said: string;
}

/** What `npm run lint` gives it. */
function lintArguments(): readonly string[] {
  const { scripts } = require(path.join(root, "package.json"));
  const [, given] = /depcruise (.*)$/u.exec(scripts.lint) ?? [];
  assert(given !== undefined);
  return given.split(" ");
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
  const main = path.join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...lintArguments()], { cwd: folder }, (error, stdout, stderr) => {
      rmSync(folder, { recursive: true });
      resolve({ failed: error !== null, said: `${stdout}${stderr}` });
    });
  });
}

const made = 'export const made = "made";\n';
const importing = (from: string): string => `import * as other from "${from}";\nexport { other };\n`;
const loading = (from: string): string => `export const other = (): unknown => import("${from}");\n`;
const requiring = (from: string): string => `import other = require("${from}");\nexport { other };\n`;

const pureRule = "what-is-pure-knows-only-what-is-pure";
const clientRule = "an-account-has-one-client";

/** Each in files of its own, so that all of them can be looked at in one run. */
const refused: readonly (readonly [
  what: string,
  rule: string,
  file: string,
  from: string,
  write?: (from: string) => string,
])[] = [
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
    "what messages point to depends on a setting",
    "policies-references-knows-no-later-room",
    "policies/references.ts",
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
  [
    "a second file sends requests",
    "one-file-makes-requests",
    "provider/http/pings.ts",
    "node-fetch",
    (from) => `export const ping = async () => (await import("${from}")).default;`,
  ],
  [
    "what others get of http knows the client",
    "what-others-get-of-http-asks-nobody",
    "provider/http/failure.ts",
    "./http-client",
  ],
  ["the command makes a client", clientRule, "cli/connects.ts", "../provider/http/http-client"],
  ["a list makes requests of its own", clientRule, "provider/inventory/paces.ts", "../http/pace"],
  ["the sdk asks past the connection", clientRule, "sdk/answers.ts", "../provider/http/api-client"],
  [
    "an account has a pace beside its connection's",
    "a-client-is-made-with-its-connection",
    "provider/account.ts",
    "./http/pace",
  ],
  ["the pack makes requests", "policies-uses-only-what-is-listed", "policies/pack/asks.ts", "node:https"],
  [
    "the pack loads them late",
    "policies-uses-only-what-is-listed",
    "policies/pack/asks-late.ts",
    "node:http2",
    loading,
  ],
  ["an account fetches", "provider-uses-only-what-is-listed", "provider/fetches.ts", "node-fetch"],
  [
    "an account asks by what Node does not document",
    "provider-uses-only-what-is-listed",
    "provider/asks.ts",
    "node:_http_client",
  ],
  [
    "a client asks by a package that came with another",
    "provider/http-uses-only-what-is-listed",
    "provider/http/undici.ts",
    "undici",
  ],
  [
    "the plugin opens a socket",
    "provider/plugin-uses-only-what-is-listed",
    "provider/plugin/opens.ts",
    "node:net",
  ],
  ["the sdk opens one", "sdk-uses-only-what-is-listed", "sdk/opens.ts", "node:tls", requiring],
  ["the command starts curl", "cli-uses-only-what-is-listed", "cli/starts-curl.ts", "node:child_process"],
  ["the command requires by a made name", "cli-uses-only-what-is-listed", "cli/requires.ts", "node:module"],
  [
    "the local service starts a program",
    "local-service-uses-only-what-is-listed",
    "local-service/starts.ts",
    "node:child_process",
  ],
  ["a tool makes requests", "tools-uses-only-what-is-listed", "tools/asks.ts", "node:https"],
  [
    "an example uses what a user has not installed",
    "examples-uses-only-what-is-listed",
    "examples/program/asks.ts",
    "node-fetch",
  ],
  ["the demo starts a program", "examples/demo-uses-only-what-is-listed", "examples/demo/starts.ts", "execa"],
  ["a part is not known", "every-source-lies-in-a-part", "scripts/asks.ts", "node:https"],
  ["a part is not TypeScript", "every-source-lies-in-a-part", "cli/asks.js", "node:https"],
  ["a file lies in no part", "every-source-lies-in-a-part", "asks.mts", "node:https"],
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
];

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
  "provider/http/api-client.ts",
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
    "provider/account.ts": importing("./http/connection"),
    "provider/http/agent.ts": importing("node:https"),
    "provider/http/connection.ts": importing("./agent"),
    "provider/inventory/inventory-reading.ts": 'export type { Connection } from "../http/connection";\n',
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
      ...Object.fromEntries(refused.map(([, , file, from, write = importing]) => [file, write(from)])),
    });
  });

  const { forbidden, required } = require(path.join(root, ".dependency-cruiser.cjs"));
  const rules: readonly { readonly name: string; readonly comment: string }[] = [...forbidden, ...required];

  it("have a wrong import here for each of their rules", () => {
    const named = rules.map(({ name }) => name);
    assert.deepEqual([...new Set(refused.map(([, rule]) => rule))].toSorted(), named.toSorted());
  });

  it("stand in CONTRIBUTING.md with each of their rules", () => {
    const read = readFileSync(path.join(root, "CONTRIBUTING.md"), "utf8");
    const perPart = /^.*-(?=(?:knows-only-what-it-builds-on|knows-no-later-room|uses-only-what-is-listed)$)/u;
    const unsaid = rules.filter(({ name }) => !read.includes(`${name.replace(perPart, "-")}\``));
    assert.deepEqual(
      unsaid.map(({ name }) => name),
      [],
    );
  });

  it("say below a wrong import why it is refused and what to do instead", () => {
    const said = cruised?.said.split(/\n(?= {2}error )/u).map((one) => one.split(/\s+/u).join(" "));
    for (const { name, comment } of rules)
      assert(
        said?.some((one) => one.includes(`error ${name}: `) && one.includes(comment)),
        name,
      );
  });

  for (const [what, rule, file] of refused) {
    it(`are refused where ${what}`, () => {
      assert(cruised?.failed);
      assert.match(cruised.said, new RegExp(`error ${rule}: ${file.replaceAll(".", "\\.")}\\b`, "u"));
    });
  }
});
