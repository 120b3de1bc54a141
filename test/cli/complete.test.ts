import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { useCommandOnPath } from "./on-path";
import { runCommand } from "./run-command";

const run = promisify(execFile);
const commands = ["list", "check", "explain", "init", "serve", "complete"] as const;

/** What is offered for a line, the last word of which may be begun only. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { status, out, err } = await runCommand(["complete", "--", ...words]);
  assert.deepEqual([status, err], [0, ""]);
  const lines = out.trimEnd().split("\n");
  assert.match(lines.at(-1) ?? "", /^:\d+$/u);
  return lines.slice(0, -1).map((line) => line.split("\t", 1)[0] ?? "");
}

describe("guardrails complete", () => {
  const path = useCommandOnPath();

  it("offers the commands", async () => {
    assert.deepEqual(await offered(""), [...commands, "help"]);
    assert.deepEqual(await offered("ex"), ["explain"]);
  });

  it("offers the options of a command, and their choices", async () => {
    assert.deepEqual(await offered("explain", "--"), ["--service", "--base-url", "--config", "--help"]);
    assert.deepEqual(await offered("list", "--format", ""), ["table", "json", "ndjson", "csv"]);
    assert.deepEqual(await offered("list", "--service", "m"), ["modelgates"]);
  });

  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    it(`writes a script for ${shell} that asks this command`, async () => {
      const { status, out, err } = await runCommand(["complete", shell]);
      assert.deepEqual([status, err], [0, ""]);
      assert.match(out, /guardrails complete '?--/u);
    });
  }

  it("completes a line in bash", async () => {
    // The function stands for the package bash-completion, which not every machine has.
    const script = `
      _get_comp_words_by_ref() { words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=\${words[cword]}; }
      source <(guardrails complete bash)
      COMP_WORDS=(guardrails explain --con) COMP_CWORD=2
      __guardrails_complete
      echo "\${COMPREPLY[@]}"`;
    const { stdout } = await run("bash", ["--norc", "-c", script], { env: { PATH: path() } });
    assert.equal(stdout.trim(), "--config");
  });

  for (const argv of [["complete"], ["complete", "nushell"], ["complete", "bash", "zsh"]]) {
    it(`refuses "${argv.join(" ")}" with 2, on standard error only`, async () => {
      const { status, out, err } = await runCommand(argv);
      assert.deepEqual([status, out], [2, ""]);
      assert.match(err, /^error: /u);
    });
  }
});

describe("the help of every command", () => {
  for (const name of commands) {
    it(`has examples that begin with guardrails ${name}, and names no flag for a credential`, async () => {
      for (const argv of [
        [name, "--help"],
        ["help", name],
      ]) {
        const { status, out, err } = await runCommand(argv);
        assert.deepEqual([status, err], [0, ""]);
        assert.match(out, new RegExp(`^Examples?:\\n(.*\\n)*.*guardrails ${name}\\b`, "mu"));
        assert.doesNotMatch(out, /--\S*(management|credential|token|api-key)/u);
      }
    });
  }

  it("is in the list of commands", async () => {
    const { out } = await runCommand(["--help"]);
    for (const name of commands) assert.match(out, new RegExp(`^ {2}${name} `, "mu"));
  });
});
