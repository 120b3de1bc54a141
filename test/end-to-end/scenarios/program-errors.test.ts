import assert from "node:assert/strict";
import { plainStart } from "../../engines/quick-start";
import { scenario } from "../scenario";
import { assertStops, textOf } from "../verdicts";

const plainKey = "sk-or-mgmt-set-without-secret";

scenario({
  title: "a program that cannot read the list",
  async play(stage) {
    // How an error is shown, the SDK decides by modules that else come late.
    const run = stage.unjudged({ env: plainStart });
    stage.service.faults = () => ({ kind: "echo-credential" });
    const byFunction = await stage.project("forms", { "fixture:resource": "none" });
    const refused = await byFunction.preview(run);
    const requests = stage.service.requests.length;

    const byResource = await stage.project("lists", { "guardrails:managementKey": plainKey });
    const plain = await byResource.preview(run);
    return { refused, plain, requests: stage.service.requests.length - requests };
  },
  shows: {
    "fails with the service's words, the key it repeated blotted out": ({ refused }) =>
      assertStops(
        refused,
        /error: could not verify: the service did not accept the management key \(403: "Not allowed for Bearer \[secret\]"\)/,
      ),
    "fails when the stack's management key is not a secret, and says what to do": ({ plain }) =>
      assertStops(
        plain,
        /error: could not verify: the stack configuration guardrails:managementKey is not a secret/,
        "pulumi config set --secret guardrails:managementKey",
      ),
    "does not repeat that key, and sends nothing": ({ plain, requests }) => {
      assert(!textOf(plain).includes(plainKey));
      assert.equal(requests, 0);
    },
  },
});
