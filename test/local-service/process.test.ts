import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { demoKeys, type LocalService } from "../../local-service/index";
import { page, rowsOf } from "./asking";

const MAIN = join(__dirname, "..", "..", "local-service", "main.js");

describe("the local service in a process of its own", () => {
  const started: ChildProcessWithoutNullStreams[] = [];
  // One that outlives a failed test would keep the test runner waiting.
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
  });

  function run(...options: string[]): ChildProcessWithoutNullStreams {
    const child = spawn(process.execPath, [MAIN, ...options]);
    started.push(child);
    return child;
  }

  /** What it says once it listens. */
  async function listening(
    child: ChildProcessWithoutNullStreams,
  ): Promise<Pick<LocalService, "baseUrl" | "managementKey">> {
    const [line] = await once(createInterface(child.stdout), "line");
    return JSON.parse(line);
  }

  it("says where it listens, serves, and ends when its parent does", async () => {
    const rows = ["--rows", "1000", "--orphans", "10", "--window", "40"];
    const child = run(...rows, "--flavour", "modelgates", "--with-parent");
    const exit = once(child, "exit");
    const { data, total_count } = await page(await listening(child), "?limit=100");
    // The window spans 40 positions, of which the first is that of a deleted key.
    assert.deepEqual([data.length, total_count], [39, 1000]);
    child.stdin.end();
    assert.deepEqual(await exit, [0, null]);
  });

  it("has an inventory of the rows that are no orphans, and of as many unassigned keys as asked for", async () => {
    const rows = ["--rows", "60", "--orphans", "10", "--unassigned", "5", "--keys-per-page", "40"];
    const child = run(...rows, "--with-parent");
    const exit = once(child, "exit");
    const service = await listening(child);
    const first = await rowsOf(service, "/keys");
    const second = await rowsOf(service, "/keys?offset=40");
    assert.deepEqual([first.length, second.length], [40, 15]);
    const assigned = (await page(service, "?limit=100")).data.map((row) => row.key_hash);
    const keys = [...first, ...second].map((row) => row["hash"]);
    assert.deepEqual(keys.slice(0, 50), assigned);
    assert.equal(new Set(keys).size, 55);
    child.stdin.end();
    assert.deepEqual(await exit, [0, null]);
  });

  it("serves the demo's account where no rows are asked for, and ends on SIGTERM", async () => {
    const child = run();
    const exit = once(child, "exit");
    const service = await listening(child);
    const { data, total_count } = await page(service);
    assert.deepEqual([data.length, total_count], [3, 4]);
    const keys = (await rowsOf(service, "/keys")).map((row) => row["hash"]);
    const assigned = data.map((row) => row.key_hash);
    assert.deepEqual(new Set(keys), new Set([...assigned, demoKeys.unguarded.keyHash]));
    assert.equal(assigned.includes(demoKeys.unguarded.keyHash), false);
    child.kill("SIGTERM");
    assert.deepEqual(await exit, [0, null]);
  });

  it("explains its options when one is wrong", async () => {
    const child = run("--rows", "many");
    const [[code], said] = await Promise.all([once(child, "exit"), buffer(child.stderr)]);
    assert.equal(code, 2);
    assert.match(said.toString(), /--rows must be a whole number.*\nusage:/);
  });
});
