import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { builtinFilters } from "../../policies/rules/enforced-by-guardrail";
import { guardrailFields } from "../../provider/inventory/contract";
import { root } from "../repository";

/** The installed SDK's models. */
export const models = join(root, "node_modules/@openrouter/sdk/esm/models");

/** What the service says of a guardrail that our contract does not read, and why. */
const leftOut: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Guardrail: {
    created_at: "restricts nothing",
    updated_at: "restricts nothing",
    description: "restricts nothing",
    workspace_id: "says where it is filed, not whom it applies to",
  },
  ContentFilterEntry: { label: "the words put in the place of what is redacted" },
  ContentFilterBuiltinEntry: {
    label: "the words put in the place of what is redacted",
    scan_scope: "either of its values scans what users write",
  },
};

/** The values that rules tell apart. */
const known: Readonly<Record<string, readonly string[]>> = {
  ContentFilterAction: ["redact", "block", "flag"],
  ContentFilterBuiltinSlug: builtinFilters,
  ContentFilterBuiltinAction: ["redact", "block", "flag"],
  GuardrailInterval: ["daily", "weekly", "monthly"],
  GuardrailDataRegion: ["global", "europe", "us"],
  PromptInjectionScanScope: ["user_only", "all_messages"],
};

/** Where the models of the official SDK in a folder and our contract differ, one line each. */
export function differences(folder: string): readonly string[] {
  return [
    ...Object.entries(guardrailFields).flatMap(([model, read]) => {
      const reasons = Object.keys(leftOut[model] ?? {});
      return compared(model, fieldsOf(folder, model), [...read, ...reasons]);
    }),
    ...Object.entries(known).flatMap(([model, values]) => compared(model, valuesOf(folder, model), values)),
  ];
}

function compared(model: string, official: readonly string[], ours: readonly string[]): readonly string[] {
  return [
    ...official.filter((name) => !ours.includes(name)).map((name) => `${model} has gained ${name}`),
    ...ours.filter((name) => !official.includes(name)).map((name) => `${model} has lost ${name}`),
    ...ours
      .filter((name, at) => ours.indexOf(name) < at)
      .map((name) => `${model}: ${name} is read and left out`),
  ];
}

/** The properties of a model, as the service writes them. */
function fieldsOf(folder: string, model: string): readonly string[] {
  const found = nodesIn(folder, model).flatMap((node) =>
    ts.isTypeAliasDeclaration(node) && node.name.text === model && ts.isTypeLiteralNode(node.type)
      ? node.type.members.flatMap((member) =>
          member.name !== undefined && ts.isIdentifier(member.name) ? [member.name.text] : [],
        )
      : [],
  );
  if (found.length === 0) throw new Error(`the SDK has no model ${model}`);
  return found.map((name) => name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`));
}

/** The values of an open enumeration, which the SDK declares as an object of texts. */
function valuesOf(folder: string, model: string): readonly string[] {
  const found = nodesIn(folder, model).flatMap((node) =>
    ts.isVariableStatement(node)
      ? node.declarationList.declarations.flatMap(({ name, type }) =>
          ts.isIdentifier(name) && name.text === model && type !== undefined ? textsIn(type) : [],
        )
      : [],
  );
  if (found.length === 0) throw new Error(`the SDK has no enumeration ${model}`);
  return found;
}

function textsIn(node: ts.Node): readonly string[] {
  if (ts.isStringLiteral(node)) return [node.text];
  const texts: string[] = [];
  ts.forEachChild(node, (child) => void texts.push(...textsIn(child)));
  return texts;
}

function nodesIn(folder: string, model: string): readonly ts.Statement[] {
  const text = readFileSync(join(folder, `${model.toLowerCase()}.d.ts`), "utf8");
  return [...ts.createSourceFile(model, text, ts.ScriptTarget.Latest).statements];
}
