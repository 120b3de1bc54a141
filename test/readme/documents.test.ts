import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { demoKeys } from "../../local-service/demo-ledger";
import { settingsName } from "../../policies/configuration/shared-settings";
import { prepareRule } from "../../policies/judge";
import { ruleNames, rules } from "../../policies/rules/index";
import { root } from "../repository";
import { blocksOf, commandLines, pageAt, pages, readme } from "./readme";

const run = promisify(execFile);
const now = Date.parse("2026-11-22T00:00:00Z");

/** All that the program can say: its source, in which a message may be put together over several lines. */
const sources = ["provider", "sdk", "policies", "cli"]
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(path.join(root, folder, name), "utf8")),
  )
  .join("\n");

/** The configurations a page shows: objects with an entry for a policy of the pack. */
function configurationsOf(page: (typeof pages)[number]): Record<string, unknown>[] {
  return blocksOf("json", page)
    .map((block): Record<string, unknown> => JSON.parse(block))
    .filter((shown) => Object.keys(shown).some((name) => name === settingsName || ruleNames.includes(name)));
}

/** What puts a rule in force that judges this key. */
const inForceBy: Readonly<Record<string, (key: object) => object>> = {
  "required-keys-guarded": (key) => ({ requiredKeys: [key] }),
  "declared-keys-guarded": () => ({}),
  "no-unguarded-keys": () => ({ exempt: [] }),
  "approved-guardrails-only": (key) => ({ approved: ["c1b22b16-05a0-4b24-8353-6273a5c32a0f"], keys: [key] }),
  "guardrails-enforce-something": (key) => ({ require: [], requiredKeys: [key] }),
};

describe("The documentation", function () {
  this.timeout(300_000);

  it("has a page for every rule and a line about it in the README", () => {
    for (const name of ruleNames) {
      const place = `docs/rules/${name}.md`;
      assert.ok(
        pages.some((page) => page.path === place),
        place,
      );
      assert.ok(readme.text.includes(`](${place})`), place);
    }
  });

  it("says of every rule whether it can be judged on ModelGates, which shows assignments only", () => {
    const canJudge = (rule: (typeof rules)[number], key: object): boolean => {
      const own = inForceBy[rule.name]?.(key);
      const { configured } = prepareRule(rule, { own, settings: undefined }, now);
      assert(configured.kind === "configured", rule.name);
      return !configured.needs.includes("inventory") && configured.needsContent !== true;
    };
    for (const rule of rules) {
      const byHash = canJudge(rule, { hash: "0".repeat(64) });
      const byName = canJudge(rule, { name: "prod-gateway" });
      const said =
        new RegExp(`^\\| \\[${rule.name}\\].* \\| ([^|]*) \\|$`, "mu").exec(readme.text)?.[1] ?? "";
      assert.match(said, byName ? /^yes$/u : byHash ? /keys by hash/u : /^no$/u, rule.name);
    }
  });

  for (const page of pages) {
    it(`has only links that lead somewhere: ${page.path}`, () => {
      const headings = (text: string): string[] =>
        [...text.matchAll(/^#+ (.+)$/gmu)].map(([, heading = ""]) =>
          heading
            .toLowerCase()
            .replace(/[^\w -]/gu, "")
            .replaceAll(" ", "-"),
        );
      for (const [, target = ""] of page.text.matchAll(/\]\((?!https?:)([^)]+)\)/gu)) {
        const [file = "", heading] = target.split("#");
        const found = file === "" ? page.path : path.join(path.dirname(page.path), file);
        assert.ok(existsSync(path.join(root, found)), `${page.path}: ${target}`);
        if (heading === undefined) continue;
        const aimed = pages.find((candidate) => candidate.path === found);
        assert.ok(headings(aimed?.text ?? "").includes(heading), `${page.path}: ${target}`);
      }
    });

    it(`shows only configurations that the rules accept: ${page.path}`, () => {
      for (const shown of configurationsOf(page)) {
        for (const [name, own] of Object.entries(shown)) {
          if (name === settingsName || typeof own === "string") continue;
          const rule = rules.find((candidate) => candidate.name === name);
          assert.ok(rule !== undefined, name);
          const prepared = prepareRule(rule, { own, settings: shown[settingsName] }, now);
          assert.equal(prepared.configured.kind, "configured", `${name} would not be in force`);
          for (const entry of prepared.waivers) assert.equal(entry.kind, "valid");
        }
        const [rule] = rules;
        assert.ok(rule !== undefined);
        if (shown[settingsName] !== undefined)
          prepareRule(rule, { own: {}, settings: shown[settingsName] }, now);
      }
    });
  }

  it("has programs that compile against the package", async () => {
    const scratch = await mkdtemp(path.join(os.tmpdir(), "guardrails-documents-"));
    try {
      await symlink(path.join(root, "node_modules"), path.join(scratch, "node_modules"));
      const programs = pages.flatMap((page) => blocksOf("ts", page));
      const names = programs.map((_, index) => `program-${index}.ts`);
      for (const [index, program] of programs.entries())
        await writeFile(path.join(scratch, names[index] ?? ""), program);
      const tsc = path.join(root, "node_modules", ".bin", "tsc");
      const options = ["--strict", "--noEmit", "--skipLibCheck", "--target", "es2022", "--module", "node16"];
      await run(tsc, [...options, ...names], { cwd: scratch });
    } finally {
      await rm(scratch, { recursive: true });
    }
  });

  it("has only npm scripts that exist", async () => {
    const { stdout } = await run("npm", ["pkg", "get", "scripts"], { cwd: root });
    const scripts: object = JSON.parse(stdout);
    for (const page of pages) {
      for (const [, name = ""] of page.text.matchAll(/npm run (?:--silent )?([\w:-]+)/gu)) {
        assert.ok(name in scripts, `${page.path}: ${name}`);
      }
    }
  });

  it("has check --validate before each deployment by a file, of which the engine drops entries without a word", () => {
    const deployments = pages.flatMap((page) => {
      const lines = commandLines(page);
      return lines.flatMap((line, at) => {
        const [, file] = /--policy-pack-config (\S+)/u.exec(line) ?? [];
        return file === undefined ? [] : [{ place: page.path, file, before: lines.slice(0, at) }];
      });
    });
    assert.ok(deployments.length >= 3);
    for (const { place, file, before } of deployments) {
      assert.ok(
        before.includes(`npx --no-install pulumi-guardrails check --validate --config ${file}`),
        place,
      );
    }
  });

  it("has no made-up hash that begins as one of the demo's keys: `explain` would find that key by it", () => {
    const demo = Object.values(demoKeys).map(({ keyHash }) => keyHash);
    const starts = new Set(demo.map((hash) => hash.slice(0, 8)));
    for (const page of pages) {
      for (const [hash] of page.text.matchAll(/\b[0-9a-f]{64}\b/gu))
        assert.ok(demo.includes(hash) || !starts.has(hash.slice(0, 8)), `${page.path}: ${hash}`);
    }
  });

  it("explains only messages that the program has", () => {
    const rows = [
      ...pageAt("docs/troubleshooting.md").text.matchAll(
        /^\| (`.+?`)( \((?:the engine|Node)'s words\))? \|/gmu,
      ),
    ];
    assert.ok(rows.length >= 20);
    for (const [, message = "", engine] of rows) {
      if (engine !== undefined) continue;
      for (const part of message.slice(1, -1).split(/…|\d+/u)) {
        assert.ok(sources.includes(part.trim()), `${message}: nothing says ${part}`);
      }
    }
  });
});
