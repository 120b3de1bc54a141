import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LOCAL_MANAGEMENT_KEY } from "../../local-service/index";
import { version } from "../../provider/version";
import { runCommand, useFiles } from "./run-command";
import { runHere } from "./run-here";

describe("the command's help and usage", () => {
  for (const argv of [["--help"], ["-h"], ["help"]]) {
    it(`is shown on standard output by ${argv.join(" ")}`, async () => {
      const { status, out, err } = await runCommand(argv);
      assert.equal(status, 0);
      assert.match(out, /^Usage: node \S*pulumi-guardrails\.js \[options\]/u);
      for (const name of ["list", "check", "explain", "init", "rules", "serve"])
        assert.match(out, new RegExp(`^ +${name} `, "mu"));
      assert.equal(err, "");
    });
  }

  const statuses = { list: [0, 2, 3], check: [0, 1, 2, 3], explain: [0, 1, 2, 3], init: [0, 2, 3] };
  for (const [name, ends] of Object.entries(statuses)) {
    it(`of ${name} names the exit statuses, the variables and an example`, async () => {
      const { status, out } = await runHere([name, "--help"]);
      assert.equal(status, 0);
      const [, named = ""] = /^Exit status:\n([\s\S]*?)\n\n/mu.exec(out) ?? [];
      assert.deepEqual(
        [...named.matchAll(/^ {2}(\d) {2}\S/gmu)].map(([, status]) => Number(status)),
        ends,
      );
      for (const word of ["GUARDRAILS_MANAGEMENT_KEY", "GUARDRAILS_BASE_URL", "Example"]) {
        assert(out.includes(word), word);
      }
      assert.doesNotMatch(
        out,
        /--\S*(management|credential|token|api-key)/u,
        "a credential on a command line is seen by every process",
      );
    });
  }

  it("calls the command as it was called itself, in the usage, the text and the examples", async () => {
    const invocation = "npx --no-install pulumi-guardrails";
    for (const name of ["", "list", "check", "explain", "init", "rules", "serve"]) {
      const argv = [...(name === "" ? [] : [name]), "--help"];
      const { out } = await runHere(argv, {}, { invocation });
      assert(out.startsWith(`Usage: ${invocation} ${name}`), name);
      for (const [, example = ""] of out.matchAll(/^ {2}\$ (.*)$/gmu)) {
        assert(example.startsWith(`${invocation} ${name}`), example);
      }
      assert.doesNotMatch(
        out,
        /(?<!no-install |")\bpulumi-guardrails (?:init|check|serve|list|explain)\b(?! fails)/u,
      );
    }
    const { err } = await runHere(["list", "--none"], {}, { invocation });
    assert.match(err, /\(npx --no-install pulumi-guardrails list --help shows the usage\)/u);
  });

  for (const argv of [
    ["check", "--config", "one.json", "--config", "other.json"],
    ["check", "--baseline", "one.json", "--baseline", "other.json"],
    ["explain", "prod-gateway", "-c", "one.json", "--config", "other.json"],
    ["list", "--base-url", "http://127.0.0.1:1", "--base-url", "http://127.0.0.1:2"],
    ["list", "--service", "openrouter", "--service", "modelgates"],
    ["list", "--format", "csv", "--format", "json"],
    ["list", "--guardrail-id", "one", "--guardrail-id", "other"],
    ["init", "--output", "one.json", "--output", "other.json"],
    ["serve", "--port", "1", "--port", "2"],
  ]) {
    it(`refuses an option that is given twice: ${argv.join(" ")}`, async () => {
      const { status, out, err } = await runHere(argv);
      assert.deepEqual([status, out], [2, ""]);
      assert.match(err, /is given twice: give it once/iu);
    });
  }

  for (const argv of [
    ["check", "--config", ""],
    ["check", "--baseline", ""],
    ["explain", "prod-gateway", "-c", ""],
    ["init", "--output", ""],
  ]) {
    it(`refuses a file without a name: ${argv.join(" ")}`, async () => {
      const { status, out, err } = await runHere(argv);
      assert.deepEqual([status, out], [2, ""]);
      assert.match(err, /It names no file: is a variable in it not set\?/u);
    });
  }

  for (const command of [["check"], ["explain", "prod-gateway"]]) {
    for (const own of ["", " ", "one,,other", "one,"]) {
      it(`refuses a policy without a name: ${[...command, "--own", own].join(" ")}`, async () => {
        const { status, out, err } = await runHere([...command, "--own", own]);
        assert.deepEqual([status, out], [2, ""]);
        assert.match(err, /It names no policy: is a variable in it not set, or a comma too many\?/u);
      });
    }
  }

  it("refuses a pipe in the place of a file instead of waiting for what nobody writes", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "guardrails-pipe-"));
    const pipe = path.join(folder, "pipe.json");
    execFileSync("mkfifo", [pipe]);
    try {
      const { status, err } = await runCommand(["check", "--config", pipe]);
      assert.equal(status, 2);
      assert.match(err, /it is not a regular file/u);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("gives the version alone", async () => {
    assert.deepEqual(await runCommand(["--version"]), {
      status: 0,
      signal: null,
      out: `${version}\n`,
      err: "",
    });
  });

  for (const name of ["check", "list", "explain", "init", "rules", "serve"]) {
    for (const columns of [72, 80, 132]) {
      it(`of ${name} fits a terminal of ${columns} columns, but for examples`, async () => {
        const { out } = await runHere([name, "--help"], {}, { terminal: { columns, colour: false } });
        const lines = out.split("\n").filter((line) => !/^ {2}(?:\$|\d) /u.test(line));
        assert(lines.length > 5);
        for (const line of lines) assert(line.length <= columns, line);
      });
    }
  }

  it("of check says why there is no --fail-on", async () => {
    const { out } = await runHere(["check", "--help"], {});
    assert.match(
      out.replaceAll("\n", " "),
      /there is no --fail-on, because a check that passes with an unguarded key/u,
    );
  });

  for (const argv of [
    [],
    ["chekc"],
    ["check", "--config"],
    ["check", "--confg", "x"],
    ["list", "--format", "yaml"],
    ["list", "--unguarded", "--guardrail-id", "c1b22b16-05a0-4b24-8353-6273a5c32a0f"],
    ["rules", "extra"],
    ["list", "--service", "open-router"],
    ["list", "--management-key", "x"],
    ["list", "extra"],
  ]) {
    it(`refuses "${argv.join(" ")}" with 2, on standard error only`, async () => {
      const { status, out, err } = await runCommand(argv);
      assert.equal(status, 2);
      assert.equal(out, "");
      assert.match(err, /error: |Usage: /u);
    });
  }

  it("says which service is meant by another spelling of its name", async () => {
    const { err } = await runHere(["list", "--service", "ModelGates"]);
    assert.match(err, /Allowed choices are openrouter, modelgates \(did you mean modelgates\?\)\./u);
    const served = await runHere(["serve", "--flavour", "ModelGates"]);
    assert.match(served.err, /modelgates \(did you mean modelgates\?\)\./u);
  });

  it("shows nothing of a key that was given as an argument", async () => {
    const key = `sk-or-v1-${"0e6".repeat(21)}`;
    for (const argv of [[key], ["list", key], ["list", `--${key}`], ["list", "--service", key]]) {
      const { status, out, err } = await runHere(argv);
      assert.equal(status, 2);
      assert.doesNotMatch(out + err, /0e60e6/u);
    }
  });

  it("shows nothing of a key that was given as an argument in several lines", async () => {
    for (const key of ["sk-or-v1-012\n", "sk-or-v1-\r\n0e6", "sk-\nor-v1-0e6"].map(
      (begun) => begun + "0e6".repeat(20),
    )) {
      const { status, err } = await runHere(["check", "--format", key]);
      assert.equal(status, 2);
      assert.doesNotMatch(err, /0e60e6|sk-or-v1/u);
      assert.match(err, /\[key\].*\n.*--help shows the usage/u);
    }
  });

  describe("whose environment holds a management key", () => {
    const file = useFiles();
    const key = "no-form-of-a-key-yet-secret-8c41";
    for (const variable of [
      "GUARDRAILS_MANAGEMENT_KEY",
      "OPENROUTER_MANAGEMENT_KEY",
      "MODELGATES_MANAGEMENT_KEY",
    ]) {
      it(`shows nothing of it where it stands in the place of something else: ${variable}`, async () => {
        const unknown = file({ [key]: {} });
        const twice = file(`{ "${key}": 1, "${key}": 2 }`);
        for (const argv of [
          [key],
          ["check", "--format", key],
          ["list", "--service", key],
          ["check", `--${key}`],
          ["check", "--config", key],
          ["check", "--config", unknown],
          ["check", "--config", unknown, "--validate"],
          ["check", "--config", twice, "--validate"],
        ]) {
          const { status, out, err } = await runCommand(argv, { [variable]: `${key}\n` });
          assert.notEqual(status, 0);
          assert.match(err, /\[secret\]/u, argv.join(" "));
          assert.doesNotMatch(out + err, /yet-secret/u);
        }
      });
    }
  });

  it("makes control characters and workflow commands in arguments harmless", async () => {
    const { err } = await runHere(["list", "--service", "\u001b[31m::error::x\r\n##vso[task]y"]);
    assert.doesNotMatch(err.replaceAll("\n", ""), /\p{Cc}|::error|##vso\[/u);
  });

  it("refuses an environment variable that nobody reads, and shows nothing of its value", async () => {
    for (const argv of [["list"], ["init", "--yes"], ["explain", "prod-gateway"]]) {
      const { status, err } = await runHere(argv, {
        GUARDRAILS_MANAGEMENT_KEY: LOCAL_MANAGEMENT_KEY,
        GUARDRAILS_BASEURL: "https://hunter2.example",
      });
      assert.equal(status, 2, err);
      assert.match(err, /"GUARDRAILS_BASEURL"\. GUARDRAILS_BASE_URL is probably meant/u);
      assert.doesNotMatch(err, /hunter2/u);
    }
  });

  it("shows nothing of a base URL that is refused", async () => {
    const { status, err } = await runHere(["list", "--base-url", "https://user:hunter2@x.example/"], {
      GUARDRAILS_MANAGEMENT_KEY: LOCAL_MANAGEMENT_KEY,
    });
    assert.equal(status, 2);
    assert.doesNotMatch(err, /hunter2/u);
  });
});
