import { createInterface } from "node:readline/promises";
import { GuardrailsError } from "../provider/errors";

/**
 * Asks the person at the terminal, on standard error: what goes to standard output may be wanted clean.
 * @throws GuardrailsError of kind `aborted` when the signal aborts or nobody answers (Ctrl-D)
 */
export async function askAtTerminal(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // The terminal is read key by key meanwhile, so Ctrl-C is a key and has to be made a signal again.
  lines.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
  const unanswered = new Promise<never>((_, reject) => {
    lines.once("close", () => reject(notAnswered()));
  });
  const end = (): void => lines.close();
  signal.addEventListener("abort", end);
  try {
    return await Promise.race([lines.question(question), unanswered]);
  } finally {
    signal.removeEventListener("abort", end);
    lines.close();
  }
}

function notAnswered(): GuardrailsError {
  return new GuardrailsError("aborted", {
    what: "the question was not answered",
    advice: "Nothing was done; run it again.",
  });
}
