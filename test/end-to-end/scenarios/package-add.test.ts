import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { usePackedProject } from "../../package/packed-project";
import { gateway } from "../account";
import { isOnPath, pulumi } from "../installing";
import { pulumiScenario } from "../scenario";
import { assertPasses, assertViolates } from "../verdicts";

const provider = "./node_modules/pulumi-guardrails/provider";

for (const [layout, manager] of [
  ["flat", "npm"],
  ["store", "pnpm"],
] as const) {
  describe(`pulumi package add of the package as ${manager} installs it (skipped where pulumi-language-yaml is not on the PATH)`, () => {
    before(async function () {
      if (!(await isOnPath("pulumi-language-yaml"))) this.skip();
    });
    const packed = usePackedProject(layout);

    pulumiScenario({
      title: `a YAML program beside it, ${manager}'s way`,
      async play(stage) {
        const { folder } = packed();
        const manifest = join(folder, "Pulumi.yaml");
        const program = {
          name: "added",
          runtime: "yaml",
          resources: { evidence: { type: "guardrails:KeyAssignments" } },
          outputs: { total: `\${evidence.totalCount}` },
        };
        await writeFile(manifest, JSON.stringify(program));
        await pulumi(["package", "add", provider, "-C", folder], join(folder, "home"));
        const noted = parse(await readFile(manifest, "utf8"));
        const project = await stage.realProject(folder);
        const judging = stage.judging({ requiredKeys: [{ hash: gateway.keyHash }], evidence: "stack" });
        const deployed = await project.deploy({ ...judging, skipPreview: true });
        const outputs = await deployed.outputs?.();
        stage.service.ledger.unassign(gateway.keyHash);
        return { noted, deployed, outputs, stopped: await project.preview(judging) };
      },
      shows: {
        "is noted in its Pulumi.yaml": ({ noted }) =>
          assert.deepEqual(noted.packages, { guardrails: provider }),
        "has the list, and is let through by it": ({ deployed, outputs }) => {
          assertPasses(deployed);
          assert.deepEqual(outputs, { total: 4 });
        },
        "is stopped by it": ({ stopped }) =>
          assertViolates(stopped, "required-keys-guarded", "UNGUARDED  1 key"),
      },
    });
  });
}
