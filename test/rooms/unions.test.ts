import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as ts from "typescript";
import { root } from "../repository";

/** Values of these have no kind, because they are not ours or are no more than what a template takes. */
const withoutKind = ["cli/reports/markup.ts", "provider/plugin/property-values.ts"];

/** What is looked at by `typeof`, `in` or `Array.isArray`. */
function lookedAt(node: ts.Node): ts.Expression | undefined {
  if (ts.isTypeOfExpression(node)) return node.expression;
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InKeyword) return node.right;
  if (ts.isCallExpression(node) && node.expression.getText() === "Array.isArray") return node.arguments[0];
  return undefined;
}

/** Whether a value is one of several things; what may only be missing is not, nor is what nobody knows (`unknown`). */
function isUnion(type: ts.Type): boolean {
  const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.BooleanLiteral;
  return type.isUnion() && type.types.filter(({ flags }) => (flags & nothing) === 0).length > 1;
}

/** The files that tell members of a union apart by what they look like. */
function filesTellingByLooks(program: ts.Program, isOurs: (file: string) => boolean): readonly string[] {
  const checker = program.getTypeChecker();
  const tells = (node: ts.Node): boolean => {
    const value = lookedAt(node);
    const told = value !== undefined && isUnion(checker.getTypeAtLocation(value));
    return told || ts.forEachChild(node, (child) => tells(child) || undefined) === true;
  };
  return program
    .getSourceFiles()
    .filter((file) => isOurs(file.fileName) && tells(file))
    .map(({ fileName }) => fileName);
}

const options: ts.CompilerOptions = {
  ...ts.convertCompilerOptionsFromJson(
    ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile).config.compilerOptions,
    root,
  ).options,
  noEmit: true,
};

describe("unions of this repository", () => {
  it("are told apart by their kind", () => {
    const ours = ["provider", "sdk", "policies", "cli"].map((part) => path.join(root, part));
    const files = ours.flatMap((folder) => ts.sys.readDirectory(folder, [".ts"]));
    const found = filesTellingByLooks(ts.createProgram(files, options), (file) => files.includes(file));
    assert.deepEqual(found.map((file) => path.relative(root, file)).toSorted(), withoutKind);
  });

  it("are seen to be told apart otherwise, however that is written", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "unions-"));
    const union = "export const told = (one: { a: 1 } | { b: 2 } | string | string[]): unknown => ";
    const sources = {
      "by-in.ts": `export const told = (one: { a: 1 } | { b: 2 }): unknown => "a" in one;`,
      "by-typeof.ts": `${union}typeof one === "string";`,
      "by-array.ts": `${union}Array.isArray(one);`,
      "kind.ts": `export const told = (one: { kind: "a" } | { kind: "b" }): unknown => one.kind === "a";`,
      "missing.ts": `export const told = (one?: { a?: 1 }): unknown => typeof one;`,
      "unknown.ts": `export const told = (one: unknown): unknown => typeof one === "object" && one && "a" in one;`,
    };
    for (const [name, text] of Object.entries(sources)) writeFileSync(path.join(folder, name), text);
    const files = Object.keys(sources).map((name) => path.join(folder, name));
    const { types: _, tsBuildInfoFile: __, incremental: ___, ...plain } = options;
    const found = filesTellingByLooks(ts.createProgram(files, { ...plain, types: [] }), (file) =>
      files.includes(file),
    );
    rmSync(folder, { recursive: true });
    assert.deepEqual(found.map((file) => path.basename(file)).toSorted(), [
      "by-array.ts",
      "by-in.ts",
      "by-typeof.ts",
    ]);
  });
});
