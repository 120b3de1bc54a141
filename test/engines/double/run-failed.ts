/** Ends a run. Its messages are shown one by one, as the engine shows its errors, without a stack. */
export class RunFailed extends Error {
  readonly messages: readonly string[];

  constructor(...messages: readonly string[]) {
    super(messages.join("; "));
    this.messages = messages;
  }
}
