import assert from "node:assert/strict";
import { LOCAL_MANAGEMENT_KEY, type LocalService, sampleAssignment } from "../../local-service/index";
import { never, useServices } from "../http/reading-of";
import { environmentFor, ruled, startCommand, useFiles } from "./run-command";

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise(setImmediate);
}

const rule = ruled({ requiredKeys: [{ hash: sampleAssignment(1).keyHash }] });

describe("the command, interrupted during a read that never answers", () => {
  const running = useServices();
  const write = useFiles();

  const commands: Readonly<Record<string, () => string[]>> = {
    list: () => ["list"],
    check: () => ["check", "--config", write(rule)],
  };
  for (const [name, argv] of Object.entries(commands)) {
    for (const [signal, expected] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      it(`${name} ends at once with ${expected} by ${signal} and closes its request`, async () => {
        const service = await running({ latency: () => never });
        const { child, ended } = startCommand(argv(), environmentFor(service));
        await until(() => service.requests.length === 1);
        const signalled = performance.now();
        child.kill(signal);
        const { status, out } = await ended;
        assert(performance.now() - signalled < 5_000, "it took its time");
        assert.equal(status, expected);
        assert.equal(out, "");
        await until(() => service.traffic.aborted === 1);
        assert.equal(service.requests.length, 1);
      });
    }
  }

  it("ends during the pause before another try", async () => {
    const faults = () => ({ kind: "status", status: 429, headers: { "retry-after": "25" } }) as const;
    const service = await running({ faults });
    const { child, ended } = startCommand(["list"], environmentFor(service));
    await until(() => service.requests.length === 1);
    await new Promise((later) => setTimeout(later, 200));
    child.kill("SIGINT");
    assert.equal((await ended).status, 130);
  });

  it("dies of a second signal, whatever the first is waiting for", async () => {
    const service = await running({ latency: () => never });
    const { child, ended } = startCommand(["list"], environmentFor(service));
    await until(() => service.requests.length === 1);
    child.kill("SIGINT");
    child.kill("SIGINT");
    const { status, signal } = await ended;
    assert(status === 130 || signal === "SIGINT");
  });
});

describe("the command, when nobody reads its output", () => {
  const running = useServices();
  const write = useFiles();

  function closed(service: LocalService, argv: readonly string[], streams: readonly ("stdout" | "stderr")[]) {
    const { child, ended } = startCommand(argv, environmentFor(service));
    for (const stream of streams) child[stream].destroy();
    return ended;
  }

  it("does not crash when standard output is closed before a long list is written", async () => {
    const { signal, status, err } = await closed(await running({ rows: 3_000 }), ["list"], ["stdout"]);
    assert.deepEqual({ signal, status }, { signal: null, status: 0 });
    assert.match(err, /^3000 shown; [^\n]*\n$/u);
  });

  it("does not crash when the reader leaves in the middle of a long list", async () => {
    const service = await running({ rows: 3_000 });
    const { child, ended } = startCommand(["list"], environmentFor(service));
    child.stdout.once("data", () => child.stdout.destroy());
    const { signal, status, err } = await ended;
    assert.deepEqual({ signal, status }, { signal: null, status: 0 });
    assert.match(err, /^3000 shown; [^\n]*\n$/u);
  });

  it("keeps its exit status when standard output is closed", async () => {
    const requiredKeys = [{ hash: sampleAssignment(77).keyHash }];
    const argv = ["check", "--config", write(ruled({ requiredKeys }))];
    const { status, err } = await closed(await running(), argv, ["stdout"]);
    assert.deepEqual({ status, err }, { status: 1, err: "" });
  });

  it("keeps its exit status when standard error is closed too", async () => {
    const service = await running({ faults: () => ({ kind: "status", status: 401 }) });
    assert.equal((await closed(service, ["list"], ["stdout", "stderr"])).status, 3);
  });

  it("writes a list of many pages to a slow reader whole", async () => {
    const service = await running({ rows: 3_000 });
    const { child, ended } = startCommand(["list", "--format", "json"], environmentFor(service));
    child.stdout.pause();
    await until(() => child.exitCode !== null || child.stdout.readableLength > 0);
    await new Promise((later) => setTimeout(later, 300));
    child.stdout.resume();
    const { status, out } = await ended;
    assert.equal(status, 0);
    assert.equal(JSON.parse(out).assignments.length, 3_000);
    assert(!out.includes(LOCAL_MANAGEMENT_KEY));
  });
});
