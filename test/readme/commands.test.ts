import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Ledger, type LocalService } from "../../local-service/index";
import { realEngine } from "../engines";
import { useServices } from "../http/reading-of";
import { usePackedProject } from "../package/packed-project";
import { blocksOf, type Page, pages, withoutClone } from "./readme";

/**
 * What stands in for the world: the package is installed already, nobody types, and there is no Pulumi Cloud. A check may
 * find violations; wrong usage and doubts end the page. That npx starts the command is another test's (`test/package/entries`): npm
 * itself takes ten times as long.
 */
const surroundings = `
set -euo pipefail
npm() { [ "$1" = install ]; }
npx() {
  case "$3" in serve) return ;; esac
  local answers=""
  if [ "$3" = init ]; then answers=--yes; rm -f guardrails.json; fi
  [ "$1 $2" = "--no-install pulumi-guardrails" ] || { echo "npx $*: this test knows no such command"; return 2; }
  shift 2
  node_modules/.bin/pulumi-guardrails "$@" $answers || [ $? -eq 1 ]
}
pulumi() {
  case "$1 \${2:-}" in
    login*|"stack init"|"policy publish"|"env "*) return ;;
  esac
  if [ -n "\${WITH_ENGINE:-}" ]; then command pulumi "$@" --non-interactive; fi
}
`;

describe("Every command of the documentation runs where there is nothing but the packed package", function () {
  this.timeout(300_000);
  const packed = usePackedProject();
  const running = useServices();
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "guardrails-commands-"));
    cpSync(join(packed().folder, "package.json"), join(folder, "package.json"));
    symlinkSync(join(packed().folder, "node_modules"), join(folder, "node_modules"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function account(): Promise<LocalService> {
    const ledger = new Ledger();
    ledger.assign({ keyName: "prod-gateway" });
    return running({ ledger });
  }

  function run(
    page: Page,
    service: LocalService,
    variables: Readonly<Record<string, string>>,
  ): Promise<string> {
    const { PATH = "", HOME = "" } = process.env;
    const env = {
      // npm puts node_modules/.bin first, and there Pulumi's own npm wrapper would hide a real engine.
      PATH: PATH.split(delimiter)
        .filter((one) => !one.endsWith(join("node_modules", ".bin")))
        .join(delimiter),
      HOME,
      GUARDRAILS_BASE_URL: service.baseUrl,
      GUARDRAILS_MANAGEMENT_KEY: service.managementKey,
      GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
      npm_config_offline: "true",
      npm_config_update_notifier: "false",
      ...variables,
    };
    const script = `${surroundings}\n${blocksOf("sh", page).join("\n")}`;
    return new Promise((done, fail) => {
      const child = execFile("bash", ["-c", script], { cwd: folder, env }, (error, out, err) => {
        if (error === null) done(`${out}${err}`);
        else fail(new Error(`${page.path}: status ${error.code}\n${out}${err}`));
      });
      // A page whose commands read nothing may have ended before all of it was written.
      child.stdin?.on("error", () => undefined);
      // What is read without showing it.
      child.stdin?.end("sk-or-mgmt-made-up-for-this-test\n".repeat(3));
    });
  }

  // Commands of other languages' tools have tests of their own.
  const shown = pages
    .map(withoutClone)
    .filter((page) => page.path !== "docs/languages.md" && blocksOf("sh", page).length > 0);

  for (const page of shown) {
    it(page.path, async () => {
      const config = { "guardrails-settings": { requiredKeys: [{ pattern: "prod-*" }] } };
      writeFileSync(join(folder, "guardrails.json"), JSON.stringify(config));
      const service = await account();
      const out = await run(page, service, {});
      if (
        /^npx --no-install pulumi-guardrails (?:check(?! --validate)|list|explain)/mu.test(
          blocksOf("sh", page).join(""),
        )
      ) {
        assert.match(out, /guarded/u);
        assert(service.requests.length > 0);
      }
    });
  }

  for (const path of ["README.md", "docs/adopt.md"]) {
    it(`${path}, its previews under a real engine (else skipped)`, async function () {
      const engine = await realEngine();
      const page = shown.find((one) => one.path === path);
      assert(page !== undefined);
      if (engine === undefined) this.skip();
      writeFileSync(join(folder, "Pulumi.yaml"), "name: documented\nruntime: nodejs\n");
      writeFileSync(join(folder, "index.js"), "exports.greeting = 'hello';\n");
      const state = {
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "documented",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_HOME: join(folder, "home"),
        WITH_ENGINE: "yes",
      };
      const service = await account();
      const blocks = "```sh\ncommand pulumi stack init dev --non-interactive\n```\n";
      const out = await run({ path, text: `${blocks}${page.text}` }, service, state);
      assert.match(out, /Policies:\s+✅ guardrails/u);
      assert.doesNotMatch(out, /could not verify/u);
    });
  }

  it("names no file and no script that only a clone has", () => {
    for (const page of pages.map(withoutClone)) {
      if (page.path === "CONTRIBUTING.md") continue;
      assert.doesNotMatch(page.text, /npm run |(?<!pulumi-guardrails\/)examples\/|dist\//u, page.path);
    }
  });

  it("has every page that the README leads to in the package", () => {
    const inPackage = join(packed().folder, "node_modules/pulumi-guardrails");
    const names = new Set(readdirSync(inPackage, { recursive: true, encoding: "utf8" }));
    const readme = pages.find(({ path }) => path === "README.md");
    for (const [, target = ""] of (readme?.text ?? "").matchAll(/\]\((?!https?:)([^)#]+)/gu)) {
      if (target !== "CONTRIBUTING.md") assert(names.has(target), `${target} is not in the package`);
    }
  });
});
