import assert from "node:assert/strict";
import { gateway, rotated } from "../account";
import { declare } from "../declared";
import { scenario } from "../scenario";
import { assertPasses, assertViolates } from "../verdicts";

const rule = "required-keys-guarded";

scenario({
  title: "a deployment without a preview, judged at its start",
  async play(stage) {
    const project = await stage.project("declares");
    const deployWith = (required: { readonly keyHash: string }) =>
      project.deploy({
        ...stage.judging({
          policyConfig: {
            "guardrails-settings": { enforceAt: "start" },
            [rule]: { requiredKeys: [{ hash: required.keyHash }] },
          },
        }),
        skipPreview: true,
      });
    await declare(project, { keys: { changed: { name: "before" }, removed: { name: "before" } } });
    const onEmpty = await deployWith(rotated);
    const empty = resourcesIn(await project.stateText());
    const guarded = await deployWith(gateway);
    const before = resourcesIn(await project.stateText());
    await declare(project, { keys: { changed: { name: "after" }, added: { name: "after" } } });
    const onExisting = await deployWith(rotated);
    const after = resourcesIn(await project.stateText());
    return { onEmpty, empty, guarded, before, onExisting, after };
  },
  shows: {
    "is stopped on a new stack, whose state stays empty": ({ onEmpty, empty }) => {
      assertViolates(onEmpty, rule, "no direct assignment of a guardrail");
      assert.deepEqual(empty, []);
    },
    "goes through when the keys are guarded": ({ guarded, before }) => {
      assertPasses(guarded);
      assert(before.some(({ urn }) => urn.endsWith("::removed")));
    },
    "is stopped on an existing stack, where nothing is made, changed or removed": ({
      onExisting,
      before,
      after,
    }) => {
      assertViolates(onExisting, rule, "no direct assignment of a guardrail");
      assert.deepEqual(after, before);
    },
  },
});

interface StoredResource {
  readonly urn: string;
  readonly type: string;
}

/** The resources in a stored state but providers, whose secrets each writing encrypts anew. */
function resourcesIn(state: string): readonly StoredResource[] {
  const { checkpoint, resources = checkpoint?.latest?.resources ?? [] } = JSON.parse(state) as {
    readonly checkpoint?: { readonly latest?: { readonly resources?: readonly StoredResource[] } };
    readonly resources?: readonly StoredResource[];
  };
  return resources.filter(({ type }) => !type.startsWith("pulumi:providers:"));
}
