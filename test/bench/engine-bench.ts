/*
 * npm run bench:engine: what the data source and the pack add to a preview, beside a dynamic resource and a pack that do
 * nothing; what each form of the list costs, of TypeScript and of the provider plugin; and how long the plugin takes to
 * start. Under the engine that is there. In turn, medians.
 */
import path from "node:path";
import { Ledger, samplePositions, startLocalService } from "../../local-service/index";
import { type Engine, type EngineRun, findEngine, type Project, type RunOptions } from "../engines";
import { plainStart } from "../engines/quick-start";
import { root } from "../repository";
import { measureInTurn } from "./measure";
import { pluginStartSection } from "./plugin-start";

const fixtures = path.join(root, "test/fixtures/bench");
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const manyRows = Number(process.env["BENCH_ROWS"] ?? 10_000);

function mustPass({ exitCode, stdout, stderr }: EngineRun): void {
  if (exitCode !== 0) throw new Error(`a run failed:\n${stdout}\n${stderr}`);
}

/** What a preview may spend its time with: the list in one form beside what does nothing in its place. */
const programs = [
  {
    form: "resource",
    without: "noop-resource",
    seconds: 0,
    what: "KeyAssignments in a program of nothing else",
  },
  { form: "function", without: "none", seconds: 2, what: "getKeyAssignments in a program of two seconds" },
] as const;

/** @param latency milliseconds before each answer of the service */
async function packSection(engine: Engine, latency: number): Promise<string> {
  const ledger = new Ledger({ positions: samplePositions(1_000) });
  const service = await startLocalService({ ledger, latency });
  const required = ledger
    .assignments()
    .slice(0, 10)
    .map(({ keyHash }) => ({ hash: keyHash }));
  const judged: RunOptions = {
    policyPack: path.join(root, "policies"),
    policyConfig: { "required-keys-guarded": { requiredKeys: required } },
    env: {
      ...plainStart,
      GUARDRAILS_BASE_URL: service.baseUrl,
      GUARDRAILS_MANAGEMENT_KEY: service.managementKey,
    },
  };
  const stacks: Project[] = [];
  const preview = async (
    form: string,
    seconds: number,
    options: RunOptions,
  ): Promise<() => Promise<void>> => {
    const stack = await engine.project({ programDirectory: path.join(fixtures, "preview-program") });
    stacks.push(stack);
    await stack.setConfig("bench:form", form);
    await stack.setConfig("bench:seconds", String(seconds));
    return async () => mustPass(await stack.preview(options));
  };
  const works: (() => Promise<void>)[] = [];
  try {
    for (const { form, without, seconds } of programs) {
      works.push(await preview(form, seconds, judged));
      works.push(
        await preview(without, seconds, {
          policyPack: path.join(fixtures, "noop-pack"),
          env: plainStart,
        }),
      );
    }
    const measured = await measureInTurn(works, rounds);
    const wall = (at: number): number => measured[at]?.wall ?? Number.NaN;
    return programs
      .map(({ what }, index) => {
        const [own, least] = [wall(2 * index), wall(2 * index + 1)];
        return (
          `at ${latency} ms of latency preview with the pack and ${what} (1,000 rows, read by both): ` +
          `${own.toFixed(0)} ms; without either and a pack that does nothing ${least.toFixed(0)} ms, ` +
          `ratio ${(own / least).toFixed(2)}`
        );
      })
      .join("\n");
  } finally {
    await Promise.all([...stacks.map((stack) => stack.dispose()), service.close()]);
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
  const env = {
    ...plainStart,
    GUARDRAILS_BASE_URL: service.baseUrl,
    GUARDRAILS_MANAGEMENT_KEY: service.managementKey,
  };
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
