import { parseQuery } from "../assignments/query";
import { GuardrailsError } from "../errors";
import { keysQueryNames, parseKeysQuery } from "../inventory/keys";
import { argumentNames } from "../key-assignments-resource";
import { type Asking, argumentsIn, mapValues, settingsOf, type Told } from "./arguments";
import { type Properties, secret, toAnswer } from "./property-values";
import { functionTokens } from "./schema";

/** A function of the provider. */
interface ProviderFunction extends Told {
  answer(args: Properties, asking: Asking): Promise<Properties>;
}

const getKeyAssignments: ProviderFunction = {
  name: "getKeyAssignments",
  argumentNames,
  async answer({ service, baseUrl, ...query }, asking) {
    const scope = parseQuery(query);
    const { version, clock, ...answer } = await asking.reads.read(
      settingsOf({ service, baseUrl }, asking),
      scope,
    );
    return toAnswer(answer);
  },
};

const getKeys: ProviderFunction = {
  name: "getKeys",
  argumentNames: ["service", "baseUrl", ...keysQueryNames],
  async answer({ service, baseUrl, ...query }, asking) {
    const scope = parseKeysQuery(query);
    const { version, ...answer } = await asking.reads.readKeys(
      settingsOf({ service, baseUrl }, asking),
      scope,
    );
    return toAnswer(answer);
  },
};

const functions: ReadonlyMap<string, ProviderFunction> = new Map([
  [functionTokens.getKeyAssignments, getKeyAssignments],
  [functionTokens.getKeys, getKeys],
]);

/**
 * What the function of this token answers. Secret where an argument was.
 * @throws GuardrailsError
 */
export async function invoke(token: string, given: Properties, asking: Asking): Promise<Properties> {
  const asked = functions.get(token);
  if (asked === undefined) {
    throw new GuardrailsError("configuration", {
      what: "could not verify: guardrails has no such function",
      advice: `It has ${[...functions.values()].map(({ name }) => name).join(" and ")}.`,
    });
  }
  const args = argumentsIn(given, asked);
  if (args.unknown) {
    throw new GuardrailsError("configuration", {
      what: `could not verify: an argument of ${asked.name} is not known before deployment`,
      advice: "Use its Output form, which waits for the argument.",
    });
  }
  const answer = await asked.answer(args.values, asking);
  return args.secret ? mapValues(answer, secret) : answer;
}
