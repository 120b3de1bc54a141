import { checkReportOf } from "../../../cli/reports/check-report";
import {
  comparingFormats,
  type ReportFormat,
  reportFormatNames,
  reportFormats,
} from "../../../cli/reports/formats";
import { assertGolden, trimmed } from "./golden";
import { checkedAccount } from "./sample-accounts";
import { earlier, guarded, mixed, refused, unread } from "./sample-results";
import { written } from "./written";

const baselineOf = (format: ReportFormat) => (comparingFormats.includes(format) ? earlier : undefined);

describe("reports of pulumi-guardrails check", () => {
  for (const format of reportFormatNames) {
    it(`stay as they are: every state as ${format}`, () => {
      assertGolden(`mixed.${format}`, written(format, mixed, baselineOf(format)));
    });
    it(`stay as they are: nothing but guarded keys as ${format}`, () => {
      assertGolden(`guarded.${format}`, written(format, guarded));
    });
    it(`stay as they are: nothing could be read as ${format}`, () => {
      assertGolden(`unread.${format}`, written(format, unread));
    });
  }

  const cases = {
    "seven-of-230": () => checkedAccount(230, 7),
    "none-of-230": () => checkedAccount(230, 0),
    refused: async () => refused,
    "400-of-10000": () => checkedAccount(10_000, 400),
  };
  const terminal = { columns: 120, colour: false };
  for (const [name, made] of Object.entries(cases)) {
    it(`stay as they are: ${name}, in every format and on a terminal`, async function () {
      this.timeout(600_000);
      const report = checkReportOf(await made());
      for (const format of reportFormatNames) {
        assertGolden(`${name}.${format}`, trimmed(reportFormats[format](report, {})));
      }
      assertGolden(`${name}.terminal`, trimmed(reportFormats.text(report, { terminal })));
    });
  }

  it("stay as they are: every state as text on a terminal", () => {
    const terminal = { columns: 120, colour: true };
    assertGolden("mixed.terminal", reportFormats.text(checkReportOf(mixed), { terminal }));
  });
});
