import { type Engine, engineDouble, realEngine } from "../engines";
import type { Scenario } from "./scenario";
import { configurationScenarios } from "./scenarios/configuration";
import { dataSourceScenarios } from "./scenarios/data-source";
import { enforceAtStartScenarios } from "./scenarios/enforce-at-start";
import { interruptScenarios } from "./scenarios/interrupt";
import { liveDoubtScenarios } from "./scenarios/live-doubts";
import { liveVerdictScenarios } from "./scenarios/live-verdicts";
import { modelgatesScenarios } from "./scenarios/modelgates";
import { officialTypeScenarios } from "./scenarios/official-types";
import { programErrorScenarios } from "./scenarios/program-errors";
import { rotatedKeyScenarios } from "./scenarios/rotated-key";
import { ruleVerdictScenarios } from "./scenarios/rule-verdicts";
import { stackDoubtScenarios } from "./scenarios/stack-doubts";
import { stackVerdictScenarios } from "./scenarios/stack-verdicts";
import { targetScenarios } from "./scenarios/targets";
import { unknownValueScenarios } from "./scenarios/unknown-values";
import { upkeepScenarios } from "./scenarios/upkeep";

const scenarios: readonly Scenario[] = [
  ...dataSourceScenarios,
  ...liveVerdictScenarios,
  ...liveDoubtScenarios,
  ...configurationScenarios,
  ...ruleVerdictScenarios,
  ...unknownValueScenarios,
  ...rotatedKeyScenarios,
  ...officialTypeScenarios,
  ...enforceAtStartScenarios,
  ...stackVerdictScenarios,
  ...stackDoubtScenarios,
  ...programErrorScenarios,
  ...modelgatesScenarios,
  ...interruptScenarios,
  ...upkeepScenarios,
  ...targetScenarios,
];

/** The engines have limits of their own; this one is only there to be out of their way. */
const patience = 600_000;

describe("end to end with the engine double", function () {
  this.timeout(patience);
  for (const { define } of scenarios.filter(({ needsPulumi }) => !needsPulumi)) define(engineDouble);
});

describe("end to end with a real engine", function () {
  this.timeout(patience);
  let engine: Engine | undefined;

  // The parent's hook runs before the child's title is printed, so that the title can name what was found.
  before(async () => {
    engine = await realEngine();
    child.title =
      engine?.description ??
      "skipped: no pulumi on PATH, none could be downloaded (or GUARDRAILS_TEST_ENGINE=double)";
  });

  const child = describe("pulumi", () => {
    before(function () {
      if (engine === undefined) this.skip();
    });

    for (const { define } of scenarios) {
      define(() => {
        if (engine === undefined) throw new Error("no real engine");
        return engine;
      });
    }
  });
});
