import assert from "node:assert/strict";
import { firstGuardrail, gateway, otherGuardrail } from "../end-to-end/account";
import { type Declared, declare, declaredTypes } from "../end-to-end/declared";
import { Stage } from "../end-to-end/stage";
import { unassigning } from "../end-to-end/unassigning";
import { partsOf, textOf } from "../end-to-end/verdicts";
import { type Change, changes, type Ending, type Row, rows, titleOf } from "../policies/pack/end-matrix";
import { type EngineRun, engineDouble, type Project } from "./index";

const { keyHash } = gateway;
const assigned = { keyHash, guardrailId: firstGuardrail };
/** What is made once nothing stopped the deployment, whatever becomes of the assignment. */
const keys = { witness: { name: "witness" } };

/** What the program declares in the run that is judged. */
const declarations: Readonly<Record<Change, Declared>> = {
  drop: { keys },
  change: { keys, assignments: { key: { ...assigned, guardrailId: otherGuardrail } } },
  repair: { keys, assignments: { key: assigned } },
  drift: { keys, assignments: { key: assigned } },
};

/** The cells of the matrix that are judged by this evidence, each on the engine double. */
export function endIsJudgedBy(evidence: Row["evidence"]): void {
  describe(`the end is judged, as the engine's protocols have it, by ${evidence} evidence:`, function () {
    // The engine double has limits of its own.
    this.timeout(600_000);
    for (const row of rows.filter((one) => one.evidence === evidence)) {
      for (const change of changes) {
        const { preview, up, "up --skip-preview": withoutPreview } = row.endings;
        const ends = `${preview[change]}, ${up[change]}, ${withoutPreview[change]}`;
        it(`a ${change} by ${titleOf(row)}: preview, up and up --skip-preview end so: ${ends}`, async () => {
          const played = await play(row, change);
          // A deployment begins with the preview that is one by itself.
          assert.deepEqual([played.up.preview, played.up.end], [preview[change], up[change]]);
          assert.equal(played.withoutPreview.end, withoutPreview[change]);
        });
      }
    }
  });
}

/** How a deployment ends, and how its preview does. */
interface Played {
  readonly preview: Ending;
  readonly end: Ending;
}

/** Both ways to deploy a change, one after the other, each from the same stack and account. */
async function play(
  { evidence, enforceAt, waits }: Row,
  change: Change,
): Promise<Readonly<Record<"up" | "withoutPreview", Played>>> {
  const stage = await Stage.open(engineDouble());
  try {
    const { ledger } = stage.service;
    const assignments = () => ledger.assignments().filter((one) => one.keyHash === keyHash);
    const lists = { live: "false", stack: waits ? "waits" : "true" }[evidence];
    const project = await stage.project("declares", { "fixture:lists": lists });
    const env = { UNASSIGN_AT: await unassigning(stage) };
    ledger.unassign(keyHash);
    if (change !== "repair") {
      await declare(project, { assignments: { key: assigned } });
      const before = await project.deploy({ ...stage.unjudged({ env }), skipPreview: true });
      assert.equal(before.exitCode, 0, textOf(before));
    }
    await declare(project, declarations[change]);
    const deployed = await project.stateText();
    const made = assignments();
    const { assignmentTypes } = declaredTypes;
    const policyConfig = {
      "guardrails-settings": { assignmentTypes, evidence, enforceAt },
      "required-keys-guarded": { requiredKeys: [{ hash: keyHash, guardrail: firstGuardrail }] },
    };
    const deploy = async (skipPreview: boolean): Promise<Played> => {
      await project.importState(deployed);
      if (assignments().length > 0) ledger.unassign(keyHash);
      if (change !== "drift") for (const one of made) ledger.assign(one);
      const run = await project.deploy({ ...stage.judging({ policyConfig, env }), skipPreview });
      const isGuarded = assignments().some((one) => one.guardrailId === firstGuardrail);
      return {
        preview: partsOf(run).update === "" ? "stopped" : "passes",
        end: await endingOf(run, project, isGuarded),
      };
    };
    return { up: await deploy(false), withoutPreview: await deploy(true) };
  } finally {
    await stage.close();
  }
}

async function endingOf(run: EngineRun, project: Project, isGuarded: boolean): Promise<Ending> {
  if (run.exitCode === 0) return isGuarded ? "passes" : "passes unguarded";
  assert.match(textOf(run), /required-keys-guarded/u);
  return (await project.stateText()).includes("::witness") ? "too late" : "stopped";
}
