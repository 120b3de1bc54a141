import type { KeyState } from "../../../policies/findings/report";
import { type Markup, markup } from "../markup";

/** Told apart by more than their colour. */
export const symbols: Readonly<Record<KeyState, string>> = {
  unguarded: "✕",
  "wrong-guardrail": "≠",
  missing: "∅",
  unverified: "?",
  waived: "~",
  exempt: "−",
  "guarded-by-deployment": "+",
  guarded: "✓",
};

export function stateBadge(state: KeyState): Markup {
  return markup`<span class="badge is-${state}"><span class="symbol" aria-hidden="true">${symbols[state]}</span> ${state}</span>`;
}
