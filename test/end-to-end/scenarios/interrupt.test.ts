import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { gateway } from "../account";
import { scenario } from "../scenario";
import { assertStops } from "../verdicts";

scenario({
  title: "an interrupt while the service does not answer",
  async play(stage) {
    const project = await stage.project("lists", { "guardrails:readTimeout": "2" });
    const interrupt = new AbortController();
    stage.service.faults = () => {
      interrupt.abort();
      return { kind: "no-answer" };
    };
    const run = await project.preview({
      ...stage.judging({ requiredKeys: [{ hash: gateway.keyHash }], evidence: "stack" }),
      signal: interrupt.signal,
    });
    return { run, asked: stage.service.requests.length, left: await processesWith(stage.mark) };
  },
  shows: {
    "ends the preview, at the latest by the limit of the read, and it has not passed": ({ run, asked }) => {
      assertStops(
        run,
        /error: interrupted|could not verify: the (list was not read|service gave no answer) within/,
      );
      assert(asked > 0);
    },
    "leaves no process behind": ({ left }) => assert.deepEqual(left, []),
  },
});

/** Command lines of the processes that have this text in their environment; none where there is no /proc. */
async function processesWith(mark: string): Promise<string[]> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [environment, command] = await Promise.all([read(pid, "environ"), read(pid, "cmdline")]);
      return environment.includes(mark) ? [command] : [];
    }),
  );
  return found.flat();
}

/** Empty when the process has ended in the meantime or is another user's. */
function read(pid: string, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
}
