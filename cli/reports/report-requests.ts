import { InvalidArgumentError } from "commander";
import { GuardrailsError } from "../../provider/errors";
import { type ReportFormat, reportFormatNames } from "./formats";

/** A report that was asked for. */
export interface ReportRequest {
  readonly format: ReportFormat;
  /** Where it goes; undefined: standard output. */
  readonly file: string | undefined;
}

const standardOutput = "-";

/** The reports asked for on the command line, in the order in which the options stand there: a format, then where it goes. */
export class ReportRequests {
  readonly #asked: { readonly format: ReportFormat; readonly outputs: string[] }[] = [];

  /** @throws InvalidArgumentError if there is no such format */
  addFormat(name: string): void {
    const format = reportFormatNames.find((known) => known === name);
    if (format === undefined) throw new InvalidArgumentError(`Use one of ${reportFormatNames.join(", ")}.`);
    this.#asked.push({ format, outputs: [] });
  }

  /** @throws InvalidArgumentError if no format stands before it, or something goes there already */
  addOutput(output: string): void {
    const last = this.#asked.at(-1);
    if (last === undefined) throw new InvalidArgumentError("Give --format before --output.");
    if (output === "") throw new InvalidArgumentError("Give a file, or - for standard output.");
    if (this.#asked.some(({ outputs }) => outputs.includes(output))) {
      throw new InvalidArgumentError("Another report goes there already.");
    }
    last.outputs.push(output);
  }

  /**
   * Every report; text on standard output if none was asked for.
   * @throws GuardrailsError of kind `configuration` if two would go to standard output
   */
  all(): readonly ReportRequest[] {
    const requests = this.#asked.flatMap(({ format, outputs }) =>
      (outputs.length === 0 ? [standardOutput] : outputs).map((output) => ({
        format,
        file: output === standardOutput ? undefined : output,
      })),
    );
    if (requests.filter(({ file }) => file === undefined).length > 1) {
      throw new GuardrailsError("configuration", {
        what: "more than one report would go to standard output",
        advice: "Give each --format but one its own --output.",
      });
    }
    return requests.length === 0 ? [{ format: "text", file: undefined }] : requests;
  }
}
