import type { Accounts } from "../provider/account";
import type { OnProgress } from "../provider/assignments/key-assignments-reading";
import type { Environment } from "../provider/settings/settings";
import type { Terminal } from "./reports/report-writer";

/** What the command touches of the world. */
export interface CommandContext {
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Through which accounts are read. */
  readonly accounts: Accounts;
  /** How the command is called again from where it runs, for commands that people are to copy. */
  readonly invocation: string;
  /** All of standard input. */
  readonly input: () => Promise<string>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What standard output can show, if it is a terminal. */
  readonly terminal: Terminal | undefined;
  /** Does a reading and shows how far it is, where somebody watches. */
  readonly progress: <T>(reading: (onProgress: OnProgress) => Promise<T>) => Promise<T>;
  /** Asks the person at the terminal; left out where there is none. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}
