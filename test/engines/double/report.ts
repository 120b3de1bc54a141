import { type AnalyzeDiagnostic, EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import type { PolicyPack } from "./policy-pack";
import type { Print } from "./request";

/**
 * What a run prints, close to the words of `pulumi`, and its verdict. Nothing is blotted out: what leaks shows.
 */
export class Report {
  /** Set once the pack is loaded. */
  pack: PolicyPack | undefined;
  readonly #print: Print;
  readonly #violations: { readonly diagnostic: AnalyzeDiagnostic; readonly urn: string }[] = [];
  #failed = false;

  constructor(print: Print) {
    this.#print = print;
  }

  line(text: string): void {
    this.#print(Buffer.from(`${text}\n`));
  }

  /** The run ends without a judgement; there may be no words where the user has been told already. */
  failure(messages: readonly string[]): void {
    this.#failed = true;
    for (const message of messages) this.line(`error: ${message}`);
  }

  violation(diagnostic: AnalyzeDiagnostic, urn: string): void {
    this.#violations.push({ diagnostic, urn });
  }

  /** Prints the summary and gives whether the engine would be content. */
  conclude(operation: "preview" | "update"): boolean {
    const blocked = this.#violations.some(({ diagnostic }) => isMandatory(diagnostic));
    if (this.pack) this.#policies(this.pack, blocked);
    if (blocked) this.line(`error: ${operation} failed`);
    return !blocked && !this.#failed;
  }

  /** A tick only says that no violation was reported, also when the run failed: as the engine has it. */
  #policies(pack: PolicyPack, blocked: boolean): void {
    const sign = blocked ? "❌" : this.#violations.length > 0 ? "⚠️" : "✅";
    this.line(`Policies:\n    ${sign} ${pack.label} (local: ${pack.folder})`);
    for (const { diagnostic, urn } of this.#violations) {
      const level = isMandatory(diagnostic) ? "mandatory" : "advisory";
      const [, , type = "", name = ""] = urn.split("::");
      this.line(`        - [${level}]  ${diagnostic.getPolicyname()}  (${type.split("$").at(-1)}: ${name})`);
      for (const line of diagnostic.getMessage().split("\n")) this.line(`          ${line}`);
    }
  }
}

/** Whether a violation blocks; the engine takes `remediate` for mandatory where nothing was remediated. */
export function isMandatory(diagnostic: AnalyzeDiagnostic): boolean {
  const level = diagnostic.getEnforcementlevel();
  return level === EnforcementLevel.MANDATORY || level === EnforcementLevel.REMEDIATE;
}
