import { Ledger, sampleAssignment, sampleGuardrailId } from "../../local-service/index";

/** A key with the guardrail `firstGuardrail`. */
export const gateway = { ...sampleAssignment(0), keyName: "prod-gateway" };
export const firstGuardrail = sampleGuardrailId(0);
export const otherGuardrail = sampleGuardrailId(1);

/** A key without a guardrail. */
export const rotated = { ...sampleAssignment(1), keyName: "prod-gateway-rotated" };

/** What people with access to the account could call a key, to fool whoever reads a pipeline's log. */
export const hostileNames = {
  "escape sequences, bidirectional overrides and line breaks": {
    keyName: "\u001b[31mred\u001b[0m \u202etxet\u2069\nnext\r\u2028last",
    shown: '"\\u{1b}[31mred\\u{1b}[0m \\u{202e}txet\\u{2069}\\u{a}next\\u{d}\\u{2028}last"',
  },
  "commands for pipelines and the engine's own colours": {
    keyName: "::error::over ##[group]x ##vso[task]y <{%fg 1%}>red",
    shown: '": :error: :over # #[group]x # #vso[task]y < {%fg 1% }>red"',
  },
  "HTML and Markdown": {
    keyName: "<b>bold</b> **bold** [link](https://host.example) `code`",
    shown: '"<b>bold</b> **bold** [link](https://host.example) `code`"',
  },
} as const;

/** The assignments with those names. */
export const hostile = Object.values(hostileNames).map(({ keyName }, index) => ({
  ...sampleAssignment(10 + index),
  keyName,
}));

/** An account of one guarded key, one unguarded key and those whose names are hostile. */
export function account(): Ledger {
  const ledger = new Ledger();
  ledger.guardrails.add({ id: otherGuardrail });
  ledger.addKey(rotated);
  for (const row of [gateway, ...hostile]) ledger.assign(row);
  return ledger;
}
