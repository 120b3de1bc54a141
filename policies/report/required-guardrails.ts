import type { RequiredGuardrails } from "../findings/report";

/** The settings that contradict each other about one key; undefined where some guardrail can pass them all. */
export function contradictingSettings(
  required: readonly RequiredGuardrails[],
): readonly string[] | undefined {
  const inForce = required.filter(({ isWaived }) => isWaived !== true);
  for (const [index, one] of inForce.entries()) {
    const other = inForce.slice(0, index).find((before) => commonOf([before, one]).length === 0);
    if (other !== undefined) return [other.setting, one.setting];
  }
  const isOpen = inForce.length === 0 || commonOf(inForce).length > 0;
  return isOpen ? undefined : inForce.map(({ setting }) => setting);
}

/** The guardrails that all of these settings allow. */
export function commonOf([first, ...others]: readonly RequiredGuardrails[]): readonly string[] {
  const allowed = others.map(({ guardrails }) => new Set(guardrails));
  return (first?.guardrails ?? []).filter((id) => allowed.every((ids) => ids.has(id)));
}
