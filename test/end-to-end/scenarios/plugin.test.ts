import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startLocalService } from "../../../local-service/index";
import { account, gateway, hostile } from "../account";
import { pulumiScenario, scenario } from "../scenario";
import { fixtures, plantedKeys, type Stage } from "../stage";
import { assertCouldNotVerify, assertPasses, assertStops, assertViolates, textOf } from "../verdicts";

const requiredKeys = [{ hash: gateway.keyHash }];
const everything = { "fixture:function": '{"keyNames":["prod-gateway"]}', "fixture:lists": "[{}]" };

/** Keys whose names would be escaped are another test's. */
function withoutHostile(stage: Stage): void {
  for (const { keyHash } of hostile) stage.service.ledger.unassign(keyHash);
}

scenario({
  title: "a program that asks the provider plugin",
  async play(stage) {
    withoutHostile(stage);
    const project = await stage.project("plugin", everything);
    const judging = stage.judging({ requiredKeys, evidence: "stack" });
    const passed = await project.preview(judging);
    stage.service.ledger.unassign(gateway.keyHash);
    const stopped = await project.preview(judging);
    const live = await project.preview(stage.judging({ requiredKeys }));
    stage.service.ledger.assign(gateway);
    const repaired = await project.deploy(judging);
    const unchanged = await project.preview(judging);
    return { passed, stopped, live, repaired, unchanged };
  },
  shows: {
    "is let through by its own evidence": ({ passed }) => assertPasses(passed),
    "knows the list at preview, by function and by resource": ({ passed }) => {
      assert.match(textOf(passed), /the function saw prod-gateway\./);
      assert.match(textOf(passed), /the resource saw 1 of 1\./);
    },
    "is stopped by stack evidence for an unguarded key": ({ stopped }) =>
      assertViolates(stopped, "required-keys-guarded", "UNGUARDED  1 key"),
    "is stopped by live evidence for an unguarded key": ({ live }) =>
      assertViolates(live, "required-keys-guarded", "UNGUARDED  1 key"),
    "is deployed once the key is guarded": ({ repaired }) => assertPasses(repaired),
    "goes through again by what it reads then, which is no change": ({ unchanged }) => {
      assertPasses(unchanged);
      assert.doesNotMatch(textOf(unchanged), /KeyAssignments list-0 (update|create)/);
    },
  },
});

scenario({
  title: "a program that asks the provider plugin for the inventory",
  async play(stage) {
    withoutHostile(stage);
    for (const { keyHash } of hostile) stage.service.ledger.deleteKey(keyHash);
    const asking = async (args: string) =>
      (await stage.project("plugin", { "fixture:keys": args, "fixture:lists": "[]" })).preview(
        stage.unjudged(),
      );
    const read = await asking("{}");
    const named = await asking('{"keyNames":["prod-gateway"]}');
    const later = await asking('{"baseUrl":"later"}');
    stage.service.management = false;
    const without = await asking("{}");
    return { read, named, later, without };
  },
  shows: {
    "knows every key at preview, with its state and whether it is guarded": ({ read }) => {
      assertPasses(read);
      const one = "prod-gateway active guarded";
      const other = "prod-gateway-rotated active unguarded";
      const saw = /the inventory saw (.+)\./.exec(textOf(read))?.[1]?.split(", ").toSorted();
      assert.deepEqual(saw, [one, other]);
    },
    "knows the keys that it asked for": ({ named }) => {
      assertPasses(named);
      assert.match(textOf(named), /the inventory saw prod-gateway active guarded\./);
    },
    "knows nothing where an argument is not known before deployment": ({ later }) => {
      assertPasses(later);
      assert.doesNotMatch(textOf(later), / saw /);
    },
    "is stopped where the service offers no inventory": ({ without }) =>
      assertStops(
        without,
        /could not verify: the service offers no key inventory \(404\).*ModelGates has none/,
      ),
  },
});

scenario({
  title: "a program that asks the provider plugin for what is not known before deployment",
  async play(stage) {
    const args = '{"guardrailId":"later"}';
    const project = await stage.project("plugin", { "fixture:function": args, "fixture:lists": `[${args}]` });
    const previewed = await project.preview(stage.unjudged());
    const judged = await project.preview(stage.judging({ requiredKeys, evidence: "stack" }));
    const explicit = '{"baseUrl":"later"}';
    const unknown = await stage.project("plugin", { ...everything, "fixture:provider": explicit });
    return { previewed, judged, unknown: await unknown.preview(stage.unjudged()) };
  },
  shows: {
    "knows nothing of it at preview": ({ previewed }) => {
      assertPasses(previewed);
      assert.doesNotMatch(textOf(previewed), / saw /);
    },
    "has no evidence then": ({ judged }) =>
      assertCouldNotVerify(judged, "what a KeyAssignments resource reads is not known before deployment"),
    "fails with one clean error where the plugin's own configuration is unknown, and sees no empty list": ({
      unknown,
    }) => {
      assertStops(unknown, /could not verify: the provider's baseUrl is not known before deployment/);
      assert.doesNotMatch(textOf(unknown), / saw /);
    },
  },
});

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
      assertStops(other, /could not verify: .*the unknown name "region"/),
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
    const later = await project.deploy(stage.unjudged());
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
      assertStops(misspelt, /the unknown name "managmentKey" \(did you mean managementKey\?\)/);
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

pulumiScenario({
  title: "a stack with the provider plugin's resource, where there is neither network nor key",
  async play(stage) {
    const project = await stage.realProject(resolve(fixtures, "plugin"));
    const deployed = await project.deploy(stage.unjudged());
    const env = { GUARDRAILS_BASE_URL: "https://nowhere.invalid", GUARDRAILS_MANAGEMENT_KEY: undefined };
    const asked = stage.service.requests.length;
    const refreshed = await project.refresh(stage.unjudged({ env }));
    const destroyed = await project.destroy(stage.unjudged({ env }));
    return { deployed, refreshed, destroyed, requests: stage.service.requests.length - asked };
  },
  shows: {
    "was deployed": ({ deployed }) => assertPasses(deployed),
    "can be refreshed": ({ refreshed }) => assertPasses(refreshed),
    "can be destroyed": ({ destroyed }) => assertPasses(destroyed),
    "asked the service nothing for it": ({ requests }) => assert.equal(requests, 0),
  },
});

pulumiScenario({
  title: "an interrupt while the provider plugin waits for the service",
  async play(stage) {
    const project = await stage.project("plugin", { "guardrails:readTimeout": "600" });
    const interrupt = new AbortController();
    stage.service.faults = () => {
      interrupt.abort();
      return { kind: "no-answer" };
    };
    const { signal } = interrupt;
    return project.preview({ ...stage.unjudged(), signal });
  },
  shows: {
    "ends the preview, long before the read's limit": (run) => {
      assertStops(run);
      assert.notEqual(run.exitCode, 137, "it had to be killed");
    },
  },
});

/** The environment of a process to be started, which the engine logs. */
const handsEnvironment =
  /^\{[^{]*"Constructed NodeJS command to run: |^\{"method":"\/pulumirpc\.LanguageRuntime\/RunPlugin",/u;

pulumiScenario({
  title: "the environment's key, where the engine logs all that it and its plugins say",
  async play(stage) {
    const { engine } = stage;
    assert(engine.kind === "pulumi");
    const folder = await mkdtemp(join(tmpdir(), "guardrails-logs-"));
    stage.atEnd(() => rm(folder, { recursive: true, force: true }));
    // Without the key that other stacks have in their configuration: the engine's own log shows that.
    const project = await engine.project({ programDirectory: resolve(fixtures, "plugin") });
    stage.atEnd(() => project.dispose());
    await project.setConfig("fixture:function", "{}");
    await project.setConfig("fixture:keys", "{}");
    const calls = join(folder, "calls.json");
    const extraArgs = ["--logtostderr", "--logflow", "-v=9"];
    const run = stage.unjudged({ extraArgs, env: { PULUMI_DEBUG_GRPC: calls } });
    const deployed = await project.deploy(run);
    stage.service.faults = () => ({ kind: "echo-credential" });
    const refused = await project.preview(run);
    return { deployed, refused, calls: await readFile(calls, "utf8"), state: await project.stateText() };
  },
  shows: {
    "is read with, and refused": ({ deployed, refused }) => {
      assertPasses(deployed);
      assertStops(refused, /could not verify: .*403/);
    },
    "is in none of their lines, calls and states, but where the engine's host is handed the environment of a process":
      ({ deployed, refused, calls, state }) => {
        assert.match(calls, /getKeyAssignments/);
        assert.match(textOf(deployed), /\bprovider\b/);
        const lines = [textOf(deployed), textOf(refused), calls, state].flatMap((text) => text.split("\n"));
        const telling = lines.filter((text) => text.includes(plantedKeys.environment));
        for (const text of telling) assert.match(text, handsEnvironment);
      },
  },
});
