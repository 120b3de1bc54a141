import assert from "node:assert/strict";
import path from "node:path";
import * as ts from "typescript";
import { root } from "../repository";
import { nodesOf, programWith } from "./program";

/**
 * What shipped code may use without importing it, which the rules of imports do not see. A global that nobody listed is
 * refused: `fetch` and whatever else leaves the process, and what leads to those, as `globalThis` and `Function` do.
 */
const globals = new Set(
  [
    "AbortController AbortSignal Array BigUint64Array Buffer Date Error Infinity JSON Map Math NaN Number Object",
    "Promise RangeError Reflect RegExp Set String Symbol URL URLSearchParams Uint32Array WeakMap clearTimeout",
    "encodeURIComponent performance setTimeout undefined",
  ].flatMap((names) => names.split(" ")),
);

/** Of `process`, which loads modules as well. */
const ofProcess = new Set(
  "argv cwd env exit exitCode kill once pid platform ppid stderr stdin stdout".split(" "),
);

/** Of the modules that make connections: where the local service answers them, and what keeps those of the one client. */
const ofNetwork = new Set(["Agent", "createServer", "TLSSocket"]);
const connecting = new Set(["connect", "createConnection", "createSocket", "addRequest"]);
const typesOfNetwork = /@types\/node\/(?:dgram|http|https|http2|net|tls)\.d\.ts$/u;
const network = /^(?:node:)?(?:http|https|net|tls)$/u;

/** Files that reach further, with what they reach. */
const known = {
  // For a pack with a clock of its own, as tests have.
  "policies/pack/policies.ts": ["Accounts"],
  "provider/account.ts": ["Accounts", "Connection"],
  // A serialized provider is no module: it finds its code where the engine starts it.
  "sdk/key-assignments.ts": ["require"],
};

const accountsOf = { Accounts: "provider/account.ts", Connection: "provider/http/connection.ts" };

const untyped = "a call of what has no type";

class Reach {
  readonly #checker: ts.TypeChecker;
  readonly #globals: ReadonlySet<ts.Symbol>;

  constructor(checker: ts.TypeChecker, anywhere: ts.Node) {
    this.#checker = checker;
    this.#globals = new Set(checker.getSymbolsInScope(anywhere, ts.SymbolFlags.Value));
  }

  /** What a file reaches of what it must not, each once. */
  of(file: ts.SourceFile): readonly string[] {
    const reached = [...nodesOf(file)].map((node) => this.#at(node)).filter((one) => one !== undefined);
    return [...new Set(reached)].toSorted();
  }

  #at(node: ts.Node): string | undefined {
    if (ts.isIdentifier(node)) return this.#connecting(node) ?? this.#name(node);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) return this.#call(node.expression, node);
    if (ts.isTaggedTemplateExpression(node)) return this.#call(node.tag, node);
    if (ts.isStringLiteral(node)) return this.#connecting(node) ?? taken(node);
    const isDeclared = ts.canHaveModifiers(node) && !ts.isPropertyDeclaration(node) && !isType(node);
    const ambient =
      isDeclared && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword);
    return ambient === true ? "declare" : undefined;
  }

  #name(node: ts.Identifier): string | undefined {
    const { parent } = node;
    if (ts.isPartOfTypeNode(node) || ts.isTypeQueryNode(parent)) return undefined;
    const symbol =
      ts.isShorthandPropertyAssignment(parent) && parent.name === node
        ? this.#checker.getShorthandAssignmentValueSymbol(parent)
        : this.#checker.getSymbolAtLocation(node);
    if (symbol === undefined) return undefined;
    if (!this.#globals.has(symbol)) return this.#account(node, symbol);
    if (globals.has(symbol.name)) return undefined;
    if (symbol.name === "require" && isLiteralCall(parent)) return "require";
    if (symbol.name !== "process") return `${symbol.name} itself`;
    if (!ts.isPropertyAccessExpression(parent)) return "process itself";
    return ofProcess.has(parent.name.text) ? undefined : `process.${parent.name.text}`;
  }

  /** Whether it is what opens accounts, by whatever name it was imported. */
  #account(node: ts.Identifier, symbol: ts.Symbol): string | undefined {
    if (ts.isImportSpecifier(node.parent) || ts.isClassDeclaration(node.parent)) return undefined;
    const named = symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
    return Object.entries(accountsOf).find(
      ([name, file]) =>
        named.name === name && named.valueDeclaration?.getSourceFile().fileName === path.join(root, file),
    )?.[0];
  }

  #call(callee: ts.Expression, call: ts.Node): string | undefined {
    if (callee.kind === ts.SyntaxKind.SuperKeyword) return undefined;
    if (callee.kind === ts.SyntaxKind.ImportKeyword)
      return isLiteralCall(call) ? undefined : "import of a made name";
    const type = this.#checker.getTypeAtLocation(callee);
    const isUntyped = (type.flags & ts.TypeFlags.Any) !== 0 || type.symbol?.name === "Function";
    return isUntyped ? untyped : undefined;
  }

  /** A method by which what Node made for another purpose connects, as a socket that was accepted: called or passed on. */
  #connecting(name: ts.Identifier | ts.StringLiteral): string | undefined {
    if (!connecting.has(name.text)) return undefined;
    const { parent } = name;
    const symbol =
      ts.isBindingElement(parent) && ts.isObjectBindingPattern(parent.parent)
        ? this.#checker.getTypeAtLocation(parent.parent).getProperty(name.text)
        : this.#checker.getSymbolAtLocation(name);
    const declared = symbol?.declarations ?? [];
    const isOfNetwork = declared.some((one) => typesOfNetwork.test(one.getSourceFile().fileName));
    return isOfNetwork ? `${name.text} of a socket` : undefined;
  }
}

/** The rules of imports see what is loaded by such a call. */
function isLiteralCall(node: ts.Node): boolean {
  return (
    ts.isCallExpression(node) &&
    node.arguments.length > 0 &&
    node.arguments.slice(0, 1).every(ts.isStringLiteral)
  );
}

function isType(node: ts.Node): boolean {
  return ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}

/** What is taken of a module that makes connections, by whatever kind of import. */
function taken(specifier: ts.StringLiteral): string | undefined {
  const { parent, text } = specifier;
  if (!network.test(text)) return undefined;
  if (ts.isImportDeclaration(parent)) return imported(text, parent.importClause);
  const isLoaded =
    ts.isExternalModuleReference(parent) ||
    (ts.isExportDeclaration(parent) && !parent.isTypeOnly) ||
    (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword);
  return isLoaded ? `${text} itself` : undefined;
}

function imported(module: string, clause: ts.ImportClause | undefined): string | undefined {
  if (clause === undefined || clause.isTypeOnly) return undefined;
  const { name, namedBindings } = clause;
  if (name !== undefined || namedBindings === undefined || ts.isNamespaceImport(namedBindings))
    return `${module} itself`;
  const further = namedBindings.elements.some(
    (element) => !element.isTypeOnly && !ofNetwork.has((element.propertyName ?? element.name).text),
  );
  return further ? `more of ${module}` : undefined;
}

/** Each in a file of its own, with what is said of it. */
const refused = {
  fetch: ["fetch itself", 'export const asked = fetch("https://example.test");'],
  "fetch by another name": ["fetch itself", "export const { asked } = { asked: fetch };"],
  "fetch as a property": ["fetch itself", "export const client = { fetch };"],
  "fetch of globalThis": [
    "globalThis itself",
    'export const asked = globalThis.fetch("https://example.test");',
  ],
  "fetch of global": ["global itself", "export const { fetch: asked } = global;"],
  "a socket": ["WebSocket itself", 'export const socket = new WebSocket("wss://example.test");'],
  "a source of events": [
    "EventSource itself",
    'export const source = new EventSource("https://example.test");',
  ],
  "code in a string": ["eval itself", 'export const asked = eval("fetch");'],
  "code in a function": ["Function itself", 'export const asked = Function("return fetch");'],
  "code in a constructor": [untyped, 'export const asked = (() => 1).constructor("return fetch")();'],
  "a module that Node gives": [
    "process.getBuiltinModule",
    'export const asked = process.getBuiltinModule("node:https");',
  ],
  "a module that is taken out": ["process itself", "export const { getBuiltinModule } = process;"],
  "a module that is named by a key": ["process itself", 'export const asked = process["getBuiltinModule"];'],
  "a module that is required": ["require", 'export const asked: unknown = require("./asked");'],
  "a required name that is made": [
    "require itself",
    "export const asked = (name: string): unknown => require(name);",
  ],
  "an imported name that is made": [
    "import of a made name",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a source.
    "export const asked = (name: string): unknown => import(`node:${name}`);",
  ],
  "what loads modules": ["module itself", "export const loaded = module.children;"],
  "a global that is declared": [
    "declare",
    "declare const asking: (url: string) => unknown;\nexport const asked = asking;",
  ],
  "a global that is declared for all": ["declare", "declare global { var asking: unknown }\nexport {};"],
  "a request of the local service": [
    "more of node:http",
    'import { request } from "node:http";\nexport const asked = request;',
  ],
  "the module of requests": [
    "node:https itself",
    'import * as https from "node:https";\nexport const asked = https.get;',
  ],
  "what is passed on of it": ["node:https itself", 'export { get } from "node:https";'],
  "what is loaded of it": ["node:net itself", 'export const loaded = import("node:net");'],
  "what an accepted socket can do": [
    "connect of a socket",
    'import { createServer } from "node:net";\nexport const served = createServer((socket) => socket.connect(443, "example.test"));',
  ],
  "what an accepted socket can do, by a key": [
    "connect of a socket",
    'import { createServer } from "node:net";\nexport const served = createServer((socket) => socket["connect"](443));',
  ],
  "what an accepted socket can do, taken out": [
    "connect of a socket",
    'import { createServer } from "node:net";\nexport const served = createServer(({ connect }) => connect(443));',
  ],
  "what an accepted socket can do, passed on": [
    "connect of a socket",
    'import { createServer } from "node:net";\nexport const served = createServer((s) => Reflect.apply(s.connect, s, [443]));',
  ],
  "what an agent can do": [
    "createConnection of a socket",
    'import { Agent } from "node:http";\nexport const made = new Agent().createConnection;',
  ],
  "a request that an agent makes": [
    "more of node:http",
    'import { Agent, get } from "node:http";\nexport const asked = [Agent, get];',
  ],
  "what nobody declared": [untyped, 'export const asked = (window as Window).fetch("https://example.test");'],
  "accounts beside those of the process": [
    "Accounts",
    'import { Accounts as Others } from "../provider/account";\nexport const made = new Others();',
  ],
} as const;

describe("what ships", () => {
  const nameOf = (what: string): string => `cli/made-up-${what.replaceAll(" ", "-")}.ts`;
  const texts = Object.entries(refused).map(([what, [, text]]) => [nameOf(what), text]);
  let found: ReadonlyMap<string, readonly string[]> = new Map();
  let shipped: readonly string[] = [];
  before(() => {
    const program = programWith({ "anywhere.ts": "", ...Object.fromEntries(texts) });
    const anywhere = program.madeUp.get("anywhere.ts");
    assert(anywhere !== undefined);
    const reach = new Reach(program.checker, anywhere);
    found = new Map([...program.shipped, ...program.madeUp].map(([name, file]) => [name, reach.of(file)]));
    shipped = [...program.shipped.keys()];
  });

  it("reaches nothing but what is listed", () => {
    const reaching = shipped.map((file) => [file, found.get(file) ?? []] as const);
    assert.deepEqual(Object.fromEntries(reaching.filter(([, what]) => what.length > 0)), known);
  });

  for (const [what, [said]] of Object.entries(refused)) {
    it(`is seen to reach ${what}`, () => {
      assert(found.get(nameOf(what))?.includes(said), `${found.get(nameOf(what))}`);
    });
  }
});
