import type { AccountFacts } from "../../policies/evidence/account-facts";
import type { Report } from "../../policies/findings/report";

/** What a check has found. */
export interface CheckResult {
  /** One for each rule in force. */
  readonly reports: readonly Report[];
  /** What people should know about the configuration, as whole sentences. */
  readonly notes: readonly string[];
  /** The accounts that the rules ask, each once. */
  readonly accounts: readonly AccountFacts[];
  /** When the check began: ISO 8601, UTC. */
  readonly checkedAt: string;
  /** This package's version. */
  readonly version: string;
  /** The configuration file: its path below the working directory, or its name where it is elsewhere. */
  readonly configuration: string;
  /**
   * What of the command line the verdict depends on, as it is written on one from the same folder:
   * `["--config", "prod.json", "--service", "modelgates"]`; `FILE` for a file that lies elsewhere.
   */
  readonly options: readonly string[];
}
