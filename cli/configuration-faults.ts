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

  /** @throws GuardrailsError of kind `configuration` if there is any: one by itself as it is, several as a list */
  refuseAny(): void {
    const faults = [...this.#found.values()];
    const [only, ...others] = faults;
    if (only === undefined) return;
    if (others.length === 0) throw only;
    const prefix = `${this.#file} `;
    const items = faults.map(({ what }) => {
      const said = withoutDoubt(what);
      return `\n- ${said.startsWith(prefix) ? `it ${said.slice(prefix.length)}` : said}`;
    });
    throw new GuardrailsError("configuration", {
      what: `could not verify: ${prefix}has ${faults.length} faults:${items.join("")}`,
      advice: [...new Set(faults.map(({ advice }) => advice))].join(" "),
    });
  }
}
