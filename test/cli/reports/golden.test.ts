import { checkReportOf } from "../../../cli/reports/check-report";
import {
  comparingFormats,
  type ReportFormat,
  reportFormatNames,
  reportFormats,
} from "../../../cli/reports/formats";
import { assertGolden } from "./golden";
import { earlier, guarded, mixed, unread } from "./sample-results";
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

  it("stay as they are: every state as text on a terminal", () => {
    const terminal = { columns: 120, colour: true };
    assertGolden("mixed.terminal", reportFormats.text(checkReportOf(mixed), { terminal }));
  });
});
