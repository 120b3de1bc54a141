import { quoted } from "../../provider/redaction/sanitize";

const bareId = /(?<!\()\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gu;

/** The name of a guardrail, where it is known. */
export type GuardrailNames = (id: string) => string | undefined;

/** A sentence of a rule with the names of the guardrails in it: rules know them by their ids. One in brackets has its name. */
export function withGuardrailNames(sentence: string, nameOf: GuardrailNames): string {
  return sentence.replace(bareId, (id) => {
    const name = nameOf(id);
    return name === undefined ? id : `${quoted(name)} (${id})`;
  });
}
