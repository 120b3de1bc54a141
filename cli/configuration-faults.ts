import { whereSettingsAre } from "../policies/configuration/problems";
import { GuardrailsError, withoutDoubt } from "../provider/errors";

/** What is wrong with a configuration file, gathered so that people hear of all of it at once. */
export class ConfigurationFaults {
  readonly #file: string;
  /** By what they say: many rules find the same fault in what they share. */
  readonly #found = new Map<string, GuardrailsError>();

  /** @param file how messages call it */
  constructor(file: string) {
    this.#file = file;
  }

  add(fault: GuardrailsError): void {
    this.#found.set(fault.what, fault);
  }

  isNone(): boolean {
    return this.#found.size === 0;
  }

  /** What comes of it; undefined where a fault keeps it from being made, which is then one of these. */
  attempt<Made>(make: () => Made): Made | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof GuardrailsError) || !error.isSettings) throw error;
      this.add(error);
      return undefined;
    }
  }

  /** @throws GuardrailsError of kind `configuration` if there is any: one by itself, several as a list */
  refuseAny(): void {
    const faults = [...this.#found.values()];
    const [only, ...others] = faults;
    if (only === undefined) return;
    const prefix = `${this.#file} `;
    const ofFile = ({ what }: GuardrailsError): string | undefined => {
      const said = withoutDoubt(what);
      return said.startsWith(prefix) ? said.slice(prefix.length) : undefined;
    };
    if (others.length === 0) {
      if (ofFile(only) !== undefined) throw only;
      throw new GuardrailsError(only.kind, {
        what: `could not verify: ${this.#file}: ${withoutDoubt(only.what)}`,
        advice: only.advice,
      });
    }
    // What several are to be put right by, or any: said once, below them. Any other advice goes with its fault.
    const advices = faults.map(({ advice }) => advice);
    const isShared = (advice: string, at: number): boolean =>
      advice === whereSettingsAre || advices.indexOf(advice) !== at || advices.lastIndexOf(advice) !== at;
    const items = faults.map((fault, at) => {
      const own = ofFile(fault);
      const said = own === undefined ? withoutDoubt(fault.what) : `it ${own}`;
      return `- ${said}${isShared(fault.advice, at) ? "" : `. ${fault.advice.replace(/\.$/u, "")}`}`;
    });
    const shared = new Set(advices.filter(isShared));
    throw new GuardrailsError("configuration", {
      what: `could not verify: ${prefix}has ${faults.length} faults:\n${items.join(".\n")}`,
      advice: `\n${[...(shared.size > 0 ? shared : [whereSettingsAre])].join(" ")}`,
    });
  }
}
