import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Ledger, type LocalService, samplePositions } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { absentGuardrail } from "../policies/builders";
import { environmentFor, runCommand, useFiles } from "./run-command";

const run = promisify(execFile);

describe("the fix that pulumi-guardrails check prints", () => {
  const running = useServices();
  const write = useFiles();

  async function account(): Promise<LocalService> {
    const ledger = new Ledger({ positions: samplePositions(3) });
    for (const keyName of ["new-a", "new-b", `$(touch pwned) "'; rm -rf`]) ledger.addKey({ keyName });
    return running({ ledger });
  }

  /** The lines of the fix, as a person copies them. */
  function fixIn(out: string): string {
    const lines = out.split("\n");
    const first = lines.findIndex((line) => line.startsWith("GUARDRAIL="));
    const last = lines.findIndex((line, index) => index > first && line.endsWith("}'"));
    assert(first >= 0 && last > first, out);
    return lines.slice(first, last + 1).join("\n");
  }

  const cases = {
    "with a guardrail that passes every rule": {
      "guardrails-settings": { requiredKeys: [{ pattern: "*" }] },
      "no-unguarded-keys": { exempt: [] },
      "guardrails-enforce-something": { require: [] },
    },
    "with the guardrail that is required": {
      "guardrails-settings": { requiredKeys: [{ pattern: "new-*", guardrail: absentGuardrail }] },
    },
  };
  for (const [title, configuration] of Object.entries(cases)) {
    it(`makes the next check pass, run as printed: ${title}`, async () => {
      const service = await account();
      const environment = environmentFor(service);
      const check = () => runCommand(["check", "--config", write(configuration)], environment);
      const before = await check();
      assert.equal(before.status, 1, before.out);
      const command = fixIn(before.out);
      assert(!command.includes("new-") && !command.includes(service.managementKey));
      await run("bash", ["-c", command], { env: { PATH: process.env["PATH"], ...environment } });
      const after = await check();
      assert.deepEqual([after.status, after.out.split("\n")[0]?.slice(0, 8)], [0, "guarded:"], after.out);
    });
  }

  it("is not run by the shell where it names no guardrail: the shell says what is missing", async () => {
    const service = await running({ rows: 0 });
    service.ledger.addKey({ keyName: "new-a" });
    const environment = environmentFor(service);
    const path = write({ "guardrails-settings": { requiredKeys: [{ name: "new-a" }] } });
    const { out } = await runCommand(["check", "--config", path], environment);
    const asked = service.requests.length;
    const failed = await run("bash", ["-c", fixIn(out)], {
      env: { PATH: process.env["PATH"], ...environment },
    }).then(
      () => assert.fail("it was run"),
      (error: { readonly stderr: string }) => error.stderr,
    );
    assert.match(failed, /put the id of a guardrail in its place/u);
    assert.equal(service.requests.length, asked);
  });
});
