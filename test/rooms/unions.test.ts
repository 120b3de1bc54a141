import assert from "node:assert/strict";
import * as ts from "typescript";
import { nodesOf, type Program, programWith } from "./program";

/** Values of these have no kind, because they are not ours or are no more than what a template takes. */
const withoutKind = ["cli/reports/markup.ts", "provider/plugin/property-values.ts"];

const { BooleanLiteral, Never, Null, StringLiteral, StructuredType, Undefined } = ts.TypeFlags;

const membersOf = (type: ts.Type): readonly ts.Type[] => (type.isUnion() ? type.types : [type]);
const isAny = ({ flags }: ts.Type, wanted: ts.TypeFlags): boolean => (flags & wanted) !== 0;

/** What is looked at by `typeof`, `in`, `instanceof`, `Array.isArray` or whether it has a property. */
function lookedAt(node: ts.Node): ts.Expression | undefined {
  if (ts.isTypeOfExpression(node)) return node.expression;
  if (ts.isBinaryExpression(node)) {
    if (node.operatorToken.kind === ts.SyntaxKind.InKeyword) return node.right;
    return node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword ? node.left : undefined;
  }
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const { expression, name } = node.expression;
  if (name.text === "hasOwnProperty") return expression;
  return /^(?:Array\.isArray|Object\.hasOwn)$/u.test(node.expression.getText())
    ? node.arguments[0]
    : undefined;
}

/** Whether a value is one of several things; what may only be missing is not, nor is what nobody knows (`unknown`). */
function isUnion(type: ts.Type): boolean {
  return (
    type.isUnion() && type.types.filter((one) => !isAny(one, Undefined | Null | BooleanLiteral)).length > 1
  );
}

/** Whether it is asked if a value is there, as `??`, `?.`, `!`, a condition and `=== undefined` do. */
function isAskedFor(value: ts.Node): boolean {
  const { parent } = value;
  if (ts.isBindingElement(value) || ts.isPrefixUnaryExpression(parent)) return true;
  if (ts.isPropertyAccessExpression(parent)) return parent.questionDotToken !== undefined;
  if (ts.isConditionalExpression(parent)) return parent.condition === value;
  if (ts.isIfStatement(parent)) return true;
  if (!ts.isBinaryExpression(parent)) return false;
  const { left, operatorToken, right } = parent;
  if (/^[!=]==?$/u.test(operatorToken.getText()))
    return [left, right].some((side) => /^(?:null|undefined)$/u.test(side.getText()));
  return left === value && /^(?:\?\?|&&|\|\|)$/u.test(operatorToken.getText());
}

class Telling {
  readonly #checker: ts.TypeChecker;
  readonly #ours: ReadonlySet<ts.SourceFile>;

  constructor({ checker, shipped, madeUp }: Program) {
    this.#checker = checker;
    this.#ours = new Set([...shipped.values(), ...madeUp.values()]);
  }

  /** Whether a file tells members of a union apart by what they look like, or writes one that has nothing else. */
  isIn(file: ts.SourceFile): boolean {
    return [...nodesOf(file)].some((node) => {
      const value = lookedAt(node);
      if (value !== undefined) return isUnion(this.#checker.getTypeAtLocation(value));
      return this.#isByField(node) || (ts.isUnionTypeNode(node) && this.#isKindless(node));
    });
  }

  /** A union with an object of ours is told apart by a property with words of its own in each, or is such a word itself. */
  #isKindless(node: ts.UnionTypeNode): boolean {
    const members = membersOf(this.#checker.getTypeFromTypeNode(node)).filter(
      (member) => !isAny(member, Undefined | Null | BooleanLiteral | StringLiteral),
    );
    const [first, ...others] = members;
    if (first === undefined || others.length === 0) return false;
    if (!members.some((member) => isAny(member, StructuredType) && this.#isOurs(member))) return false;
    return !first.getProperties().some(({ name }) => this.#isKind(name, members));
  }

  #isKind(name: string, members: readonly ts.Type[]): boolean {
    const words = members.flatMap((member) => this.#typesOf(name, member));
    const isWord = words.every((word) => word.isStringLiteral());
    return isWord && new Set(words).size === words.length;
  }

  #isByField(node: ts.Node): boolean {
    const [of, name] = ts.isPropertyAccessExpression(node)
      ? [node.expression, node.name]
      : ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)
        ? [node.parent, node.propertyName ?? node.name]
        : [];
    if (of === undefined || name === undefined || !isAskedFor(node)) return false;
    const members = membersOf(this.#checker.getTypeAtLocation(of)).filter(
      (member) => isAny(member, StructuredType) && this.#isOurs(member),
    );
    const isMissing = members.map((member) =>
      this.#typesOf(name.getText(), member).every((type) => isAny(type, Undefined | Never)),
    );
    return isMissing.includes(true) && isMissing.includes(false);
  }

  /** `undefined` where it has none. */
  #typesOf(name: string, of: ts.Type): readonly ts.Type[] {
    const property = this.#checker.getPropertyOfType(of, name);
    return property === undefined
      ? [this.#checker.getUndefinedType()]
      : membersOf(this.#checker.getTypeOfSymbol(property));
  }

  #isOurs(type: ts.Type): boolean {
    if (type.isIntersection()) return type.types.some((part) => this.#isOurs(part));
    return type.symbol?.declarations?.some((one) => this.#ours.has(one.getSourceFile())) === true;
  }
}

const told = (one: string, by: string): string => `export const told = (one: ${one}): unknown => ${by};`;
const kinds = '{ kind: "a"; a: 1; c?: 1 } | { kind: "b"; c?: undefined }';

const byLooks = {
  "by-in": told(kinds, '"a" in one'),
  "by-typeof": told("1 | string", 'typeof one === "string"'),
  "by-array": told("string | string[]", "Array.isArray(one)"),
  "by-class": `class A { kind = "a" as const }\nclass B { kind = "b" as const }\n${told("A | B", "one instanceof A")}`,
  "by-own-property": told(kinds, 'Object.hasOwn(one, "a")'),
  "by-own-property-of-it": told(kinds, 'one.hasOwnProperty("a")'),
  "by-missing-field": told(kinds, "one.c === undefined"),
  "by-no-field": told(kinds, "!one.c"),
  "by-other-field": told(kinds, "one.c ?? 2"),
  "by-field-of-field": told('{ kind: "a"; a: { b: 1 } } | { kind: "b"; a?: undefined }', "one.a?.b"),
  "by-taken-field": "const one = Math.random() > 1 ? { a: 1 } : { b: 1 };\nexport const { a } = one;",
  "by-nothing": told("{ a: 1 } | { b: 2 }", "one"),
  "by-flag": told("{ is: true; a: 1 } | { is: false; b: 2 }", "one.is"),
  "by-one-word": told('{ kind: "a" } | { kind: "a"; b: 2 }', "one.kind"),
  "by-text": told('string | { kind: "a" }', "one"),
};

const otherwise = {
  kind: told(kinds, 'one.kind === "a"'),
  "kind-of-several-words": told('{ by: "a" | "c" } | { by: "b"; c: 1 }', "one.by"),
  word: told('{ a: 1 } | "absent"', 'one === "absent"'),
  missing: told("{ a?: 1 } | undefined", "one?.a === undefined"),
  unknown: told("unknown", 'typeof one === "object" && one && "a" in one'),
  error: told("unknown", "one instanceof Error"),
};

describe("unions of this repository", () => {
  const nameOf = (name: string): string => `policies/made-up-${name}.ts`;
  const texts = Object.entries({ ...byLooks, ...otherwise }).map(([name, text]) => [nameOf(name), text]);
  let program: Program | undefined;
  before(() => {
    program = programWith(Object.fromEntries(texts));
  });

  const found = (files: "shipped" | "madeUp"): readonly string[] => {
    assert(program !== undefined);
    const telling = new Telling(program);
    return [...program[files]].filter(([, file]) => telling.isIn(file)).map(([name]) => name);
  };

  it("are told apart by their kind", () => {
    // Whoever starts the local service writes what it is to do in the shortest way.
    const files = found("shipped").filter((file) => !file.startsWith("local-service/"));
    assert.deepEqual(files.toSorted(), withoutKind);
  });

  it("are seen to be told apart otherwise, however that is written", () => {
    assert.deepEqual(found("madeUp").toSorted(), Object.keys(byLooks).map(nameOf).toSorted());
  });
});
