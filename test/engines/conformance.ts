import { join, resolve } from "node:path";
import { root } from "../repository";
import { type Engine, engineDouble, type Project, realEngine } from "./index";

export const fixtures = resolve(root, "test/fixtures/engines");
export const program = join(fixtures, "program");
export const policyPack = join(fixtures, "pack");

interface Scenario {
  readonly title: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly programDirectory?: string;
  play(project: Project): Promise<void>;
}

/** What the double does as the real engine does it: tried on both wherever there is a real one. */
export function conformance(subject: string, scenarios: readonly Scenario[]): void {
  describe(`${subject}, under the engine double`, () => tryOn(async () => engineDouble(), scenarios));
  describe(`${subject}, under a real pulumi (skipped where none is installed)`, () =>
    tryOn(realEngine, scenarios));
}

function tryOn(findEngine: () => Promise<Engine | undefined>, scenarios: readonly Scenario[]): void {
  let engine: Engine;

  before(async function () {
    const found = await findEngine();
    if (found === undefined) this.skip();
    engine = found;
  });

  for (const { title, config = {}, programDirectory = program, play } of scenarios) {
    // The engines have limits of their own; this one is only there to be out of their way.
    it(title, async () => {
      const project = await engine.project({ programDirectory });
      try {
        for (const [key, value] of Object.entries(config)) await project.setConfig(key, value);
        await play(project);
      } finally {
        await project.dispose();
      }
    }).timeout(600_000);
  }
}
