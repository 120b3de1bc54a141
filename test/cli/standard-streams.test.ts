import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { sampleAssignment } from "../../local-service/index";
import { engineEnvironment } from "../engines/environment";
import { useServices } from "../http/reading-of";
import { root } from "../repository";
import { environmentFor, ruled, runCommand } from "./run-command";
import { runHere } from "./run-here";

const run = promisify(execFile);
const main = resolve(root, "cli/pulumi-guardrails.js");
const configuration = JSON.stringify(ruled({ requiredKeys: [{ hash: sampleAssignment(1).keyHash }] }));

describe("pulumi-guardrails check and what it is given", () => {
  const running = useServices();
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "guardrails-streams-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  async function shell(line: string): Promise<string> {
    const env = engineEnvironment(environmentFor(await running()));
    const script = `${line.replaceAll("pulumi-guardrails", `"${process.execPath}" "${main}"`)}; echo "status $?"`;
    return (await run("bash", ["-c", `exec 2>&1; ${script}`], { env, cwd: directory })).stdout;
  }

  it("takes guardrails.json where no other file is named", async () => {
    writeFileSync(join(directory, "guardrails.json"), configuration);
    const { status, out } = await runCommand(["check"], environmentFor(await running()), directory);
    assert.equal(status, 0);
    assert.match(out, /^guarded: the only required key passes/u);
  });

  it("reads the configuration from standard input, and calls it so", async () => {
    const service = await running();
    const argv = ["check", "--config", "-", "--format", "json"];
    const { status, out } = await runHere(argv, environmentFor(service), {
      input: async () => configuration,
    });
    assert.equal(status, 0);
    assert.equal(JSON.parse(out).configuration, "standard input");
    assert.match(
      await shell(`echo '${configuration}' | pulumi-guardrails check --config -`),
      /^guarded: [\s\S]*^status 0$/mu,
    );
    assert.match(
      await shell("pulumi-guardrails check --config - < /dev/null"),
      /standard input is empty[\s\S]*^status 2$/mu,
    );
  });

  describe("lets no report go", () => {
    const lines: Readonly<Record<string, readonly [line: string, file: string, said: RegExp]>> = {
      "over the configuration that it reads from standard input": [
        "check --config - --format json --output g.json < g.json",
        "g.json",
        /"g\.json", given by --output, is the configuration file/u,
      ],
      "over that configuration by another name": [
        "check --config - --output ./link.json < g.json",
        "g.json",
        /"\.\/link\.json", given by --output, is the configuration file/u,
      ],
      "to the end of that configuration": [
        "check --config - < g.json >> g.json",
        "g.json",
        /standard output is the configuration file\. Give each report .*the shell has emptied it already/u,
      ],
      "to the end of the configuration file": [
        "check --config g.json >> g.json",
        "g.json",
        /standard output is the configuration file/u,
      ],
      "to the file that standard output goes to": [
        "check --config g.json --output r.txt > r.txt",
        "r.txt",
        /"r\.txt", given by --output, is where standard output goes/u,
      ],
      "to that file by the name of standard output": [
        "check --config g.json --format json --output /dev/stdout > r.txt",
        "r.txt",
        /"\/dev\/stdout", given by --output, is where standard output goes/u,
      ],
      "to the file that the messages go to": [
        "check --config g.json --quiet --output r.txt 2> r.txt",
        "r.txt",
        /"r\.txt", given by --output, is where standard error goes/u,
      ],
    };
    for (const [title, [line, file, said]] of Object.entries(lines)) {
      it(`${title}: ${line}`, async () => {
        writeFileSync(join(directory, "g.json"), configuration);
        symlinkSync("g.json", join(directory, "link.json"));
        const shown = await shell(`pulumi-guardrails ${line}`);
        assert.match(shown, /^status 2$/mu);
        assert.match(shown + readFileSync(join(directory, file), "utf8"), said);
        assert.equal(readFileSync(join(directory, "g.json"), "utf8"), configuration);
      });
    }

    it("but lets a quiet check write the file that standard output goes to, for nothing else goes there", async () => {
      writeFileSync(join(directory, "g.json"), configuration);
      const line = "pulumi-guardrails check --config g.json --quiet --output r.txt > r.txt";
      assert.equal(await shell(line), "status 0\n");
      assert.match(readFileSync(join(directory, "r.txt"), "utf8"), /^guarded: /u);
    });

    it("and writes several where standard input and standard output are one device", async () => {
      writeFileSync(join(directory, "g.json"), configuration);
      const line = "pulumi-guardrails check --config g.json --output r.txt < /dev/null > /dev/null";
      assert.equal(await shell(line), "status 0\n");
    });
  });

  it("says in a pipeline that the file is missing and what writes one, and reads nothing", async () => {
    const service = await running();
    const { status, out, err } = await runCommand(["check"], environmentFor(service), directory);
    assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
    assert.match(
      err,
      /nothing was checked: there is no guardrails\.json here, [\s\S]* init writes one from the keys/u,
    );
  });

  describe("on a terminal, without a configuration,", () => {
    const ask = () => Promise.reject(new Error("nothing was to be asked"));
    const here = process.cwd();
    beforeEach(() => process.chdir(directory));
    afterEach(() => process.chdir(here));

    it("says what init would write, and writes nothing", async () => {
      const service = await running({ rows: 3 });
      service.ledger.addKey({ keyName: "billing" });
      const { status, out, err } = await runHere(["check"], environmentFor(service), { ask });
      assert.deepEqual([status, out], [2, ""]);
      assert.match(err, /4 keys in use, 1 of them without a guardrail\. pulumi-guardrails init would write/u);
      assert.match(err, /^ {2}pattern "prod-\*": 3 keys, guarded$/mu);
      assert.match(err, /^ {2}name "billing": WITHOUT A GUARDRAIL$/mu);
      assert(!existsSync(join(directory, "guardrails.json")));
    });

    it("says why it cannot where the account cannot be read", async () => {
      const service = await running({ faults: () => ({ kind: "status", status: 401 }) });
      const { status, err } = await runHere(["check"], environmentFor(service), { ask });
      assert.equal(status, 2);
      assert.match(err, /there is no guardrails\.json [\s\S]*did not accept the management key/u);
    });
  });

  it("says in one line that standard output cannot be written, and does not call that a success", async function () {
    if (!existsSync("/dev/full")) this.skip();
    writeFileSync(join(directory, "guardrails.json"), configuration);
    for (const line of ["list --format csv", "check", "check -q --format html", "rules"]) {
      assert.equal(
        await shell(`pulumi-guardrails ${line} > /dev/full`),
        "pulumi-guardrails: standard output cannot be written (ENOSPC)\nstatus 2\n",
      );
    }
  });

  it("takes the address and the time limit from the command line where the file names none", async () => {
    const service = await running();
    const config = join(directory, "guardrails.json");
    writeFileSync(config, configuration);
    const { GUARDRAILS_MANAGEMENT_KEY = "" } = environmentFor(service);
    const check = (...argv: string[]) =>
      runHere(["check", "--config", config, ...argv], {
        GUARDRAILS_MANAGEMENT_KEY,
        GUARDRAILS_BASE_URL: service.baseUrl,
      });
    assert.equal((await check("--base-url", service.baseUrl, "--service", "openrouter")).status, 0);
    const { status, err } = await check("--read-timeout", "x");
    assert.equal(status, 2);
    assert.match(err, /option --read-timeout must be a number of seconds/u);
    writeFileSync(
      config,
      JSON.stringify({ ...JSON.parse(configuration), "guardrails-settings": { baseUrl: service.baseUrl } }),
    );
    assert.equal((await check("--base-url", service.baseUrl)).status, 0);
    const other = await check("--base-url", "https://other.example/api/v1");
    assert.equal(other.status, 2);
    assert.match(other.err, /the command line and the configuration file name different addresses/u);
  });
});
