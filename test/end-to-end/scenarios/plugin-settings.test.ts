import assert from "node:assert/strict";
import { startLocalService } from "../../../local-service/index";
import { account } from "../account";
import { everything, withoutHostile } from "../plugin-program";
import { scenario } from "../scenario";
import { assertPasses, assertStops, textOf } from "../verdicts";

scenario({
  title: "the provider plugin's configuration when it changes",
  async play(stage) {
    withoutHostile(stage);
    const project = await stage.project("plugin", everything);
    const first = await project.deploy({ ...stage.unjudged(), skipPreview: true });
    // The stack's own key fits this address; the environment's does not.
    await project.setConfig("guardrails:baseUrl", stage.friendlier.baseUrl);
    const changed = await project.preview(stage.unjudged());
    const explicit = { baseUrl: stage.service.baseUrl, readTimeout: 20 };
    await project.setConfig("fixture:provider", JSON.stringify(explicit));
    const elsewhere = await project.preview(stage.unjudged());
    return { first, changed, elsewhere };
  },
  shows: {
    "is taken from the environment at first": ({ first }) => {
      assertPasses(first);
      assert.match(textOf(first), /the resource saw 1 of 1\./);
    },
    arrives: ({ changed }) => {
      assertPasses(changed);
      assert.match(textOf(changed), /the resource saw 5 of 5\./);
    },
    "is that of an explicit provider where the program has one": ({ elsewhere }) => {
      assertPasses(elsewhere);
      assert.match(textOf(elsewhere), /the resource saw 1 of 1\./);
    },
  },
});

scenario({
  title: "a project that is called as the provider's namespace is",
  async play(stage) {
    withoutHostile(stage);
    const own = { ...everything, "guardrails:region": "eu-central-1" };
    const named = await stage.project("plugin-own-name", own);
    const first = await named.deploy({ ...stage.unjudged(), skipPreview: true });
    const again = await named.preview(stage.unjudged());
    const other = await stage.project("plugin", own);
    return { first, again, other: await other.preview(stage.unjudged()) };
  },
  shows: {
    "keeps its own settings there": ({ first, again }) => {
      for (const run of [first, again]) {
        assertPasses(run);
        assert.match(textOf(run), /the resource saw 1 of 1\./);
      }
    },
    "is the only one that may": ({ other }) =>
      assertStops(other, /could not verify: .*the unknown setting "region"/),
  },
});

const plainKey = "sk-or-mgmt-set-without-secret";

scenario({
  title: "a management key that was set without --secret, and then with it",
  async play(stage) {
    const service = await startLocalService({ ledger: account(), managementKey: plainKey });
    stage.atEnd(() => service.close());
    const project = await stage.project("plugin", {
      ...everything,
      "guardrails:baseUrl": service.baseUrl,
      "guardrails:managementKey": plainKey,
    });
    const refused = await project.deploy({ ...stage.unjudged(), skipPreview: true });
    await project.setConfig("guardrails:managementKey", plainKey, { secret: true });
    const previewed = await project.preview(stage.unjudged());
    const repaired = await project.deploy({ ...stage.unjudged(), skipPreview: true });
    const later = await project.deploy({ ...stage.unjudged(), skipPreview: true });
    return { refused, previewed, repaired, later, states: stage.states.slice(-2) };
  },
  shows: {
    "stops the run, and is not repeated": ({ refused }) => {
      assertStops(
        refused,
        /could not verify: the stack configuration guardrails:managementKey is not a secret/,
      );
      assert(!textOf(refused).includes(plainKey));
    },
    "is taken once it is a secret, although it is the same": ({ previewed, repaired, later }) => {
      for (const run of [previewed, repaired, later]) assertPasses(run);
    },
    "is out of the state in plain then": ({ states }) => {
      assert.equal(states.length, 2);
      for (const state of states) assert(!state.includes(plainKey));
    },
  },
});

scenario({
  title: "the provider plugin when the list cannot be had",
  async play(stage) {
    const byFunction = { "fixture:function": "{}", "fixture:lists": "[]" };
    const asking = async (
      config: Readonly<Record<string, string>>,
      env: Record<string, string | undefined> = {},
    ) => (await stage.project("plugin", config)).preview(stage.unjudged({ env }));
    const without = { GUARDRAILS_MANAGEMENT_KEY: undefined };
    const plain = await asking({ ...byFunction, "guardrails:managementKey": plainKey });
    const none = await asking(byFunction, without);
    const misspelt = await asking({ ...everything, "guardrails:managmentKey": plainKey });
    stage.service.faults = () => ({ kind: "echo-credential" });
    const refused = await asking(byFunction);
    const refusedResource = await asking({});
    stage.service.faults = () => ({ kind: "status", status: 500 });
    const failed = await asking({ ...byFunction, "guardrails:readTimeout": "2" });
    return { plain, none, misspelt, refused, refusedResource, failed };
  },
  shows: {
    "refuses a key that is not a secret, and does not repeat it": ({ plain }) => {
      assertStops(
        plain,
        /could not verify: the stack configuration guardrails:managementKey is not a secret/,
      );
      assert(!textOf(plain).includes(plainKey));
    },
    "says where no key is": ({ none }) =>
      assertStops(none, /could not verify: no management key for .*does not belong to/),
    "refuses a misspelt setting, and does not repeat its value": ({ misspelt }) => {
      assertStops(misspelt, /the unknown setting "managmentKey" \(did you mean managementKey\?\)/);
      assert(!textOf(misspelt).includes(plainKey));
    },
    "fails a function in the service's words, the key it repeated blotted out": ({ refused }) =>
      assertStops(
        refused,
        /could not verify: the service did not accept the management key \(403.*\[secret\]/,
      ),
    "fails a resource in the same words": ({ refusedResource }) =>
      assertStops(
        refusedResource,
        /could not verify: the service did not accept the management key \(403.*\[secret\]/,
      ),
    "fails when the service fails": ({ failed }) => assertStops(failed, /could not verify: .*500/),
  },
});
