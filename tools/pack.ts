/*
 * npm run pack: the policy pack as one folder for `pulumi policy publish`, which takes a folder and nothing around it.
 */
import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./bundles/repository";
import { writePack } from "./pack/write-pack";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: "string" } } });
  const folder = values.out === undefined ? resolve(root, "pack") : resolve(values.out);
  const bundled = await writePack(folder);
  const shown = relative(process.cwd(), folder) || ".";
  process.stdout.write(
    `${shown} holds the policy pack, with ${bundled} packages inside. Publish it by its README.md.\n`,
  );
}

main().catch((error: unknown) => {
  process.stderr.write(
    `The pack was not written: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
});
