import assert from "node:assert/strict";
import { startLocalService } from "../../../local-service/index";
import { account, gateway, rotated } from "../account";
import { scenario } from "../scenario";
import { plantedKeys } from "../stage";
import { assertPasses, assertStops } from "../verdicts";

scenario({
  title: "an account of ModelGates",
  async play(stage) {
    const service = await startLocalService({
      ledger: account(),
      flavour: "modelgates",
      managementKey: plantedKeys.environment,
    });
    stage.atEnd(() => service.close());
    const env = { GUARDRAILS_SERVICE: "modelgates", GUARDRAILS_BASE_URL: service.baseUrl };

    const project = await stage.project("lists");
    const requiredKeys = [{ hash: gateway.keyHash }];
    const guarded = await project.preview(stage.judging({ requiredKeys, evidence: "stack", env }));
    const unguarded = await project.preview(
      stage.judging({ requiredKeys: [...requiredKeys, { hash: rotated.keyHash }], env }),
    );
    service.faults = () => ({ kind: "status", status: 401 });
    const refused = await project.preview(stage.unjudged({ env }));
    return { guarded, unguarded, refused, elsewhere: stage.service.requests.length };
  },
  shows: {
    "lets a preview through by stack evidence": ({ guarded }) => assertPasses(guarded),
    "stops it by live evidence, and names the service": ({ unguarded }) =>
      assertStops(unguarded, "no direct assignment of a guardrail", "(ModelGates at http://127.0.0.1:"),
    "fails with the words of its refusal": ({ refused }) =>
      assertStops(refused, '(401: "Missing or invalid management key")'),
    "asks no other service": ({ elsewhere }) => assert.equal(elsewhere, 0),
  },
});
