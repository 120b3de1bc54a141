import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { checkReport } from "../../../cli/reports/check-report";
import { type LocalService, sampleAssignment } from "../../../local-service/index";
import { useServices } from "../../http/reading-of";
import { root } from "../../repository";
import { environmentFor, ruled, runCommand } from "../run-command";
import { runHere } from "../run-here";

const guarded = { hash: sampleAssignment(1).keyHash };
const unguarded = { hash: sampleAssignment(77).keyHash };

describe("pulumi-guardrails check writes its reports", () => {
  const running = useServices();
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "guardrails-reports-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const at = (name: string): string => join(directory, name);
  const read = (name: string): string => readFileSync(at(name), "utf8");

  async function check(
    keys: readonly unknown[],
    options: readonly string[],
    service?: LocalService,
    run: (argv: string[], environment: Record<string, string>) => ReturnType<typeof runHere> = runHere,
  ) {
    const config = at("guardrails.json");
    writeFileSync(config, JSON.stringify(ruled({ requiredKeys: keys, readTimeout: 3 })));
    const asked = service ?? (await running());
    if (!asked.ledger.hasKey(unguarded.hash)) asked.ledger.addKey(sampleAssignment(77));
    const environment = environmentFor(asked);
    return run(["check", "--config", config, ...options], environment);
  }

  function reportIn(text: string): ReturnType<typeof checkReport.parse> {
    return checkReport.parse(JSON.parse(text));
  }

  it("as text on standard output where nothing is asked for, and nothing on standard error", async () => {
    const { status, out, err } = await check([guarded], []);
    assert.deepEqual([status, err], [0, ""]);
    assert.match(out, /^guarded: the only required key passes\n/u);
  });

  for (const format of ["json", "junit", "sarif", "markdown", "html"]) {
    it(`as ${format} on a standard output that holds nothing else, with the verdict on standard error`, async () => {
      const { status, out, err } = await check([unguarded], ["--format", format], undefined, runCommand);
      assert.deepEqual([status, err], [1, "pulumi-guardrails: not guarded: the only required key fails\n"]);
      const begins =
        { json: "{", junit: "<?xml", sarif: "{", markdown: "### ", html: "<!doctype html>" }[format] ?? "?";
      assert(out.startsWith(begins), out.slice(0, 40));
      assert(out.endsWith("\n"));
    });
  }

  it("several in one run, each format to the output after it", async () => {
    const options = ["--format", "text", "--output", "-", "--format", "sarif", "--output", at("r.sarif")];
    const { status, out, err } = await check(
      [unguarded],
      [...options, "--format=json", `--output=${at("r.json")}`],
    );
    assert.deepEqual([status, err], [1, ""]);
    assert.match(out, /^not guarded: /u);
    assert.equal(JSON.parse(read("r.sarif")).version, "2.1.0");
    assert.equal(reportIn(read("r.json")).verdict, "violations");
  });

  it("in the format of a file's ending where none is named, and as text on standard output beside it", async () => {
    const names = ["r.html", "r.json", "r.sarif", "r.xml", "r.md", "r.TXT"];
    const { status, out, err } = await check(
      [unguarded],
      names.flatMap((name) => ["--output", at(name)]),
    );
    assert.deepEqual([status, err], [1, ""]);
    assert.match(out, /^not guarded: /u);
    const begins = [
      "<!doctype html>",
      '{\n  "version"',
      '{\n  "version": "2.1.0"',
      "<?xml",
      "### ",
      "not guarded: ",
    ];
    for (const [n, name] of names.entries())
      assert(read(name).startsWith(begins[n] ?? "?"), read(name).slice(0, 40));
  });

  it("in the format named right before an output, whatever its ending, and of no other", async () => {
    const pair = ["--format", "sarif", "--output", at("results.json")];
    await check([guarded], [...pair, "--output", at("r.json")]);
    assert.equal(JSON.parse(read("results.json")).version, "2.1.0");
    assert.equal(reportIn(read("r.json")).verdict, "guarded");
  });

  it("and says nothing else where it is to be quiet", async () => {
    const { status, out, err } = await check([unguarded], ["-q", "-o", at("r.json")]);
    assert.deepEqual([status, out, err], [1, "", ""]);
    assert.equal(reportIn(read("r.json")).verdict, "violations");
    assert.deepEqual((await check([guarded], ["--quiet"])).out, "");
    const { err: problem } = await check([unguarded], ["-q", "-o", at("no/such.json")]);
    assert.match(problem, /^pulumi-guardrails: "[^"]+", given by --output, cannot be written/u);
  });

  it("before it fails, also when nothing could be verified", async () => {
    const service = await running({ faults: () => ({ kind: "status", status: 500 }) });
    const { status } = await check([guarded], ["--format", "json", "--output", at("r.json")], service);
    assert.equal(status, 3);
    const report = reportIn(read("r.json"));
    assert.deepEqual(report.asked, [{ service: "openrouter", baseUrl: service.baseUrl }]);
    assert.equal(report.verdict, "unverified");
  });

  it("with where and when was asked, the version and the configuration's name, and no path of the machine", async () => {
    const before = Date.now();
    const { out } = await check([guarded], ["--format", "json"]);
    const { checkedAt, tool, configuration } = reportIn(out);
    assert(Date.parse(checkedAt) >= before && Date.parse(checkedAt) <= Date.now());
    assert.match(tool.version, /^\d+\.\d+\.\d+/u);
    assert.equal(configuration, "guardrails.json");
    assert(!out.includes(directory));
  });

  it("over what was there, whole, leaving nothing beside it and its permissions as they were", async () => {
    writeFileSync(at("r.json"), "x".repeat(100_000));
    chmodSync(at("r.json"), 0o620);
    await check([guarded], ["--format", "json", "--output", at("r.json")]);
    assert.equal(reportIn(read("r.json")).verdict, "guarded");
    assert.equal(statSync(at("r.json")).mode & 0o777, 0o620);
    assert.deepEqual(readdirSync(directory).toSorted(), ["guardrails.json", "r.json"]);
  });

  it("through a symbolic link, which stays one", async () => {
    mkdirSync(at("deep"));
    writeFileSync(at("deep/r.json"), "old");
    symlinkSync(at("deep/r.json"), at("link"));
    await check([guarded], ["--format", "json", "--output", at("link")]);
    assert.equal(reportIn(read("deep/r.json")).verdict, "guarded");
    assert.deepEqual(readdirSync(at("deep")), ["r.json"]);
  });

  it("all but those that can no longer be written when it comes to that, which end it with 2 whatever was found", async () => {
    mkdirSync(at("gone"));
    const service = await running({
      faults: () => {
        rmSync(at("gone"), { recursive: true, force: true });
        return undefined;
      },
    });
    const { status, err } = await check([unguarded], ["-o", at("gone/r.json"), "-o", at("r.sarif")], service);
    assert.equal(status, 2);
    assert.match(
      err,
      /gone\/r\.json", given by --output, cannot be written \(its folder "\S+" does not exist\)/u,
    );
    assert.equal(JSON.parse(read("r.sarif")).version, "2.1.0");
  });

  it("only where all have a place: otherwise nothing is read, and it ends with 2", async () => {
    const unwritable = {
      "no/such/folder.json": `its folder "${at("no/such")}" does not exist`,
      deep: "it is not a regular file",
      "guardrails.json/x": "ENOTDIR",
    };
    mkdirSync(at("deep"));
    for (const [name, cause] of Object.entries(unwritable)) {
      const options = [
        "--format",
        "json",
        "--output",
        at(name),
        "--format",
        "sarif",
        "--output",
        at("r.sarif"),
      ];
      const service = await running();
      const { status, out, err } = await check([unguarded], options, service);
      assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
      assert.match(err, /^pulumi-guardrails: "[^"]+", given by --output, /u);
      assert(err.includes(`cannot be written (${cause}). Give a file in a folder `), err);
      assert(!existsSync(at("r.sarif")));
    }
  });

  it("never in the place of a pipe or a device", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    const { status, err } = await check([guarded], ["--format", "json", "--output", at("pipe")]);
    assert.equal(status, 2);
    assert.match(err, /it is not a regular file/u);
    assert(statSync(at("pipe")).isFIFO());
  });

  it("to nowhere if the configuration is wrong", async () => {
    const { status, out } = await check([], ["--format", "json", "--output", at("r.json")]);
    assert.deepEqual([status, out, existsSync(at("r.json"))], [2, "", false]);
  });

  describe("and refuses, with 2 and before anything is sent,", () => {
    const refused: Readonly<Record<string, readonly [options: readonly string[], said: RegExp]>> = {
      "an unknown format": [["--format", "xml"], /Use one of text, json, junit, sarif, markdown, html\./u],
      "an output whose format nothing tells": [
        ["--output", "x"],
        /Nothing tells its format: end it in \.html, /u,
      ],
      "an empty output": [["--format", "json", "--output", ""], /Give a file, or - for standard output\./u],
      "two reports to one file": [
        ["--format", "json", "--output", "x", "--format", "sarif", "--output", "x"],
        /"x", given by --output, is the file of another report already\./u,
      ],
      "two reports to standard output": [["--format", "json", "--format", "sarif"], /more than one report/u],
      "a baseline that no report shows": [
        ["--format", "json", "--baseline", "x"],
        /without a report that shows what changed/u,
      ],
      "a baseline that is not there": [
        ["--format", "html", "--baseline", "no/such"],
        /"no\/such", given by --baseline, does not exist\./u,
      ],
      "a baseline that is no report": [
        ["--format", "html", "--baseline", resolve(root, "package.json")],
        /is not a report of version 1/u,
      ],
    };
    for (const [title, [options, said]] of Object.entries(refused)) {
      it(title, async () => {
        const service = await running();
        const { status, out, err } = await check([guarded], options, service);
        assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
        assert.match(err, said);
      });
    }
  });

  describe("never over one another or over the configuration,", () => {
    const configuration = () => read("guardrails.json");

    async function refused(options: readonly string[], said: RegExp): Promise<void> {
      const service = await running();
      const { status, out, err } = await check([guarded], options, service);
      assert.deepEqual([status, out, service.requests.length], [2, "", 0]);
      assert.match(err, said);
      assert(configuration().startsWith('{"required-keys-guarded"'), configuration());
    }

    it("by whatever path they are named", async () => {
      symlinkSync(at("guardrails.json"), at("link.json"));
      mkdirSync(at("deep"));
      symlinkSync(directory, at("deep/up"));
      for (const name of [
        "guardrails.json",
        "./guardrails.json",
        "deep/../guardrails.json",
        "link.json",
        "deep/up/guardrails.json",
      ]) {
        await refused(
          ["--output", `${directory}/${name}`],
          /, given by --output, is the configuration file\. /u,
        );
      }
      for (const name of ["./r.json", "deep/../r.json", "deep/up/r.json", "R.json"]) {
        const pair = ["--output", at("r.json"), "--format", "sarif", "--output", `${directory}/${name}`];
        await refused(pair, /is the file of another report already/u);
        assert(!existsSync(at("r.json")));
      }
    });

    it("also where the configuration is the file taken by default", async () => {
      const config = at("guardrails.json");
      writeFileSync(config, JSON.stringify(ruled({ requiredKeys: [guarded] })));
      const argv = ["check", "--output", "./guardrails.json"];
      const { status, err } = await runCommand(argv, environmentFor(await running()), directory);
      assert.equal(status, 2);
      assert.match(err, /is the configuration file/u);
      assert.match(configuration(), /required-keys-guarded/u);
    });
  });

  it("and compares with one that an earlier run has written", async () => {
    await check([unguarded], ["--format", "json", "--output", at("earlier.json")]);
    const options = ["--format", "html", "--baseline", at("earlier.json")];
    const { out } = await check([{ ...unguarded, description: "the same key" }], options);
    assert.match(out, /<span class="number">1<\/span> still failing/u);
    const { out: text } = await check([unguarded], ["--format", "text", "--baseline", at("earlier.json")]);
    assert.match(text, /^since 20.*: 0 new, 0 fixed, 0 no longer judged, 1 still failing$/mu);
  });
});
