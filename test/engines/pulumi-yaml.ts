import { readFile, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import * as z from "zod";

/** The parts of a Pulumi.yaml that say what to run. */
export interface ProgramToRun {
  readonly project: string;
  /** Where the Pulumi.yaml is. */
  readonly root: string;
  /** The program's working directory. */
  readonly directory: string;
  /** What node loads, relative to `directory`. */
  readonly entry: string;
  readonly typescript: boolean;
  /** Folders of the provider plugins that the project names, by package. */
  readonly plugins: Readonly<Record<string, string>>;
}

const pulumiYaml = z.object({
  name: z.string(),
  main: z.string().default("."),
  plugins: z
    .object({ providers: z.array(z.object({ name: z.string(), path: z.string() })) })
    .default({ providers: [] }),
  runtime: z.union([
    z.literal("nodejs").transform(() => ({ options: { typescript: true } })),
    z.object({
      name: z.literal("nodejs"),
      options: z.object({ typescript: z.boolean().default(true) }).default({ typescript: true }),
    }),
    // What only a real engine runs, by the host of that language.
    z.enum(["yaml", "go"]).transform(() => ({ options: { typescript: false } })),
    z.object({ name: z.literal("python") }).transform(() => ({ options: { typescript: false } })),
  ]),
});

/** Reads the Pulumi.yaml of a folder. @throws when it is of a language that the tests do not know. */
export async function readPulumiYaml(root: string): Promise<ProgramToRun> {
  const { name, main, plugins, runtime } = pulumiYaml.parse(
    parse(await readFile(join(root, "Pulumi.yaml"), "utf8")),
  );
  const program = resolve(root, main);
  const isFolder = (await stat(program)).isDirectory();
  return {
    project: name,
    root: resolve(root),
    directory: isFolder ? program : dirname(program),
    entry: isFolder ? "." : basename(program),
    typescript: runtime.options.typescript,
    plugins: Object.fromEntries(plugins.providers.map(({ name, path }) => [name, resolve(root, path)])),
  };
}
