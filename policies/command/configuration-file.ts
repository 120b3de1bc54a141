import { readFile } from "node:fs/promises";
import { z } from "zod";
import { GuardrailsError } from "../../provider/errors";
import { foreignText } from "../../provider/foreign-text";
import { parseConfiguration, type RequiredKeysConfiguration } from "../configuration";
import { requiredKeysGuarded } from "../rules/required-keys-guarded";

const levels = ["advisory", "mandatory", "remediate", "disabled"] as const;

const file = z.record(z.string(), z.unknown());
const rule = z.looseObject({ enforcementLevel: z.enum(levels).default("mandatory") });

/**
 * The rule's configuration from the file that `--policy-pack-config` takes as well. The command always enforces: a rule
 * that the file disables is refused, because checking nothing would look like a pass.
 * @throws GuardrailsError of kind `configuration`
 */
export async function readConfigurationFile(path: string): Promise<RequiredKeysConfiguration> {
  const whole = file.safeParse(jsonOf(await textOf(path)));
  if (!whole.success) throw refusal("is not a JSON object with one entry per rule");
  const unknown = Object.keys(whole.data).filter((name) => name !== requiredKeysGuarded && name !== "all");
  if (unknown.length > 0)
    throw refusal(`has the unknown rule ${unknown.map((name) => foreignText(name)).join(", ")}`);
  const entry = rule.safeParse(whole.data[requiredKeysGuarded]);
  if (!entry.success) throw refusal(`has no configuration for ${requiredKeysGuarded}`);
  const { enforcementLevel, ...configuration } = entry.data;
  if (enforcementLevel === "disabled")
    throw refusal(`disables ${requiredKeysGuarded}: there is nothing to check`);
  return parseConfiguration(configuration);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown cause";
    throw refusal(`cannot be read (${foreignText(code)})`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes its input, which may hold a key pasted by mistake.
    throw refusal("is not valid JSON");
  }
}

function refusal(what: string): GuardrailsError {
  return new GuardrailsError("configuration", {
    what: `could not verify: the file given by --config ${what}`,
    advice: `It has the form { "${requiredKeysGuarded}": { "requiredKeys": [{ "hash": "…" }] } }.`,
  });
}
