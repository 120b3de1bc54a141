import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { Ledger } from "../../local-service/index";
import { useServices } from "../http/reading-of";
import { row, snapshotOf } from "../policies/builders";
import { blocksOf } from "../readme/readme";
import { root } from "../repository";
import { configureFor, useProgram } from "./program";

const example = join(root, "examples/key-assignments/index.ts");

/** What people copy, and what it exports of the gateway. */
const programs = [
  { title: "the README's", source: () => blocksOf("ts")[0] ?? assert.fail(), name: "isGuarded" },
  { title: "the example", source: () => readFileSync(example, "utf8"), name: "gatewayIsGuarded" },
];

/** Runs a program beside the example, which has the package as a user has it. */
async function exported(source: string, name: string): Promise<unknown> {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const exports: Readonly<Record<string, unknown>> = {};
  new Function("require", "exports", outputText)(createRequire(example), exports);
  assert(name in exports);
  return exports[name];
}

describe("The programs that the documentation shows", () => {
  const running = useServices();
  useProgram(() => ({ snapshot: JSON.stringify(snapshotOf([row(1)])) }));

  const accounts = {
    "one key of that name, guarded": { keys: ["guarded"], isGuarded: true },
    "an old key with a guardrail and a new one of that name without": {
      keys: ["guarded", "unguarded"],
      isGuarded: false,
    },
    "a key without a guardrail that is disabled, beside one in use": {
      keys: ["guarded", "disabled"],
      isGuarded: true,
    },
    "only a key that is disabled": { keys: ["disabled"], isGuarded: false },
    "no key of that name": { keys: [], isGuarded: false },
  } as const;

  for (const { title, source, name } of programs) {
    for (const [account, { keys, isGuarded }] of Object.entries(accounts)) {
      it(`call the gateway ${isGuarded ? "guarded" : "not guarded"} with ${account}: ${title}`, async () => {
        const ledger = new Ledger();
        for (const kind of keys) {
          const key = { keyName: "prod-gateway", disabled: kind === "disabled" };
          if (kind === "guarded") ledger.assign(key);
          else ledger.addKey(key);
        }
        ledger.assign({ keyName: "other" });
        configureFor(await running({ ledger }));
        assert.equal(await exported(source(), name), isGuarded);
      });
    }
  }
});
