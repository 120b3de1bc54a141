import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { differences, models } from "./official-models";

describe("what our contract reads of a guardrail", () => {
  it("is all that the installed official SDK knows, but for a list with reasons", () => {
    assert.deepEqual(differences(models), []);
  });

  describe("over a copy of the SDK's models", () => {
    let folder = "";
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "guardrails-models-"));
      cpSync(models, folder, { recursive: true, filter: (path) => !/\.(js|map)$/u.test(path) });
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    function doctored(model: string, from: RegExp, to: string): readonly string[] {
      const path = join(folder, `${model}.d.ts`);
      const text = readFileSync(path, "utf8");
      assert.match(text, from);
      writeFileSync(path, text.replace(from, to));
      return differences(folder);
    }

    for (const [title, model, from, to, found] of [
      [
        "of a guardrail",
        "guardrail",
        /export type Guardrail = \{/u,
        "export type Guardrail = {\n    /** New. */\n    maxTokensPerDay?: number | null | undefined;",
        "Guardrail has gained max_tokens_per_day",
      ],
      [
        "of a content filter",
        "contentfilterentry",
        /export type ContentFilterEntry = \{/u,
        "export type ContentFilterEntry = {\n    sampleRate: number;",
        "ContentFilterEntry has gained sample_rate",
      ],
      [
        "of a builtin content filter",
        "contentfilterbuiltinentry",
        /export type ContentFilterBuiltinEntry = \{/u,
        "export type ContentFilterBuiltinEntry = {\n    enabled: boolean;",
        "ContentFilterBuiltinEntry has gained enabled",
      ],
    ] as const) {
      it(`misses a field ${title} that the SDK gains`, () => {
        assert.deepEqual(doctored(model, from, to), [found]);
      });
    }

    for (const [title, model, from, to, found] of [
      [
        "action",
        "contentfilteraction",
        /readonly Block: "block";/u,
        'readonly Block: "block";\n    readonly Warn: "warn";',
        "ContentFilterAction has gained warn",
      ],
      [
        "own filter of the service",
        "contentfilterbuiltinslug",
        /readonly Email: "email";/u,
        'readonly Email: "email";\n    readonly Iban: "iban";',
        "ContentFilterBuiltinSlug has gained iban",
      ],
      [
        "interval",
        "guardrailinterval",
        /readonly Daily: "daily";/u,
        'readonly Daily: "daily";\n    readonly Hourly: "hourly";',
        "GuardrailInterval has gained hourly",
      ],
      [
        "data region",
        "guardraildataregion",
        /readonly Us: "us";/u,
        'readonly Us: "us";\n    readonly Asia: "asia";',
        "GuardrailDataRegion has gained asia",
      ],
    ] as const) {
      it(`misses an ${title} that the SDK gains`.replace("an d", "a d"), () => {
        assert.deepEqual(doctored(model, from, to), [found]);
      });
    }

    it("would notice a field that goes", () => {
      assert.deepEqual(doctored("guardrail", /\n {4}limitUsd\?:[^;]*;/u, ""), [
        "Guardrail has lost limit_usd",
      ]);
    });

    it("is no comparison where a model cannot be found", () => {
      assert.throws(
        () => doctored("guardrail", /export type Guardrail = /u, "export type Rail = "),
        /no model/u,
      );
      assert.throws(
        () => doctored("guardrailinterval", /const GuardrailInterval:/u, "const Interval:"),
        /no model|no enumeration/u,
      );
    });
  });
});
