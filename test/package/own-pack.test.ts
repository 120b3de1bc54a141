import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gateway, rotated } from "../end-to-end/account";
import { Stage } from "../end-to-end/stage";
import { assertPasses, assertStops } from "../end-to-end/verdicts";
import { findEngine } from "../engines";
import { blocksOf, pageAt } from "../readme/readme";
import { root } from "../repository";
import { usePackedProject } from "./packed-project";

const run = promisify(execFile);

/** Everything that the page shows, and the pack among it. */
const shown = blocksOf("ts", pageAt("docs/own-packs.md"));
const [pack = ""] = shown;

/** Pulumi's own loader takes a tsconfig's options in the place of these, and these where there is none. */
const configurations: Readonly<Record<string, readonly string[]>> = {
  "without a tsconfig, by the options that Pulumi's loader has then": [
    ...["--module", "nodenext", "--moduleResolution", "nodenext"],
  ],
  "without a tsconfig, by those it had for older versions of TypeScript": [
    ...["--module", "commonjs", "--moduleResolution", "node"],
  ],
  'with "moduleResolution": "node"': ["--strict", "--module", "commonjs", "--moduleResolution", "node"],
};

describe("a pack of one's own, as docs/own-packs.md shows it,", function () {
  // The engines have limits of their own.
  this.timeout(600_000);
  const packed = usePackedProject();
  let stage: Stage;

  before(async () => {
    assert.match(pack, /new PolicyPack\(/u);
    stage = await Stage.open(await findEngine());
  });
  after(() => stage?.close());

  for (const [title, options] of Object.entries(configurations)) {
    it(`compiles ${title}`, async () => {
      const { folder } = packed();
      const names = shown.map((_, index) => `shown-${index}.ts`);
      for (const [index, program] of shown.entries())
        await writeFile(join(folder, names[index] ?? ""), program);
      const flags = ["--skipLibCheck", "--target", "es2020", ...options];
      const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
      const argv = [join(root, "node_modules/typescript/bin/tsc"), "--noEmit", ...flags, ...types, ...names];
      await run(process.execPath, argv, { cwd: folder }).catch(({ stdout }) => assert.fail(stdout));
    });
  }

  for (const [title, tsconfig] of [
    ["without a tsconfig", undefined],
    [
      'with "moduleResolution": "node"',
      { compilerOptions: { strict: true, target: "es2020", module: "commonjs", moduleResolution: "node" } },
    ],
  ] as const) {
    it(`judges a deployment as it is written, ${title}`, async () => {
      const folder = join(packed().folder, tsconfig === undefined ? "plain" : "configured");
      await mkdir(folder);
      await writeFile(join(folder, "PulumiPolicy.yaml"), "runtime: nodejs\n");
      await writeFile(
        join(folder, "package.json"),
        '{ "name": "own", "version": "1.0.0", "main": "index.ts" }',
      );
      await writeFile(join(folder, "index.ts"), pack);
      if (tsconfig !== undefined) await writeFile(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
      const project = await stage.project("unrelated");
      const judged = (...keys: readonly { readonly keyHash: string }[]) => {
        const requiredKeys = keys.map(({ keyHash }) => ({ hash: keyHash }));
        return project.preview(stage.judging({ policyPack: folder, requiredKeys }));
      };
      // Each run checks the types of the pack anew, which takes seconds: a pack that passes is seen once.
      if (tsconfig === undefined) assertPasses(await judged(gateway));
      const run = await judged(gateway, rotated);
      assertStops(run, "1 of 2 required keys fails", "no direct assignment of a guardrail");
    });
  }
});
