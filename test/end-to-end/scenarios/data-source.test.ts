import assert from "node:assert/strict";
import type { LocalService } from "../../../local-service/index";
import { gateway, hostile, rotated } from "../account";
import { scenario } from "../scenario";
import { assertPasses, assertStops } from "../verdicts";

scenario({
  title: "a program that reads the list in all three forms",
  async play(stage) {
    for (const { keyHash } of hostile) stage.service.ledger.unassign(keyHash);
    stage.service.ledger.assign({ keyName: "prod-search" });
    const project = await stage.project("forms", { "fixture:ownBaseUrl": stage.friendlier.baseUrl });
    const run = await project.preview(
      stage.judging({ requiredKeys: [{ hash: gateway.keyHash }], evidence: "stack" }),
    );
    const queries = ({ requests }: LocalService) => requests.map(({ query }) => query).toSorted();
    return { run, requests: queries(stage.service), ownRequests: queries(stage.friendlier) };
  },
  shows: {
    "is let through by its own evidence": ({ run }) => assertPasses(run),
    "knows the assignments at preview by getKeyAssignments": ({ run }) => {
      assert.match(run.stdout, /the promise saw (prod-gateway, prod-search|prod-search, prod-gateway)\./);
      assert.match(run.stdout, /the filtered promise saw prod-gateway\./);
    },
    "knows them at preview by getKeyAssignmentsOutput": ({ run }) =>
      assert.match(run.stdout, /the output saw prod-gateway\./),
    "knows them at preview by a KeyAssignments resource": ({ run }) => {
      assert.match(run.stdout, /the resource saw (prod-gateway, prod-search|prod-search, prod-gateway)\./);
      assert.match(run.stdout, /missing rows saw 0\./);
    },
    "reads another account by a secret key given as an argument": ({ run, ownRequests }) => {
      assert.match(run.stdout, /the output by a key of its own saw 5\./);
      assert.deepEqual(ownRequests, ["offset=0&limit=100", "offset=5&limit=100"]);
    },
    "makes one read for all its calls, and one for the resource": ({ requests }) =>
      assert.deepEqual(
        requests.filter((query) => query.startsWith("offset=0&")),
        ["offset=0&limit=100", "offset=0&limit=100"],
      ),
  },
});

scenario({
  title: "a program that reads the inventory",
  async play(stage) {
    for (const { keyHash } of hostile) stage.service.ledger.unassign(keyHash);
    for (const { keyHash } of hostile) stage.service.ledger.deleteKey(keyHash);
    const project = await stage.project("forms", { "fixture:keys": `{"keyNames":["${rotated.keyName}"]}` });
    const read = await project.preview(stage.unjudged());
    stage.service.management = false;
    const without = await project.preview(stage.unjudged());
    return { read, without };
  },
  shows: {
    "knows the keys without a guardrail at preview": ({ read }) => {
      assertPasses(read);
      assert.match(read.stdout, /the inventory's promise saw prod-gateway-rotated\./);
      assert.match(read.stdout, /the inventory's output saw prod-gateway-rotated\./);
    },
    "is stopped where the service offers no inventory": ({ without }) =>
      assertStops(without, /could not verify: the service offers no key inventory \(404\)/),
  },
});
