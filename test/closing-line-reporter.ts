import { Runner, reporters } from "mocha";

/** Mocha's own reporter, and last the one line that a pipeline reads: `N passed, N failed, N skipped`. */
class ClosingLineReporter extends reporters.Spec {
  constructor(runner: Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      process.stdout.write(`\n${passes} passed, ${failures} failed, ${pending} skipped\n`);
    });
  }
}

export = ClosingLineReporter;
