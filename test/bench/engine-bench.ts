/*
 * npm run bench:engine: what the data source and the pack add to a preview, beside a dynamic resource and a pack that do
 * nothing; what each form of the list costs, of TypeScript and of the provider plugin; and how long the plugin takes to
 * start. Under the engine that is there. In turn, medians.
 */
import path from "node:path";
import { Ledger, samplePositions, startLocalService } from "../../local-service/index";
import { type Engine, type EngineRun, findEngine, type Project, type RunOptions } from "../engines";
import { root } from "../repository";
import { type Measured, measureInTurn } from "./measure";
import { pluginStartSection } from "./plugin-start";

const fixtures = path.join(root, "test/fixtures/bench");
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const manyRows = Number(process.env["BENCH_ROWS"] ?? 10_000);

function mustPass({ exitCode, stdout, stderr }: EngineRun): void {
  if (exitCode !== 0) throw new Error(`a run failed:\n${stdout}\n${stderr}`);
}

/** @param latency milliseconds before each answer of the service */
async function packSection(engine: Engine, latency: number): Promise<string> {
  const ledger = new Ledger({ positions: samplePositions(1_000) });
  const service = await startLocalService({ ledger, latency });
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
    return (
      `at ${latency} ms of latency preview with the list (1,000 rows, read twice) and the rules ${beside(own)}; ` +
      `with a resource and a pack that do nothing ${least.wall.toFixed(0)} ms`
    );
  } finally {
    await Promise.all([guarded.dispose(), noop.dispose(), service.close()]);
  }
}

const forms = {
  none: "a program without it",
  function: "getKeyAssignments of TypeScript",
  "plugin-function": "the plugin's getKeyAssignments",
  resource: "KeyAssignments of TypeScript",
  "plugin-resource": "the plugin's KeyAssignments",
} as const;

/** Preview and `up` (its own preview included) of a new stack each, for every form of the list. */
async function formsSection(engine: Engine): Promise<string> {
  const service = await startLocalService({ ledger: new Ledger({ positions: samplePositions(manyRows) }) });
  const env = { GUARDRAILS_BASE_URL: service.baseUrl, GUARDRAILS_MANAGEMENT_KEY: service.managementKey };
  const stacks: Project[] = [];
  const columns = (["preview", "deploy"] as const).flatMap((action) =>
    Object.keys(forms).map((form) => {
      let stack: Project | undefined;
      return {
        prepare: async () => {
          await stack?.dispose();
          stack = await engine.project({ programDirectory: path.join(fixtures, "list-program") });
          stacks.push(stack);
          await stack.setConfig("bench:form", form);
        },
        run: async () => {
          const options: RunOptions = { env };
          if (stack === undefined) throw new Error("no stack was made");
          mustPass(await stack[action](options));
        },
      };
    }),
  );
  try {
    const measured = await measureInTurn(
      columns.map(({ run }) => run),
      rounds,
      columns.map(({ prepare }) => prepare),
    );
    const count = Object.keys(forms).length;
    const seconds = (at: number): string => ((measured[at]?.wall ?? Number.NaN) / 1_000).toFixed(1);
    const lines = Object.values(forms).map(
      (form, index) => `  ${form}: preview ${seconds(index)} s, up ${seconds(count + index)} s`,
    );
    return [`the list of ${manyRows.toLocaleString("en")} rows:`, ...lines].join("\n");
  } finally {
    await Promise.all([...stacks.map((stack) => stack.dispose()), service.close()]);
  }
}

async function main(): Promise<void> {
  const engine = await findEngine();
  process.stdout.write(`${engine.description}\n`);
  process.stdout.write(`${await pluginStartSection(4 * rounds)}\n`);
  for (const latency of [0, 100]) process.stdout.write(`${await packSection(engine, latency)}\n`);
  process.stdout.write(`${await formsSection(engine)}\n`);
}

void main();
