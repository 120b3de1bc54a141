import { defaultWorkspace } from "./workspaces";

/** An API key that exists in the account, assigned or not. */
export interface LedgerKey {
  readonly keyHash: string;
  readonly keyName: string;
  readonly keyLabel: string;
  /** The workspace it belongs to (UUID). */
  readonly workspaceId: string;
  /** Switched off. The service leaves such keys out of its inventory unless they are asked for. */
  readonly disabled: boolean;
  /** When it expires (ISO 8601, UTC), or null for never. */
  readonly expiresAt: string | null;
}

/** What holds of a key about which nothing else was said. */
export const ordinaryKey = {
  workspaceId: defaultWorkspace.id,
  disabled: false,
  expiresAt: null,
} as const satisfies Partial<LedgerKey>;

/** The key alone, without whatever else is known of its assignment. */
export function keyOf(known: LedgerKey): LedgerKey {
  const { keyHash, keyName, keyLabel, workspaceId, disabled, expiresAt } = known;
  return { keyHash, keyName, keyLabel, workspaceId, disabled, expiresAt };
}
