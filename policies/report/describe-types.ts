import { quoted } from "../../provider/redaction/sanitize";
import type { AbsentType, NearType } from "../evidence/misspelt-types";

export function describeNearType({ setting, configured, found }: NearType): string {
  return (
    `could not verify: "${setting}" names ${quoted(configured)}, of which this stack has no resource, and it has one of ` +
    `${quoted(found)}. Correct the type if it is misspelt, list both if both are meant, or take it out if your stacks have none.`
  );
}

export function describeAbsentType({ setting, configured, namesakes }: AbsentType): string {
  const like = namesakes.map((type) => quoted(type)).join(" and ");
  const hint = like === "" ? "" : `; it has one of ${like}: correct the type if that is meant`;
  return `"${setting}" names ${quoted(configured)}, of which this stack has no resource${hint}`;
}
