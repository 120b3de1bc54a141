import { namedUuid } from "./samples";

/** A workspace of the account. The service marks none as the default one. */
export interface LedgerWorkspace {
  /** UUID. */
  readonly id: string;
  readonly name: string;
  /** Follows from the workspace's id; no such guardrail exists until somebody configures it. */
  readonly defaultGuardrailId: string;
}

/** A believable workspace made from a number alone; number 0 is every ledger's default workspace. */
export function sampleWorkspace(n: number): LedgerWorkspace {
  const id = namedUuid(`workspace ${n}`);
  const name = n === 0 ? "Default" : `Team ${n}`;
  return { id, name, defaultGuardrailId: namedUuid(`default guardrail of ${id}`) };
}

/** The workspace of requests that name none, and of keys and guardrails about which nothing else was said. */
export const defaultWorkspace = sampleWorkspace(0);
