/*
 * npm run bench:engine: what the data source and the pack add to a preview, beside a dynamic resource and a pack that do
 * nothing, under the engine that is there. In turn, medians.
 */
import path from "node:path";
import { Ledger, samplePositions, startLocalService } from "../../local-service/index";
import { type EngineRun, findEngine } from "../engines";
import { root } from "../repository";
import { type Measured, measureInTurn } from "./measure";

const fixtures = path.join(root, "test/fixtures/bench");
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);

function mustPass({ exitCode, stdout, stderr }: EngineRun): void {
  if (exitCode !== 0) throw new Error(`a preview failed:\n${stdout}\n${stderr}`);
}

async function main(): Promise<void> {
  const engine = await findEngine();
  const ledger = new Ledger({ positions: samplePositions(1_000) });
  const service = await startLocalService({ ledger });
  const guarded = await engine.project({ programDirectory: path.join(fixtures, "guarded-program") });
  const noop = await engine.project({ programDirectory: path.join(fixtures, "noop-program") });
  const required = ledger
    .assignments()
    .slice(0, 10)
    .map(({ keyHash }) => ({ hash: keyHash }));
  const policyConfig = { "required-keys-guarded": { requiredKeys: required } };
  const env = { GUARDRAILS_BASE_URL: service.baseUrl, GUARDRAILS_MANAGEMENT_KEY: service.managementKey };
  const judgedBy = async (policyPack: string): Promise<void> =>
    mustPass(await guarded.preview({ policyPack, policyConfig, env }));
  const works = [
    () => judgedBy(path.join(root, "policies")),
    async () => mustPass(await noop.preview({ policyPack: path.join(fixtures, "noop-pack") })),
  ];
  try {
    const [own, least] = await measureInTurn(works, rounds);
    if (own === undefined || least === undefined) throw new Error("nothing was measured");
    const beside = ({ wall }: Measured): string =>
      `${wall.toFixed(0)} ms, ratio ${(wall / least.wall).toFixed(2)}`;
    process.stdout.write(
      `${engine.description}: preview with the list (1,000 rows, read twice) and the rules ${beside(own)}; ` +
        `with a resource and a pack that do nothing ${least.wall.toFixed(0)} ms\n`,
    );
  } finally {
    await Promise.all([guarded.dispose(), noop.dispose(), service.close()]);
  }
}

void main();
