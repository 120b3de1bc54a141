import { GuardrailsError } from "../../provider/errors";
import { jsonOf } from "../../provider/json";
import { readTextFile } from "../text-file";
import { type CheckReport, checkReport, checkReportVersion } from "./check-report";

/**
 * The report of an earlier run, from the file given by `--baseline`.
 * @throws GuardrailsError of kind `configuration`
 */
export async function readBaseline(path: string): Promise<CheckReport> {
  const parsed = checkReport.safeParse(jsonOf(await readTextFile(path, refusal)));
  if (parsed.success) return parsed.data;
  throw refusal(`is not a report of version ${checkReportVersion}`);
}

function refusal(what: string): GuardrailsError {
  return new GuardrailsError("configuration", {
    what: `the file given by --baseline ${what}`,
    advice: "Give what pulumi-guardrails check --format json wrote in an earlier run.",
  });
}
