import type { OnProgress } from "../provider/assignments/key-assignments-reading";

/** While assignments are added more may be read than the service counted at first. */
export function describeProgress(rows: number, total: number): string {
  const of = rows > total ? "" : ` of ${total.toLocaleString("en")}`;
  return `Reading the key assignments: ${rows.toLocaleString("en")}${of}`;
}

/** Shows on standard error how far a reading is. For terminals: into a pipe nothing of it must go. */
export async function withSpinner<T>(reading: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  // An ES module, had by a dynamic import only; and loaded only where somebody watches.
  const { default: ora } = await import("ora");
  const color = process.stderr.hasColors() ? "cyan" : false;
  const spinner = ora({ text: "Asking for the key assignments", discardStdin: false, color }).start();
  try {
    return await reading(({ rows, total }) => {
      spinner.text = describeProgress(rows, total);
    });
  } finally {
    spinner.stop();
  }
}
