import assert from "node:assert/strict";
import { appendFile, cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unknown as engineMark } from "../engines/double/properties";
import type { PackedProject } from "../package/packed-project";
import { root } from "../repository";
import { gateway, rotated } from "./account";
import { fixtures, type Stage } from "./stage";
import { assertPasses, assertStops, assertViolates, textOf } from "./verdicts";

/** The examples in other languages than TypeScript, by their folders. */
export type Language = "yaml" | "python" | "go";

/** A copy of an example with the package beside it as pnpm puts it there: a link into a store with all it needs. */
export async function exampleProject(
  stage: Stage,
  { folder: packed }: PackedProject,
  name: Language,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `guardrails-${name}-`));
  stage.atEnd(() => rm(folder, { recursive: true, force: true }));
  await cp(join(root, "examples", name), folder, { recursive: true });
  await mkdir(join(folder, "node_modules"));
  const installed = join(packed, "node_modules/pulumi-guardrails");
  await symlink(installed, join(folder, "node_modules/pulumi-guardrails"), "junction");
  return folder;
}

/**
 * The program asks for prod-gateway; what the pack requires is another key, so that only the pack can stop it.
 * @param compile makes ready what the program is now, after a first run as users run it, where the language's host would compile at each
 */
export async function judged(
  stage: Stage,
  folder: string,
  language: Language,
  compile: () => Promise<void> = async () => {},
) {
  const { ledger } = stage.service;
  const project = await stage.realProject(folder);
  const requiredKeys = [{ hash: rotated.keyHash }];
  const byStack = stage.judging({ requiredKeys, evidence: "stack" });
  const byLive = stage.judging({ requiredKeys });
  ledger.assign(rotated);
  const guarded = await project.deploy({ ...byStack, skipPreview: true });
  const outputs = await guarded.outputs?.();
  await compile();
  ledger.unassign(rotated.keyHash);
  const stopped = { byStack: await project.preview(byStack), byLive: await project.preview(byLive) };
  ledger.assign(rotated);
  const repaired = { byStack: await project.preview(byStack), byLive: await project.preview(byLive) };
  ledger.changeKey(gateway.keyHash, { keyLabel: engineMark });
  const marked = await project.preview(stage.unjudged());
  ledger.changeKey(gateway.keyHash, { keyLabel: gateway.keyLabel });
  ledger.unassign(gateway.keyHash);
  const ownKey = await project.preview(stage.unjudged());
  stage.service.faults = () => ({ kind: "echo-credential" });
  const refused = await project.preview(stage.unjudged());
  stage.service.faults = () => undefined;
  ledger.assign(gateway);
  const withKey = (GUARDRAILS_MANAGEMENT_KEY: string | undefined) =>
    project.preview(stage.unjudged({ env: { GUARDRAILS_MANAGEMENT_KEY } }));
  const keys = { wrong: await withKey("planted-and-wrong-71c0"), none: await withKey(undefined) };

  await symlink(join(fixtures, "official-types/provider"), join(folder, "openrouter"), "junction");
  if (language !== "yaml") {
    // Its own Pulumi.yaml the example keeps: it says how the program is run.
    const plugins = "plugins:\n  providers:\n    - { name: openrouter, path: ./openrouter }\n";
    await appendFile(join(folder, "Pulumi.yaml"), plugins);
  }
  const other = async (program: string) => {
    await cp(join(fixtures, "languages", language, program), folder, { recursive: true });
    await compile();
    return project.preview(stage.unjudged());
  };
  const unknown = {
    argument: await other("unknown-argument"),
    known: await (await project.deploy({ ...stage.unjudged(), skipPreview: true })).outputs?.(),
    configuration: await other("unknown-configuration"),
  };
  await project.setConfig("guardrails:readTimeout", "2");
  stage.service.faults = () => ({ kind: "status", status: 500 });
  const failed = await other("unknown-argument");
  return { guarded, outputs, stopped, repaired, marked, ownKey, refused, keys, unknown, failed };
}
type Judged = Awaited<ReturnType<typeof judged>>;

/** What such a program shows in every language. */
export const inEveryLanguage = {
  "is let through by its own evidence": ({ guarded }: Judged) => assertPasses(guarded),
  "is stopped by the pack for an unguarded key, by stack and by live evidence": ({ stopped }: Judged) => {
    for (const run of [stopped.byStack, stopped.byLive])
      assertViolates(run, "required-keys-guarded", "UNGUARDED  1 key");
  },
  "is let through by both once the key is guarded again": ({ repaired }: Judged) => {
    for (const run of [repaired.byStack, repaired.byLive]) assertPasses(run);
  },
  "is let through where a key is called by the engine's mark for unknown": ({ marked }: Judged) =>
    assertPasses(marked),
  "is stopped when the service refuses": ({ refused }: Judged) =>
    assertStops(refused, /could not verify: the service did not accept the management key \(403/),
  "is stopped with a wrong key, and without one": ({ keys }: Judged) => {
    assertStops(keys.wrong, /could not verify: the service did not accept the management key \(401/);
    assert(!textOf(keys.wrong).includes("planted-and-wrong"));
    assertStops(keys.none, /could not verify: no management key for /);
  },
  "is stopped when the service fails": ({ failed }: Judged) => assertStops(failed, /could not verify: .*500/),
  "knows nothing of what it asks for with an argument that is not known before deployment": ({
    unknown,
  }: Judged) => {
    assertPasses(unknown.argument);
    assert.doesNotMatch(textOf(unknown.argument), /seen *: \[\]/);
    assert.deepEqual(unknown.known, { seen: [] });
  },
  "is stopped where the provider's configuration is not known before deployment, and sees no empty list": ({
    unknown,
  }: Judged) => {
    const { configuration } = unknown;
    assertStops(configuration, /could not verify: the provider's baseUrl is not known before deployment/);
    assert.doesNotMatch(textOf(configuration), /seen *: \[\]/);
  },
};
