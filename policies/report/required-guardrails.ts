import { isFixedByAssignment, type Report, type RequiredGuardrails } from "../findings/report";

/** The ids of which a fix may choose one: those that the settings allow to keys that an assignment helps. */
export function assignableBy(reports: readonly Report[]): ReadonlySet<string> {
  const judged = reports.filter((report) => report.kind === "judged");
  const failing = judged.flatMap(({ findings }) => findings.filter(isFixedByAssignment));
  if (failing.length === 0) return new Set();
  const once = judged.map(({ requiredOnceAssigned }) => requiredOnceAssigned);
  const required = [...failing.map((finding) => finding.required), ...once];
  return new Set([...new Set(required)].flatMap((one) => one?.guardrails ?? []));
}

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
