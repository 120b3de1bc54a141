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
    let scene: Scene;
    before(async () => {
      scene = await Scene.open();
    });
    after(() => scene?.close());

    for (const row of rows.filter((one) => one.evidence === evidence)) {
      for (const change of changes) {
        const { preview, up, "up --skip-preview": withoutPreview } = row.endings;
        const ends = `${preview[change]}, ${up[change]}, ${withoutPreview[change]}`;
        it(`a ${change} by ${titleOf(row)}: preview, up and up --skip-preview end so: ${ends}`, async () => {
          const played = await scene.play(row, change);
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

/** A stack of the program, and where every cell of some rows begins. */
interface Beginning {
  readonly project: Project;
  readonly undeployed: string;
  /** With the assignment made. */
  readonly deployed: string;
}

/** One stage for all cells: what they begin with is deployed once for each way in which the program lists assignments. */
class Scene {
  readonly #beginnings = new Map<string, Promise<Beginning>>();

  private constructor(
    readonly stage: Stage,
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async open(): Promise<Scene> {
    const stage = await Stage.open(engineDouble());
    return new Scene(stage, { UNASSIGN_AT: await unassigning(stage) });
  }

  close(): Promise<void> {
    return this.stage.close();
  }

  /**
   * Both ways to deploy a change, one after the other, each from the same stack and account. Where a preview lets the change
   * through, what follows is the very run without one: the double begins it anew, from what its state file says.
   */
  async play(
    { evidence, enforceAt, waits }: Row,
    change: Change,
  ): Promise<Readonly<Record<"up" | "withoutPreview", Played>>> {
    const { stage, env } = this;
    const { project, undeployed, deployed } = await this.#beginningWith(
      { live: "false", stack: waits ? "waits" : "true" }[evidence],
    );
    await declare(project, declarations[change]);
    const { assignmentTypes } = declaredTypes;
    const policyConfig = {
      "guardrails-settings": { assignmentTypes, evidence, enforceAt },
      "required-keys-guarded": { requiredKeys: [{ hash: keyHash, guardrail: firstGuardrail }] },
    };
    const deploy = async (skipPreview: boolean): Promise<Played> => {
      await project.importState(change === "repair" ? undeployed : deployed);
      this.#unassign();
      if (change === "drop" || change === "change") stage.service.ledger.assign(assigned);
      const run = await project.deploy({ ...stage.judging({ policyConfig, env }), skipPreview });
      const isGuarded = this.#assignments().some((one) => one.guardrailId === firstGuardrail);
      return {
        preview: partsOf(run).update === "" ? "stopped" : "passes",
        end: await endingOf(run, project, isGuarded),
      };
    };
    const up = await deploy(false);
    return { up, withoutPreview: up.preview === "passes" ? up : await deploy(true) };
  }

  #beginningWith(lists: string): Promise<Beginning> {
    const begun = this.#beginnings.get(lists) ?? this.#begin(lists);
    this.#beginnings.set(lists, begun);
    return begun;
  }

  async #begin(lists: string): Promise<Beginning> {
    const project = await this.stage.project("declares", { "fixture:lists": lists });
    const undeployed = await project.stateText();
    this.#unassign();
    await declare(project, { assignments: { key: assigned } });
    const run = await project.deploy({ ...this.stage.unjudged({ env: this.env }), skipPreview: true });
    assert.equal(run.exitCode, 0, textOf(run));
    assert.equal(this.#assignments().length, 1);
    return { project, undeployed, deployed: await project.stateText() };
  }

  #assignments() {
    return this.stage.service.ledger.assignments().filter((one) => one.keyHash === keyHash);
  }

  #unassign(): void {
    if (this.#assignments().length > 0) this.stage.service.ledger.unassign(keyHash);
  }
}

async function endingOf(run: EngineRun, project: Project, isGuarded: boolean): Promise<Ending> {
  if (run.exitCode === 0) return isGuarded ? "passes" : "passes unguarded";
  assert.match(textOf(run), /required-keys-guarded/u);
  return (await project.stateText()).includes("::witness") ? "too late" : "stopped";
}
