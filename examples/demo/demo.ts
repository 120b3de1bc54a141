/*
 * The main job in a minute: a local service, the example program, the policy pack, and one deployment that is stopped
 * until the required key has a guardrail. Exits 0 only when both previews went as they should.
 */
import path from "node:path";
import { demoKeys, demoLedger, startLocalService } from "../../local-service/index";
import { type EngineRun, engineDoubleProcess, findEngine } from "../../test/engines";

const root = path.resolve(__dirname, "../../..");
const { guarded, unguarded } = demoKeys;

const policyConfig = {
  "required-keys-guarded": {
    requiredKeys: [
      { hash: guarded.keyHash, description: guarded.keyName },
      { hash: unguarded.keyHash, description: unguarded.keyName },
    ],
  },
};

async function main(): Promise<boolean> {
  const engine = await findEngine(engineDoubleProcess());
  const service = await startLocalService({ ledger: demoLedger() });
  const project = await engine.project({ programDirectory: root });
  say(`Engine: ${engine.description}`);
  say(`Local service: ${service.baseUrl}`);
  const preview = (): Promise<EngineRun> =>
    project.preview({
      policyPack: path.join(root, "policies"),
      policyConfig,
      env: { GUARDRAILS_BASE_URL: service.baseUrl, GUARDRAILS_MANAGEMENT_KEY: service.managementKey },
    });
  try {
    say(`\n1. The key "${unguarded.keyName}" is required and has no guardrail. Previewing…`);
    const stopped = await preview();
    show(stopped);
    const { stdout } = stopped;
    const named = stdout.includes("UNGUARDED  1 key,") && stdout.includes(unguarded.keyHash.slice(0, 8));
    const first = stopped.exitCode !== 0 && named;
    say(first ? "=> stopped, as it should be." : "=> NOT stopped for that key: this is wrong.");

    say(`\n2. A guardrail is assigned to "${unguarded.keyName}". The same program and pack once more…`);
    service.ledger.assign({ keyHash: unguarded.keyHash });
    const passed = await preview();
    show(passed);
    const second = passed.exitCode === 0;
    say(second ? "=> let through, as it should be." : "=> NOT let through: this is wrong.");
    return first && second;
  } finally {
    await project.dispose();
    await service.close();
  }
}

function show({ stdout, stderr }: EngineRun): void {
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
  say(lines.map((line) => `   | ${line}`).join("\n"));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().then(
  (asItShould) => {
    process.exitCode = asItShould ? 0 : 1;
  },
  (error: unknown) => {
    process.stderr.write(
      `The demo could not run: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = 1;
  },
);
