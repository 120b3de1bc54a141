import { isReadWith, parseSigned, type SignedSnapshot } from "../../provider/assignments/signed-snapshot";
import { type KeyAssignmentsSnapshot, writeContent } from "../../provider/assignments/snapshot";
import type { Credential } from "../../provider/settings/credential";
import type { Address } from "../../provider/settings/settings";
import type { Evidence } from "./evidence";

/** The type of the resource whose checked inputs are evidence, as a TypeScript program has it. */
export const keyAssignmentsType = "pulumi-nodejs:dynamic/guardrails:KeyAssignments";
/** The same resource of the provider plugin, for every language. Its inputs hold the same snapshot. */
export const pluginKeyAssignmentsType = "guardrails:index:KeyAssignments";

export const evidenceTypes: readonly string[] = [keyAssignmentsType, pluginKeyAssignmentsType];

/** The account that is judged: where it is, and the key of it that the pack knows. */
export type JudgedAccount = Address & { readonly credential: Credential | undefined };

/**
 * Collects the `KeyAssignments` resources of one run as the engine shows their checked inputs. They are collected at
 * registration because a stack policy sees outputs, which for an unchanged resource are those of the last deployment.
 */
export class StackEvidence {
  readonly #seen = new Map<string, SignedSnapshot | "unknown" | "malformed">();

  /** @param begin when this run's policy pack started, in milliseconds since 1970: what was read earlier is not of this run */
  constructor(readonly begin: number) {}

  /** Takes note of one registered resource. Properties not known before deployment throw when they are touched. */
  collect(type: string, urn: string, props: Readonly<Record<string, unknown>>): void {
    if (evidenceTypes.includes(type)) this.#seen.set(urn, snapshotIn(props));
  }

  /**
   * What the resources collected so far prove about the list of this account. Any doubt about one of them is none.
   * @param now milliseconds since 1970
   */
  judge(expected: JudgedAccount, now: number): Evidence<KeyAssignmentsSnapshot> {
    const seen = [...this.#seen.values()];
    if (seen.length === 0) return none("the program has no KeyAssignments resource");
    const snapshots = seen.filter((snapshot) => snapshot !== "unknown" && snapshot !== "malformed");
    if (snapshots.length < seen.length) {
      return none(
        seen.includes("unknown")
          ? "what a KeyAssignments resource reads is not known before deployment"
          : "a KeyAssignments resource holds no snapshot this version reads",
      );
    }
    const there = snapshots.filter(
      ({ snapshot }) => snapshot.service === expected.service && snapshot.baseUrl === expected.baseUrl,
    );
    if (there.length === 0) return none(`no KeyAssignments resource was read from ${expected.baseUrl}`);
    const { credential } = expected;
    if (credential === undefined)
      return otherKey(
        "nobody can tell whose account a KeyAssignments resource was read from: the pack has no management key to compare with",
      );
    const own = there.filter((one) => isReadWith(one, credential)).map(({ snapshot }) => snapshot);
    if (own.length === 0)
      return otherKey(
        "the KeyAssignments resource was read with another management key than the pack's, and so perhaps from another account",
      );
    const [first, ...others] = own.filter((one) => one.scope.kind === "complete");
    if (first === undefined) return none("the KeyAssignments resource holds only a part of the list");
    // No slack: with some seconds of it, the input of a run just before would pass.
    if ([first, ...others].some((one) => Date.parse(one.readAt) < this.begin)) {
      return none("a KeyAssignments resource was not read in this run (was it left out by --target?)");
    }
    if ([first, ...others].some((one) => Date.parse(one.readAt) > now)) {
      return none(
        "a KeyAssignments resource was read in the future by this machine's clock (was it stored by another?)",
      );
    }
    if (others.some((one) => writeContent(one) !== writeContent(first))) {
      return none("several KeyAssignments resources differ");
    }
    return { kind: "read", value: first };
  }
}

function snapshotIn(props: Readonly<Record<string, unknown>>): SignedSnapshot | "unknown" | "malformed" {
  let text: unknown;
  try {
    text = props["snapshot"];
  } catch {
    // The SDK's way of saying "not known before deployment"; left alone, it would turn the violation into advice.
    return "unknown";
  }
  return parseSigned(text) ?? "malformed";
}

function none(why: string): Evidence<never> {
  return {
    kind: "none",
    why: `could not verify: ${why}. Add new KeyAssignments("key-assignments") without filters to the program, or use "evidence": "live".`,
  };
}

function otherKey(why: string): Evidence<never> {
  return {
    kind: "none",
    why:
      `could not verify: ${why}. Let both use one key: that of the environment, or guardrails:managementKey of the stack ` +
      `where the environment has none for that address; or use "evidence": "live".`,
  };
}
