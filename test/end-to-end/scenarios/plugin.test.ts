import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gateway, hostile } from "../account";
import { everything, withoutHostile } from "../plugin-program";
import { pulumiScenario, scenario } from "../scenario";
import { fixtures, plantedKeys } from "../stage";
import { assertCouldNotVerify, assertPasses, assertStops, assertViolates, textOf } from "../verdicts";

const requiredKeys = [{ hash: gateway.keyHash }];

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
    const repaired = await project.deploy({ ...judging, skipPreview: true });
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

pulumiScenario({
  title: "a stack with the provider plugin's resource, where there is neither network nor key",
  async play(stage) {
    const project = await stage.realProject(resolve(fixtures, "plugin"));
    const deployed = await project.deploy({ ...stage.unjudged(), skipPreview: true });
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
    const deployed = await project.deploy({ ...run, skipPreview: true });
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
