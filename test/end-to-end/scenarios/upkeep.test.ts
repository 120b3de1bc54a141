import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { gateway } from "../account";
import { pulumiScenario } from "../scenario";
import { fixtures, type Stage } from "../stage";
import { assertCouldNotVerify, assertPasses } from "../verdicts";

pulumiScenario({
  title: "a stack whose package is gone",
  async play(stage) {
    const { folder, uninstall } = await installedProgram(stage);
    const project = await stage.realProject(folder);
    await project.setConfig("fixture:later", "true");
    const judging = stage.judging({ requiredKeys: [{ hash: gateway.keyHash }], evidence: "stack" });
    const deployed = await project.deploy({ ...judging, skipPreview: true });

    const later = "urn:pulumi:dev::lists::pulumi-nodejs:dynamic/fixture:Later::later";
    const targeted = await project.preview({ ...judging, extraArgs: ["--target", later] });

    await uninstall();
    const refreshed = await project.refresh(stage.unjudged());
    const destroyed = await project.destroy(stage.unjudged());
    return { deployed, targeted, refreshed, destroyed };
  },
  shows: {
    "was deployed": ({ deployed }) => assertPasses(deployed),
    'a preview whose --target leaves the list out fails with "could not verify", old evidence or not': ({
      targeted,
    }) => assertCouldNotVerify(targeted, "was not read in this run (was it left out by --target?)"),
    "can still be refreshed": ({ refreshed }) => assertPasses(refreshed),
    "can still be destroyed": ({ destroyed }) => assertPasses(destroyed),
  },
});
pulumiScenario({
  title: "a stack that an earlier version deployed",
  async play(stage) {
    const project = await stage.realProject(resolve(fixtures, "lists"));
    await project.importState(await readFile(resolve(fixtures, "states/lists-2026-11-26.json"), "utf8"));
    const judging = stage.judging({ requiredKeys: [{ hash: gateway.keyHash }], evidence: "stack" });
    const previewed = await project.preview(judging);
    const offline = stage.unjudged({
      env: { GUARDRAILS_BASE_URL: undefined, GUARDRAILS_MANAGEMENT_KEY: undefined },
    });
    const refreshed = await project.refresh(offline);
    const destroyed = await project.destroy(offline);
    return { previewed, refreshed, destroyed };
  },
  shows: {
    "is previewed and judged by this version": ({ previewed }) => assertPasses(previewed),
    "can be refreshed without network or key": ({ refreshed }) => assertPasses(refreshed),
    "can be destroyed without network or key": ({ destroyed }) => assertPasses(destroyed),
  },
});

/** A copy of a program with this package installed as a user's would be, and the way to be rid of the package. */
async function installedProgram(
  stage: Stage,
): Promise<{ readonly folder: string; readonly uninstall: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "end-to-end-"));
  stage.atEnd(() => rm(folder, { recursive: true }));
  await cp(resolve(fixtures, "lists"), folder, { recursive: true });
  await mkdir(join(folder, "node_modules/@pulumi"), { recursive: true });
  for (const name of ["@pulumi/pulumi", "pulumi-guardrails"]) {
    await symlink(dirname(require.resolve(`${name}/package.json`)), join(folder, "node_modules", name));
  }
  return { folder, uninstall: () => rm(join(folder, "node_modules/pulumi-guardrails")) };
}
