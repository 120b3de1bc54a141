import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Ledger, LOCAL_MANAGEMENT_KEY, type LocalService, samplePositions } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { environmentFor, runCommand, useFiles } from "./run-command";
import { RoutedAccounts, runHere } from "./run-here";

/** Where a command reads is told by its options, by the environment, and by the file: a printed one must not lose any. */
describe("a command that pulumi-guardrails prints, run as it is printed,", () => {
  const running = useServices();
  const write = useFiles();

  /** The environment leads to an account where all is well; the options to another one, in which every key is unguarded. */
  async function accounts(keys: number) {
    const [fine, meant] = [new Ledger(), new Ledger()];
    for (let nth = 0; nth < keys; nth += 1) {
      fine.assign({ keyName: `prod-${nth}` });
      meant.addKey({ keyName: `prod-${nth}` });
    }
    const [here, there] = [await running({ ledger: fine }), await running({ ledger: meant })];
    const environment = { ...environmentFor(here), MODELGATES_MANAGEMENT_KEY: there.managementKey };
    const run = (...argv: readonly string[]) =>
      runHere(argv, environment, { accounts: new RoutedAccounts(there) });
    return { here, there, run };
  }

  /** That it asks the one and not the other. */
  async function asks<Ran>(asked: LocalService, other: LocalService, run: () => Promise<Ran>): Promise<Ran> {
    const before = [asked.requests.length, other.requests.length] as const;
    const ran = await run();
    assert(asked.requests.length > before[0]);
    assert.equal(other.requests.length, before[1]);
    return ran;
  }

  const byPattern = { "guardrails-settings": { requiredKeys: [{ pattern: "prod-*" }] } };

  for (const [where, file, options] of [
    ["by an option", byPattern, ["--service", "modelgates"]],
    [
      "by the file",
      { "guardrails-settings": { ...byPattern["guardrails-settings"], service: "modelgates" } },
      [],
    ],
  ] as const) {
    it(`lists the keys that one command cannot fix of the account that was checked, which is named ${where}`, async () => {
      const { here, there, run } = await accounts(51);
      const config = write(file);
      const check = await asks(there, here, () => run("check", "--config", config, ...options));
      assert.equal(check.status, 1);
      const [, printed = ""] = /^next: npx --no-install pulumi-guardrails (.*)$/mu.exec(check.out) ?? [];
      assert.equal(printed, ["check --config FILE", ...options, "--format json"].join(" "));
      const again = await asks(there, here, () => run(...printed.replace("FILE", config).split(" ")));
      assert.equal(again.status, 1);
      assert.equal(new Set(again.out.match(/"hash": "[0-9a-f]{64}"/gu)).size, 51);
    });
  }

  it("leads from a filter that matches nothing to the keys without a guardrail of that account", async () => {
    const { here, there, run } = await accounts(2);
    const { err } = await run("list", "--service", "modelgates", "--key-name", "prod-0");
    const [, printed = ""] = /see pulumi-guardrails (.*)\.$/mu.exec(err) ?? [];
    assert.equal(printed, "list --unguarded --service modelgates");
    const { out } = await asks(there, here, () => run(...printed.split(" ")));
    assert.match(out, /prod-0[\s\S]*prod-1/u);
  });

  it("checks the account that init wrote the file from", async () => {
    const { here, there, run } = await accounts(1);
    const path = `${write("")}.new`;
    const written = await run("init", "--yes", "--service", "modelgates", "--output", path);
    const [, printed = ""] = /then run: pulumi-guardrails (.*)$/mu.exec(written.out) ?? [];
    assert.equal(printed, `check --config ${path}`);
    assert.equal(JSON.parse(readFileSync(path, "utf8"))["guardrails-settings"].service, "modelgates");
    const check = await asks(there, here, () => run(...printed.split(" ")));
    assert.equal(check.status, 1);
  });

  it("makes the missing file from the account that was to be checked", async () => {
    const { run } = await accounts(1);
    const { status, err } = await run("check", "--service", "modelgates");
    assert.equal(status, 2);
    assert.match(err, /^pulumi-guardrails init --service modelgates writes one /mu);
  });

  for (const [what, key] of [
    ["a raw key", `sk-or-v1-${"ab".repeat(32)}`],
    ["the management key", LOCAL_MANAGEMENT_KEY],
  ] as const) {
    it(`shows nothing of ${what} that was given in the place of something else`, async () => {
      const service = await running({ ledger: new Ledger({ positions: samplePositions(1) }) });
      const folder = mkdtempSync(join(tmpdir(), "guardrails-printed-"));
      const run = (...argv: readonly string[]) => runCommand(argv, environmentFor(service), folder);
      for (const [argv, said] of [
        [["check", "--read-timeout", key], /init --read-timeout VALUE writes one /u],
        [["check", "--base-url", `https://x.example/${key}`], /init --base-url VALUE writes one /u],
        [["init", "--yes", "--output", `${key}.json`], /check --config FILE$/mu],
        [["list", "--key-name", "nobody", "--read-timeout", "20"], /list --unguarded --read-timeout 20\.$/mu],
      ] as const) {
        const { out, err } = await run(...argv);
        assert.match(out + err, said);
        assert(!`${out}${err}`.includes(key), argv.join(" "));
      }
      rmSync(folder, { recursive: true });
    });
  }

  it("names the file only where it is the same one from there", async () => {
    const ledger = new Ledger();
    const { keyHash } = ledger.assign({ keyName: "prod-0" });
    const service = await running({ ledger, management: false });
    const folder = `${write("")}.folder`;
    const file = {
      "guardrails-settings": { requiredKeys: [{ hash: keyHash }] },
      "guardrails-enforce-something": { require: [] },
    };
    const elsewhere = write(file);
    mkdirSync(join(folder, "prod"), { recursive: true });
    for (const path of ["guardrails.json", "prod/guardrails.json", "-"]) {
      writeFileSync(join(folder, path), JSON.stringify(file));
    }
    symlinkSync(join(folder, "prod"), join(folder, "link"));
    for (const [given, printed] of [
      [[], "guardrails.json"],
      [["--config", "./prod/guardrails.json"], "prod/guardrails.json"],
      [["--config", join(folder, "prod/guardrails.json")], "prod/guardrails.json"],
      [["--config", elsewhere], "FILE"],
      // The system looks for it beside prod, wherever that is.
      [["--config", "link/../guardrails.json"], "FILE"],
      [["--config", "link/.//./../guardrails.json"], "FILE"],
      [["--config", "./prod/../guardrails.json"], "FILE"],
      [["--config", "./-"], "./-"],
      [["--config", relative(folder, elsewhere)], "FILE"],
    ] as const) {
      const { status, out } = await runCommand(["check", ...given], environmentFor(service), folder);
      assert.equal(status, 3, out);
      assert.equal(/^next: .* explain \S+ (.*)$/mu.exec(out)?.[1], `--config ${printed}`);
    }
  });
});
