/** As pipelines and shells write the name of a variable: `${{ secrets.X }}`, `$(X)`, `${X}`, `$X`, `%X%`. */
const reference = /^\s*(?:\$\{.*\}|\$\(.*\)|\$[A-Z_][A-Z0-9_]*|%[A-Z_][A-Z0-9_]*%)\s*$/su;

/** Whether a value is the name of a variable in whose place nothing was put. */
export function isUnexpanded(text: string): boolean {
  return reference.test(text);
}

/** Words that follow the name of what holds one. The value is not shown: it may be a secret that only looks like one. */
export const unexpanded = "holds a reference to a variable, such as $(NAME), in the place of its value";

/** What to do about one. */
export const expandIt =
  "Correct how the shell or the pipeline hands the value on: nothing replaced the reference.";
