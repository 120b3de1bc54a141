import { quoted } from "../../provider/redaction/sanitize";
import type { AbsentType, NearType } from "../evidence/misspelt-types";

export function describeNearType({ setting, configured, isStated, found }: NearType): string {
  return (
    `could not verify: "${setting}" ${isStated ? "names" : "is not stated and by default names"} ${quoted(configured)}, ` +
    `of which this stack has no resource, and it has one of ${quoted(found)}. ` +
    (isStated
      ? "Correct the type if it is misspelt, list both if both are meant, or take it out if your stacks have none."
      : `State "${setting}" in guardrails-settings with the types of your stacks: that one, if it is meant.`)
  );
}

export function describeAbsentType({ setting, configured, namesakes }: AbsentType): string {
  const like = namesakes.map((type) => quoted(type)).join(" and ");
  const hint = like === "" ? "" : `; it has one of ${like}: correct the type if that is meant`;
  return `"${setting}" names ${quoted(configured)}, of which this stack has no resource${hint}`;
}
