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
    const items = faults.map((fault) => {
      const own = ofFile(fault);
      return `\n- ${own === undefined ? withoutDoubt(fault.what) : `it ${own}`}`;
    });
    throw new GuardrailsError("configuration", {
      what: `could not verify: ${prefix}has ${faults.length} faults:${items.join("")}`,
      advice: [...new Set(faults.map(({ advice }) => advice))].join(" "),
    });
  }
}
