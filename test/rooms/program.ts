import path from "node:path";
import * as ts from "typescript";
import { root } from "../repository";

/** What ships, as the compiler sees it, with files of a test's own among it. */
export interface Program {
  readonly checker: ts.TypeChecker;
  /** By their paths in the repository. */
  readonly shipped: ReadonlyMap<string, ts.SourceFile>;
  readonly madeUp: ReadonlyMap<string, ts.SourceFile>;
}

/** What the configuration compiles and no user gets. */
const unshipped = /^(?:examples|test|tools)\//u;

const { fileNames, options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile).config,
  ts.sys,
  root,
);

/** The made-up texts are named by paths in the repository; they lie nowhere. */
export function programWith(texts: Readonly<Record<string, string>>): Program {
  const host = ts.createCompilerHost(options);
  const textOf = (file: string): string | undefined => texts[path.relative(root, file)];
  const { getSourceFile } = host;
  host.getSourceFile = (file, ...rest) => {
    const text = textOf(file);
    return text === undefined
      ? getSourceFile(file, ...rest)
      : ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  };
  const shipped = fileNames.map((file) => path.relative(root, file)).filter((file) => !unshipped.test(file));
  const absolute = [...shipped, ...Object.keys(texts)].map((file) => path.join(root, file));
  const program = ts.createProgram(absolute, options, host);
  const filesOf = (files: readonly string[]): ReadonlyMap<string, ts.SourceFile> =>
    new Map(
      files.map((file) => {
        const source = program.getSourceFile(path.join(root, file));
        if (source === undefined) throw new Error(`${file} is not compiled.`);
        return [file, source];
      }),
    );
  return {
    checker: program.getTypeChecker(),
    shipped: filesOf(shipped),
    madeUp: filesOf(Object.keys(texts)),
  };
}

/** Every node of a file. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child);
  });
  for (const child of children) yield* nodesOf(child);
}
