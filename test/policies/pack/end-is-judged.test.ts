import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ledger, LOCAL_MANAGEMENT_KEY, sampleAssignment } from "../../../local-service/index";
import { settingsName } from "../../../policies/configuration/shared-settings";
import { KeyAssignmentsClient } from "../../../provider/client";
import { useServices } from "../../http/reading-of";
import { root } from "../../repository";
import { guardrail, otherGuardrail } from "../builders";
import { environmentOf, type PolicyResult, runPolicies } from "../policy-run";
import { keyAssignmentsResource, readBy, type StackResource } from "../stack-resource";
import { type Change, changes, type Row, type Run, rows, runs, titleOf } from "./end-matrix";

const key = sampleAssignment(1);
const type = "pulumi-nodejs:dynamic/acme:Assignment";

/** The assignment resource as the engine shows it: a dynamic resource with an output that its creation tells. */
function assignment(change: Change, dryRun: boolean): StackResource[] {
  if (change === "drop") return [];
  const props = { keyHash: key.keyHash, guardrailId: change === "change" ? otherGuardrail : guardrail };
  const isKnown = !dryRun || change === "drift";
  return [
    { type, name: "assignment", props, ...(isKnown ? { outputs: { ...props, createdAt: "2026" } } : {}) },
  ];
}

describe("the end is judged", () => {
  const running = useServices();

  async function play({ enforceAt, evidence, waits }: Row, run: Run, change: Change) {
    const ledger = new Ledger();
    ledger.addKey({ ...key });
    if (change === "drop" || change === "change") ledger.assign({ ...key, guardrailId: guardrail });
    const service = await running({ ledger });
    const isChanged = () => ledger.assignments().some(({ guardrailId }) => guardrailId === otherGuardrail);
    const deploy = () => {
      if (change !== "repair") for (const { keyHash } of ledger.assignments()) ledger.unassign(keyHash);
      if (change === "change") ledger.assign({ ...key, guardrailId: otherGuardrail });
      if (change === "repair") ledger.assign({ ...key, guardrailId: guardrail });
    };
    const lists = async (dryRun: boolean): Promise<StackResource[]> => {
      if (evidence === "live") return [];
      // A resource that it waits for is made by then.
      if (waits && !dryRun && change === "repair") deploy();
      const { baseUrl } = service;
      const client = new KeyAssignmentsClient({ baseUrl, managementKey: LOCAL_MANAGEMENT_KEY });
      const resource = keyAssignmentsResource({ snapshot: readBy(await client.readAll()) });
      return [{ ...resource, ...(waits ? { dependsOn: ["assignment"] } : {}) }];
    };
    const judged = (dryRun: boolean): Promise<PolicyResult> =>
      runPolicies({
        environment: environmentOf(service),
        configuration: {
          [settingsName]: {
            enforceAt,
            evidence,
            assignmentTypes: [{ type, createdProperty: "createdAt" }],
          },
          "required-keys-guarded": { requiredKeys: [{ hash: key.keyHash, guardrail }] },
        },
        resources: async () => [...assignment(change, dryRun), ...(await lists(dryRun))],
        dryRun,
        deploy: waits && change === "repair" ? () => {} : deploy,
      });
    const isGuarded = () => ledger.assignments().some((row) => row.guardrailId === guardrail);
    if (run !== "up --skip-preview") {
      const { violations } = await judged(true);
      if (violations.length > 0) return { ending: "stopped" as const, violations };
      if (run === "preview") return { ending: "passes" as const, violations };
    }
    const { violations } = await judged(false);
    const stopped = violations.some(({ at }) => at === "start");
    if (violations.length > 0)
      return { ending: stopped ? ("stopped" as const) : ("too late" as const), violations };
    assert(!isChanged(), "another guardrail than the required one passes");
    return { ending: isGuarded() ? ("passes" as const) : ("passes unguarded" as const), violations };
  }

  for (const row of rows) {
    const { endings } = row;
    for (const run of runs) {
      for (const change of changes) {
        it(`by ${titleOf(row)}: ${run} of a ${change} ends so: ${endings[run][change]}`, async () => {
          const { ending, violations } = await play(row, run, change);
          assert.equal(ending, endings[run][change], JSON.stringify(violations));
          assert(violations.length <= 1, "it is said once");
        });
      }
    }
  }

  it("by stack evidence from the start is refused", async () => {
    const { violations } = await runPolicies({
      environment: {},
      configuration: {
        [settingsName]: { enforceAt: "start", evidence: "stack" },
        "required-keys-guarded": { requiredKeys: [{ hash: key.keyHash }] },
      },
    });
    assert.match(
      violations[0]?.text ?? "",
      /^could not verify: the configuration of \S+ contradicts itself/u,
    );
  });

  it("passes with a required key unguarded by stack evidence only, and only when its assignment is taken away", () => {
    const unguarded = rows.flatMap(({ evidence, endings }) =>
      runs.flatMap((run) =>
        changes.flatMap((change) =>
          endings[run][change] === "passes unguarded" ? [`${evidence} ${change}`] : [],
        ),
      ),
    );
    assert.deepEqual([...new Set(unguarded)].toSorted(), ["stack drift", "stack drop"]);
  });

  it("stands in the document as it is here", () => {
    const page = readFileSync(resolve(root, "docs/end-is-judged.md"), "utf8");
    for (const { enforceAt, evidence, waits, endings } of rows) {
      for (const run of runs) {
        const cells = changes.map((change) => endings[run][change]);
        const how = waits ? `${evidence}, after the assignments` : evidence;
        const line = `| ${[`\`${enforceAt}\``, how, `\`${run}\``, ...cells].join(" | ")} |`;
        assert(page.includes(line), line);
      }
    }
  });
});
