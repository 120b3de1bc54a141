import type { KeyUse } from "../../provider/inventory/inventory";
import type { KeySelector, SelectorLook } from "../configuration/key-selector";
import type { ClockDoubt } from "../evidence/clock-doubt";

/** How a setting names guardrails: those that its keys must have, or those that any key may have. Messages use the words. */
export type Demand = "required" | "approved";

/** Why a key is in its state: facts, with ids and names as they came in. report/describe-cause.ts puts them into words. */
export type Cause =
  | { readonly kind: "has-guardrail" | "gets-guardrail" | "feeds-assignment" }
  | { readonly kind: "exempt"; readonly selector: KeySelector; readonly because: string | undefined }
  /** `otherwise` is why it would not pass without the waiver. */
  | { readonly kind: "waived"; readonly waiver: GrantedWaiver; readonly otherwise: Cause }
  /** `no-assignment-or-key`: nothing shows whether any key still has the hash that is required. */
  | { readonly kind: "no-assignment" | "no-assignment-or-key" | "feeds-no-assignment" }
  | {
      readonly kind: "wrong-guardrail";
      readonly relation: "assigned" | "to-be-assigned" | "declared";
      readonly demand: Demand;
      readonly guardrailIds: readonly string[];
    }
  | { readonly kind: "weak-guardrail"; readonly guardrail: WeakGuardrail }
  /** A requirement means no key: where it stands, and what may be meant instead. */
  | { readonly kind: "account-without-keys"; readonly by: KeySelector["by"]; readonly place: string }
  | {
      readonly kind: "nothing-matches";
      readonly by: KeySelector["by"];
      readonly place: string;
      readonly near: readonly string[];
      /** Why the keys that match do not count, each once a key; empty where none matches. */
      readonly switchedOff: readonly SwitchedOff[];
      readonly looksLike: SelectorLook | undefined;
    }
  | {
      readonly kind: "no-such-hash";
      readonly place: string;
      /** Keys of the account that are called as the requirement is. */
      readonly near: readonly NamedKey[];
    }
  | Unverified;

/** Why a key cannot be used. */
export type SwitchedOff = Exclude<KeyUse, "active">;

/** A key of the account; its name is foreign text. */
export interface NamedKey {
  readonly hash: string;
  readonly name: string;
}

/** Why nobody can tell. */
export type Unverified =
  | { readonly kind: "not-shown" | "declared-differently" | "untold-assignment" }
  | { readonly kind: "planned-guardrail-unknown" | "its-guardrail-unknown" }
  | {
      readonly kind: "list-unread" | "inventory-unread" | "declared-name-unknown";
      readonly by: KeySelector["by"];
    }
  | { readonly kind: "guardrail-unread" | "guardrail-absent"; readonly guardrailId: string }
  | { readonly kind: "expiry-unknown"; readonly clock: ClockDoubt }
  | { readonly kind: "waiver-unknown"; readonly expires: string; readonly clock: ClockDoubt };

export const causeKinds = [
  ...(["has-guardrail", "gets-guardrail", "feeds-assignment", "exempt", "waived"] as const),
  ...(["no-assignment", "no-assignment-or-key", "feeds-no-assignment"] as const),
  ...(["wrong-guardrail", "weak-guardrail"] as const),
  ...(["account-without-keys", "nothing-matches", "no-such-hash"] as const),
  ...(["list-unread", "not-shown", "declared-differently", "untold-assignment"] as const),
  ...(["planned-guardrail-unknown", "its-guardrail-unknown"] as const),
  ...(["inventory-unread", "declared-name-unknown", "guardrail-unread", "guardrail-absent"] as const),
  ...(["expiry-unknown", "waiver-unknown"] as const),
] as const satisfies readonly Cause["kind"][];

/** A guardrail that does not do what a rule requires of it. */
export interface WeakGuardrail {
  /** In lower case. */
  readonly id: string;
  /** Foreign text. */
  readonly name: string;
  /** In words that follow its name: `has no limit of at most 50 USD`. */
  readonly lacks: string;
}

/** Who answers for a key that a waiver lets pass, until when and why. Foreign text. */
export interface GrantedWaiver {
  readonly owner: string;
  readonly expires: string;
  readonly reason: string;
}

/** A waiver for the key that lets nothing pass: where it stands, and why not, as a clause. */
export interface VoidWaiver {
  readonly place: string;
  readonly why: string;
}
