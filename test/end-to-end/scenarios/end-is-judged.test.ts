import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { firstGuardrail, gateway, otherGuardrail, rotated } from "../account";
import { declare, declaredTypes } from "../declared";
import { scenario } from "../scenario";
import type { Stage } from "../stage";
import { assertPasses, assertViolates, partsOf } from "../verdicts";

const rule = "required-keys-guarded";

/** One cell of the matrix for each way to end; the whole of it is in test/policies/pack/end-is-judged.test.ts. */
scenario({
  title: "a deployment that takes away, changes or makes the assignment of a required key",
  async play(stage) {
    const unassign = await unassigning(stage);
    const project = await stage.project("declares", { "fixture:lists": "true" });
    const key = { keyHash: gateway.keyHash, guardrailId: firstGuardrail };
    const deploy = (
      settings: object,
      required: object = { hash: gateway.keyHash, guardrail: firstGuardrail },
    ) =>
      project.deploy({
        ...stage.judging({
          policyConfig: {
            "guardrails-settings": { ...declaredTypes, ...settings },
            [rule]: { requiredKeys: [required] },
          },
          env: { UNASSIGN_AT: unassign },
        }),
      });
    const declareKey = async () => {
      await declare(project, { assignments: { key } });
      return deploy({});
    };
    const made = await declareKey();
    await declare(project, {});
    const droppedFromStart = await deploy({ enforceAt: "start" });
    await declareKey();
    await declare(project, {});
    const dropped = await deploy({});
    await declareKey();
    await declare(project, {});
    const droppedByStack = await deploy({ evidence: "stack" });
    await declareKey();
    await declare(project, { assignments: { key: { ...key, guardrailId: otherGuardrail } } });
    const changedFromStart = await deploy({ enforceAt: "start" });
    const changed = await deploy({});
    await declare(project, {
      assignments: { repair: { keyHash: rotated.keyHash, guardrailId: otherGuardrail } },
    });
    const repaired = await deploy({ evidence: "stack" }, { hash: rotated.keyHash });
    return { made, droppedFromStart, dropped, droppedByStack, changedFromStart, changed, repaired };
  },
  shows: {
    "passes while the key has it": ({ made }) => assertPasses(made),
    "ends 1 when it was taken away, though nothing was wrong at the start": ({ droppedFromStart }) => {
      assertPassesPreview(droppedFromStart);
      assertViolates(droppedFromStart, rule, "has no direct assignment of a guardrail");
    },
    "ends 1 when it was taken away, which no preview shows": ({ dropped }) => {
      assertPassesPreview(dropped);
      assertViolates(dropped, rule, "has no direct assignment of a guardrail");
    },
    "passes by stack evidence although it was taken away: the one exception": ({ droppedByStack }) =>
      assertPasses(droppedByStack),
    "ends 1 when it was changed, though nothing was wrong at the start": ({ changedFromStart }) => {
      assertPassesPreview(changedFromStart);
      assertViolates(changedFromStart, rule, "which is not the one required");
    },
    "is stopped where the change shows before it is made": ({ changed }) =>
      assertViolates(changed, rule, "which is not the one required"),
    "passes by stack evidence when it makes the missing one": ({ repaired }) => assertPasses(repaired),
  },
});

function assertPassesPreview(run: Parameters<typeof partsOf>[0]): void {
  const { update } = partsOf(run);
  if (update === "") throw new Error(`it was stopped at its preview:\n${run.stdout}`);
}

/** Takes assignments away, which the service has no request for. */
async function unassigning(stage: Stage): Promise<string> {
  const server = createServer((request, response) => {
    stage.service.ledger.unassign((request.url ?? "").slice(1));
    response.end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  stage.atEnd(() => new Promise((closed) => server.close(() => closed())));
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
