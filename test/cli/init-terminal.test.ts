import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { engineEnvironment } from "../engines/environment";
import { useServices } from "../http/reading-of";
import { root } from "../repository";
import { environmentFor } from "./run-command";

const main = resolve(root, "cli/pulumi-guardrails.js");
const colour = /\u001b\[[\d;]*m/u;

/** Whether this machine has the `script` of util-linux, which lends a process a terminal. */
function hasTerminals(): boolean {
  return spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") === true;
}

describe("pulumi-guardrails init on a real terminal", () => {
  const running = useServices();
  let folder = "";
  let output = "";
  const started: ChildProcessByStdio<Writable, Readable, null>[] = [];

  before(function () {
    if (!hasTerminals()) this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "guardrails-terminal-"));
    output = join(folder, "guardrails.json");
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  /** Types these keys once the question is asked, and gives everything the terminal showed. */
  async function type(keys: string, further: Readonly<Record<string, string>> = {}) {
    const service = await running();
    const env = engineEnvironment({ TERM: "xterm-256color", ...environmentFor(service), ...further });
    // With a width, so that progress shows as well.
    const command = `stty cols 100; "${process.execPath}" "${main}" init --output "${output}"`;
    const child = spawn("script", ["-qec", command, "/dev/null"], { env, stdio: ["pipe", "pipe", "ignore"] });
    started.push(child);
    let shown = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      if (!shown.includes("Which must be guarded?") && (shown + text).includes("Which must be guarded?")) {
        child.stdin.write(keys);
      }
      shown += text;
    });
    const [status] = await once(child, "close");
    return { status, shown };
  }

  it("shows the keys and asks, and writes what is answered", async () => {
    const { status, shown } = await type("prod-*\r");
    assert.equal(status, 0, shown);
    assert.match(shown, /3 keys in use, 0 of them without a guardrail:/u);
    assert.match(shown, /Wrote .*: 1 requirement for 3 keys/u);
    assert.equal(
      JSON.parse(readFileSync(output, "utf8"))["guardrails-settings"].requiredKeys[0].pattern,
      "prod-*",
    );
  });

  it("ends with 130 by Ctrl-C at the question, and writes nothing", async () => {
    const { status, shown } = await type("prod\u0003");
    assert.equal(status, 130, shown);
    assert(!existsSync(output));
  });

  it("ends with 3 when nobody answers (Ctrl-D), and writes nothing", async () => {
    const { status, shown } = await type("\u0004");
    assert.equal(status, 3, shown);
    assert.match(shown, /the question was not answered/u);
    assert(!existsSync(output));
  });

  it("uses no colour where NO_COLOR says so", async () => {
    const { status, shown } = await type("\r", { NO_COLOR: "1" });
    assert.equal(status, 0, shown);
    assert.doesNotMatch(shown, colour);
  });
});
