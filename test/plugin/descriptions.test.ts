import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { schema } from "../../provider/plugin/schema";
import { root } from "../repository";

/** What the schema alone has: TypeScript programs configure no provider, and there a `kind` is a union's, not a text. */
const ownNames = ["guardrails", "provider", "kind"];

/** What the documentation of TypeScript says, as `name: first paragraph`. */
function documented(): ReadonlySet<string> {
  const said = new Set<string>();
  for (const room of ["provider", "sdk"]) {
    for (const name of readdirSync(join(root, room), { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".ts") || name.startsWith("plugin/")) continue;
      const text = readFileSync(join(root, room, name), "utf8");
      visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true), said);
    }
  }
  return said;
}

function visit(node: ts.Node, said: Set<string>): void {
  const name = nameOf(node);
  for (const doc of ts.getJSDocCommentsAndTags(node)) {
    const [paragraph = ""] = (ts.getTextOfJSDocComment(doc.comment) ?? "").split("\n\n");
    if (name !== undefined) said.add(line(name, paragraph));
  }
  ts.forEachChild(node, (child) => visit(child, said));
}

function nameOf(node: ts.Node): string | undefined {
  const isNamed =
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isPropertyDeclaration(node);
  return isNamed ? node.name?.getText() : undefined;
}

/** Every description of the schema, with the name of what it describes. */
function described(value: unknown, name: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    if (key === "description" && typeof field === "string") return [line(name, field)];
    const isLayer = ["inputs", "outputs", "properties", "inputProperties"].includes(key);
    return described(field, isLayer ? name : (key.split(":").at(-1) ?? key));
  });
}

function line(name: string, text: string): string {
  return `${name}: ${text.replace(/\s+/gu, " ").trim()}`;
}

describe("the descriptions of the provider plugin's schema", () => {
  it("are the words of the TypeScript documentation of the same name", () => {
    const said = documented();
    const wanted = described(schema, "guardrails").filter(
      (one) => !ownNames.includes(one.split(":")[0] ?? ""),
    );
    assert(wanted.length > 60);
    assert.deepEqual(
      wanted.filter((one) => !said.has(one)),
      [],
    );
  });
});
