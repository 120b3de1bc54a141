import { extname } from "node:path";
import { InvalidArgumentError } from "commander";
import { GuardrailsError } from "../provider/errors";
import { type ReportFormat, reportFormatNames } from "./reports/formats";

/** A report that was asked for. */
export interface ReportRequest {
  readonly format: ReportFormat;
  /** Where it goes; undefined: standard output. */
  readonly file: string | undefined;
}

const standardOutput = "-";

/** The format that a file's ending stands for. */
export const formatsByEnding: Readonly<Record<string, ReportFormat>> = {
  ".html": "html",
  ".json": "json",
  ".sarif": "sarif",
  ".xml": "junit",
  ".md": "markdown",
  ".txt": "text",
};

/**
 * The reports asked for on the command line, in the order in which the options stand there. A format belongs to the output
 * right after it; an output without one goes by its file's ending; a format without an output goes to standard output.
 */
export class ReportRequests {
  readonly #asked: ReportRequest[] = [];
  #waiting: ReportFormat | undefined;

  /** @throws InvalidArgumentError if there is no such format */
  addFormat(name: string): void {
    const format = reportFormatNames.find((known) => known === name);
    if (format === undefined) throw new InvalidArgumentError(`Use one of ${reportFormatNames.join(", ")}.`);
    this.#endWaiting();
    this.#waiting = format;
  }

  /** @throws InvalidArgumentError if nothing tells its format */
  addOutput(output: string): void {
    if (output === "") throw new InvalidArgumentError("Give a file, or - for standard output.");
    const byItself = output === standardOutput ? "text" : formatsByEnding[extname(output).toLowerCase()];
    const format = this.#waiting ?? byItself;
    this.#waiting = undefined;
    if (format === undefined) {
      const endings = Object.keys(formatsByEnding).join(", ");
      throw new InvalidArgumentError(
        `Nothing tells its format: end it in ${endings}, or give --format right before it.`,
      );
    }
    this.#asked.push({ format, file: output === standardOutput ? undefined : output });
  }

  /** Whether anything was asked for. */
  isAny(): boolean {
    return this.#asked.length > 0 || this.#waiting !== undefined;
  }

  /**
   * Every report. Unless another goes to standard output, text does; `quiet` leaves that out.
   * @throws GuardrailsError of kind `configuration` if two would go to standard output
   */
  all({ quiet }: { readonly quiet: boolean }): readonly ReportRequest[] {
    this.#endWaiting();
    const shown = this.#asked.filter(({ file }) => file === undefined).length;
    if (shown > 1) {
      throw new GuardrailsError("configuration", {
        what: "more than one report would go to standard output",
        advice: "Give each --format but one its own --output, right behind it.",
      });
    }
    const text: ReportRequest = { format: "text", file: undefined };
    return shown === 1 || quiet ? this.#asked : [text, ...this.#asked];
  }

  #endWaiting(): void {
    if (this.#waiting !== undefined) this.#asked.push({ format: this.#waiting, file: undefined });
    this.#waiting = undefined;
  }
}
