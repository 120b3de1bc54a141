import assert from "node:assert/strict";
import { type ChildProcessByStdio, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { LOCAL_MANAGEMENT_KEY } from "../../local-service/index";
import { engineEnvironment } from "../engines/environment";
import { root } from "../repository";
import { useCommandOnPath } from "./on-path";
import { runCommand } from "./run-command";

const run = promisify(execFile);
const main = resolve(root, "cli/pulumi-guardrails.js");

interface Serving {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** What it printed by the time it listened. */
  readonly said: string;
}

describe("pulumi-guardrails serve", () => {
  const path = useCommandOnPath();
  const started: Serving["child"][] = [];
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "guardrails-serve-"));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    for (const child of started.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill("SIGKILL");
      await once(child, "close");
    }
  });

  async function serve(...argv: readonly string[]): Promise<Serving> {
    const env = engineEnvironment({});
    const child = spawn(process.execPath, [main, "serve", ...argv], {
      env,
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    started.push(child);
    const [said] = await once(child.stdout.setEncoding("utf8"), "data");
    return { child, said };
  }

  /** Runs what it says one should do in another terminal, in the same folder. */
  async function asTold({ said }: Serving, further = ""): Promise<string> {
    const script = `exec 2>&1\n${said.split("\n").slice(2).join("\n")}${further}`;
    const { stdout } = await run("bash", ["-c", script], { env: { PATH: path() }, cwd: folder });
    return stdout;
  }

  it("says how to use it, and that works as it stands", async () => {
    const serving = await serve();
    assert.match(
      serving.said,
      /^The local service runs until Ctrl-C\. In another terminal, in this folder:\n\nexport /u,
    );
    assert(serving.said.includes(LOCAL_MANAGEMENT_KEY), "a made-up key, which opens nothing else");
    assert.match(
      await asTold(serving, "echo status $?"),
      /^Wrote guardrails\.json: [\s\S]*^not guarded: 1 of 4 required keys fails\n[\s\S]*^status 1$/mu,
    );
  });

  it("serves as many assignments and unguarded keys as asked for", async () => {
    const serving = await serve("--rows", "120", "--orphans", "20", "--unassigned", "2");
    const out = await asTold(serving, "pulumi-guardrails list");
    assert.match(out, /100 shown; the service counts 120, 20 of deleted keys/u);
    assert.match(out, /for 102 keys in use, 2 of them without a guardrail/u);
  });

  it("behaves like ModelGates, and says which service to name", async () => {
    const serving = await serve("--flavour", "modelgates");
    const out = await asTold(serving, "pulumi-guardrails explain prod-gateway; echo status $?");
    assert.match(out, /list of ModelGates at http/u);
    // By the file that init wrote its hash passes, as check says; other keys of that name would not show.
    assert.match(
      out,
      /, whose content ModelGates does not show, [\s\S]*^keys without an assignment are not seen here: ModelGates lists none[\s\S]*: guarded: [\s\S]*^status 0$/mu,
    );
  });

  for (const [signal, expected] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`ends with ${expected} by ${signal}, also while an answer waits, and frees its port`, async () => {
      const { child, said } = await serve("--latency", "600000");
      const address = /http:\S+/u.exec(said)?.[0] ?? "";
      const waiting = request(`${address}/keys`, {
        headers: { authorization: `Bearer ${LOCAL_MANAGEMENT_KEY}`, expect: "100-continue" },
      });
      const hungUp = once(waiting, "error");
      waiting.end();
      // Only now does the service hold the request: a signal before that would meet a connection nobody accepted.
      await once(waiting, "continue");
      child.kill(signal);
      assert.deepEqual(await once(child, "close"), [expected, null]);
      assert.match(String(await hungUp), /socket hang up|ECONNRESET/u);
      const again = await serve("--port", new URL(address).port);
      assert(again.said.includes(address));
    });
  }

  it("says when it ends what to unset, which takes back what it said to set", async () => {
    for (const argv of [[], ["--flavour", "modelgates"]]) {
      const { child, said } = await serve(...argv);
      let rest = "";
      child.stdout.on("data", (text) => {
        rest += text;
      });
      child.kill("SIGINT");
      await once(child, "close");
      const set = [...said.matchAll(/^export (\w+)=/gmu)].map(([, name]) => name);
      assert.equal(
        rest,
        `\nThe local service has ended. Where its variables are set:\n\nunset ${set.join(" ")}\n`,
      );
    }
  });

  it("leaves whoever forgets that with words about it", async () => {
    const { child, said } = await serve();
    child.kill("SIGINT");
    await once(child, "close");
    const told = said.split("\n").filter((line) => line.startsWith("export "));
    const script = `exec 2>&1\n${told.join("\n")}\npulumi-guardrails list`;
    const { stdout } = await run("bash", ["-c", `${script}; true`], { env: { PATH: path() }, cwd: folder });
    assert.match(
      stdout,
      /the connection was refused .* Is pulumi-guardrails serve still running\? Else unset GUARDRAILS_BASE_URL, and what was set with it\./u,
    );
  });

  it("ends with the npx that started it, which passes no signal on", async () => {
    // As npx has it: a process between, which ends by itself.
    const argv = ["-c", '"$@" & wait', "bash", process.execPath, main, "serve"];
    const child = spawn("bash", argv, {
      env: engineEnvironment({ npm_command: "exec" }),
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    started.push(child);
    await once(child.stdout.setEncoding("utf8"), "data");
    const closed = once(child.stdout, "close");
    child.kill("SIGKILL");
    // Open for as long as the service holds it.
    await closed;
  });

  it("ends when nobody reads what it says", async () => {
    const child = spawn(process.execPath, [main, "serve"], {
      env: engineEnvironment({}),
      stdio: ["ignore", "pipe", "pipe"],
    });
    started.push(child);
    child.stdout.destroy();
    assert.deepEqual(await once(child, "close"), [0, null]);
  });

  for (const argv of [
    ["--port", "x"],
    ["--port", "65536"],
    ["--rows", "-1"],
    ["--rows", "1e3"],
    ["--latency", "0.5"],
    ["--flavour", "azure"],
    ["--fast"],
    ["8080"],
  ]) {
    it(`refuses "${argv.join(" ")}" with 2, on standard error only`, async () => {
      const { status, out, err } = await runCommand(["serve", ...argv]);
      assert.deepEqual([status, out], [2, ""]);
      assert.match(err, /^pulumi-guardrails: option --\w+ .*\n$|^error: /u);
    });
  }

  it("refuses a port that is taken with 2", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert(typeof address === "object" && address !== null);
    try {
      const { status, err } = await runCommand(["serve", "--port", String(address.port)]);
      assert.equal(status, 2);
      assert.match(err, /^pulumi-guardrails: option --port cannot be \d+, which is in use\./u);
    } finally {
      server.close();
    }
  });
});
