import Table from "cli-table3";
import { stringify } from "csv-stringify/sync";
import { describeSource } from "../policies/report/describe";
import type { KeyAssignment } from "../provider/assignments/contract";
import type { KeyAssignmentsSnapshot } from "../provider/assignments/snapshot";
import { sanitize } from "../provider/sanitize";
import { safeJson } from "./safe-json";

/** How `pulumi-guardrails list` can write a snapshot: for people, or for programs that read its output. */
export const listFormats = {
  table: writeTable,
  json: (snapshot: KeyAssignmentsSnapshot) => `${safeJson(snapshot, 2)}\n`,
  ndjson: ({ assignments }: KeyAssignmentsSnapshot) =>
    assignments.map((row) => `${safeJson(row)}\n`).join(""),
  csv: writeCsv,
} as const;

export type ListFormat = keyof typeof listFormats;

const columns = [
  "keyName",
  "keyLabel",
  "keyHash",
  "guardrailId",
  "assignedBy",
  "createdAt",
  "id",
] as const satisfies readonly (keyof KeyAssignment)[];

function writeTable(snapshot: KeyAssignmentsSnapshot): string {
  const { assignments, totalCount, missingRows } = snapshot;
  const style = { head: [], border: [] };
  const table = new Table({ head: ["key", "label", "hash", "guardrail", "assigned by", "since"], style });
  for (const row of assignments) {
    const cells = [
      row.keyName,
      row.keyLabel,
      row.keyHash.slice(0, 8),
      row.guardrailId,
      row.assignedBy ?? "",
      row.createdAt,
    ];
    table.push(cells.map((text) => sanitize(text)));
  }
  const missing = missingRows === null ? "" : `, ${missingRows} of deleted keys`;
  const counts = `${assignments.length} shown; the service counts ${totalCount}${missing}`;
  return `${table.toString()}\n${counts} (${describeSource(snapshot)})\n`;
}

/** Every field passes the function for foreign text uncut; the library keeps spreadsheets from running formulas. */
function writeCsv({ assignments }: KeyAssignmentsSnapshot): string {
  const records = assignments.map((row) =>
    columns.map((name) => sanitize(row[name] ?? "", Number.POSITIVE_INFINITY)),
  );
  return stringify([[...columns], ...records], { escape_formulas: true });
}
