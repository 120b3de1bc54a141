import * as z from "zod";
import { orList } from "../../provider/counted";
import type { Guardrail } from "../../provider/inventory/contract";
import { didYouMean } from "../../provider/spelling-suggestions";
import { visibleWord } from "../configuration/key-selector";
import type { Enforcement, LimitBounds, RequiredEnforcement } from "../findings/enforcement";
import { isFilterPattern } from "./filter-pattern";

/** In US dollars: a limit that nobody ever spends limits nothing. */
const beyondMoney = 1_000_000_000;
const intervals = ["daily", "weekly", "monthly"] as const;
/** What a content filter does that keeps text from a model; `flag` only takes note. */
const acting: readonly string[] = ["block", "redact"];
/** Those that leave some requests out; `global` takes all. */
const confining: readonly string[] = ["europe", "us"];
/** Words that stand for everything or for nothing, and what they are said of. */
const vague: readonly string[] = [
  ...["all", "any", "every", "everything", "anything", "auto", "default"],
  ...["none", "nothing", "no", "null", "nil", "undefined", "empty"],
  ...["model", "models", "provider", "providers", "vendor", "vendors"],
];
/** The service's own models choose among those of all makers. */
const routers: readonly string[] = ["openrouter", "modelgates"];
/** The filters that the service has of its own; it takes no other, and one of another name is at work for nobody. */
export const builtinFilters: readonly string[] = [
  ...["email", "phone", "ssn", "credit-card", "ip-address", "secrets", "person-name", "address"],
  "regex-prompt-injection",
];

/**
 * What a guardrail can enforce, by the names the configuration uses. Only what is known to act counts: docs/rules has the
 * reasons, one by one.
 */
const enforcements = {
  limitUsd: (guardrail) => limitOf(guardrail) !== undefined,
  allowedProviders: ({ allowedProviders }) => isWhole(allowedProviders, isName),
  ignoredProviders: ({ ignoredProviders }) => ignoredProviders?.some(isName) === true,
  allowedModels: ({ allowedModels }) => isWhole(allowedModels, (one) => isName(one) && !isRouter(one)),
  ignoredModels: ({ ignoredModels }) => ignoredModels?.some(isName) === true,
  allowedDataRegions: ({ allowedDataRegions }) =>
    isWhole(allowedDataRegions, (region) => confining.includes(region)),
  /** For the models of every vendor. */
  zeroDataRetention: ({ zeroDataRetention }) => Object.values(zeroDataRetention).every((on) => on === true),
  noFreeModelPublication: ({ enableFreeModelPublication }) => enableFreeModelPublication === false,
  noFreeModelTraining: ({ enableFreeModelTraining }) => enableFreeModelTraining === false,
  noPaidModelTraining: ({ enablePaidModelTraining }) => enablePaidModelTraining === false,
  contentFilters: ({ contentFilters, contentFilterBuiltins }) =>
    contentFilters.some(({ pattern, action }) => isFilterPattern(pattern) && acting.includes(action)) ||
    contentFilterBuiltins.some(
      ({ slug, action }) => builtinFilters.includes(slug) && acting.includes(action),
    ),
} as const satisfies Readonly<Record<Enforcement, (guardrail: Guardrail) => boolean>>;

const names = Object.keys(enforcements) as [Enforcement, ...Enforcement[]];

const some = { error: `must be a list of ${intervals.join(", ")} that is not empty` };
const oneInterval = { error: `must be one of ${intervals.join(", ")}` };
const amount = { error: "must be an amount of US dollars" };

const boundsForm = {
  /** US dollars per interval. */
  max: z.number(amount).min(0, amount).optional(),
  /** How often it must reset: one of these. */
  intervals: z.array(z.enum(intervals, oneInterval), some).min(1, some).optional(),
  /** What is spent with the customer's own provider keys must count. */
  includeByok: z.literal(true, { error: "must be true; leave it out otherwise" }).optional(),
};

/** How narrow a limit must be; at least one of it. */
const bounds = z
  .strictObject(boundsForm, {
    error: ({ code }) =>
      code === "invalid_type" ? "must be an object with max, intervals or includeByok" : undefined,
  })
  .refine((given) => Object.keys(given).length > 0, { error: "must have max, intervals or includeByok" });

const entry: z.ZodType<RequiredEnforcement> = z.union(
  [
    z.enum(names).transform((of) => ({ kind: "any" as const, of })),
    z
      .strictObject({ limitUsd: bounds })
      .transform(({ limitUsd }) => ({ kind: "limit-within" as const, bounds: limitUsd })),
  ],
  {
    error: ({ input }) => {
      const meant = typeof input === "string" ? didYouMean(input, names) : "";
      return `must be one of ${names.join(", ")}, or { "limitUsd": … } with max, intervals or includeByok${meant}`;
    },
  },
);

/** What every guardrail must enforce, as people write it. */
export const requiredEnforcements = z.array(entry, { error: "must be a list; [] requires any one" });

/** How people are told that a guardrail lacks it. */
const lacks: Readonly<Record<Enforcement, string>> = {
  limitUsd: "has no spending limit",
  allowedProviders: "has no list of allowed providers",
  ignoredProviders: "has no list of ignored providers",
  allowedModels: "has no list of allowed models",
  ignoredModels: "has no list of ignored models",
  allowedDataRegions: "is not confined to a data region",
  zeroDataRetention: "has no zero data retention for every vendor's models",
  noFreeModelPublication: "does not forbid free endpoints that publish prompts",
  noFreeModelTraining: "does not forbid free endpoints that train on requests",
  noPaidModelTraining: "does not forbid paid endpoints that train on requests",
  contentFilters: "has no content filter that blocks or redacts",
};

/** What the guardrail lacks, in words that follow "which"; empty if it does what is required. */
export function missingOf(guardrail: Guardrail, require: readonly RequiredEnforcement[]): string {
  if (require.length === 0) return enforcedBy(guardrail).length > 0 ? "" : "enforces nothing";
  return inWords(
    require.flatMap((one) => {
      if (one.kind === "limit-within") return unmet(guardrail, one.bounds);
      return enforcements[one.of](guardrail) ? [] : [lacks[one.of]];
    }),
  );
}

/** `has no spending limit and no content filter`: what it does not have is said in one list. */
function inWords(said: readonly string[]): string {
  const isAbsence = (one: string): boolean => one.startsWith("has no ");
  const absent = said.filter(isAbsence).map((one) => one.slice("has ".length));
  const list = [absent.slice(0, -1).join(", "), ...absent.slice(-1)].filter((one) => one !== "");
  const has = list.length === 0 ? [] : [`has ${list.join(" and ")}`];
  return [...has, ...said.filter((one) => !isAbsence(one))].join(" and ");
}

/**
 * What a guardrail enforces, by the names of the configuration. Zero data retention for the models of one vendor is
 * something, though not what `zeroDataRetention` requires.
 */
export function enforcedBy(guardrail: Guardrail): readonly string[] {
  const whole = names.filter((name) => enforcements[name](guardrail));
  const someRetention = Object.values(guardrail.zeroDataRetention).some((on) => on === true);
  return someRetention && !whole.includes("zeroDataRetention")
    ? [...whole, "zeroDataRetention for some models"]
    : whole;
}

function unmet(guardrail: Guardrail, wanted: LimitBounds): readonly string[] {
  const { resetInterval, includeByokInBudgets } = guardrail;
  const limit = limitOf(guardrail);
  if (limit === undefined) return [lacks.limitUsd];
  const { max, intervals: allowed, includeByok } = wanted;
  return [
    ...(max === undefined || limit <= max ? [] : [`has no limit of at most ${max} USD`]),
    ...(allowed === undefined || allowed.some((one) => one === resetInterval)
      ? []
      : [`has no limit that resets ${orList(allowed)}`]),
    ...(includeByok === undefined || includeByokInBudgets === true
      ? []
      : ["has no limit that counts what is spent with own provider keys"]),
  ];
}

/** The limit that it enforces, in US dollars. */
function limitOf({ limitUsd, resetInterval }: Guardrail): number | undefined {
  const holds = limitUsd !== null && limitUsd >= 0 && limitUsd < beyondMoney;
  return holds && isInterval(resetInterval ?? "daily") ? limitUsd : undefined;
}

function isInterval(text: string): boolean {
  return intervals.some((one) => one === text);
}

/** One entry that may stand for everything, or for nothing known, makes the others pointless. */
function isWhole(list: readonly string[] | null, bounds: (one: string) => boolean): boolean {
  return list !== null && list.length > 0 && list.every(bounds);
}

/** What may be a pattern, a word for all or for none, or can be read by nobody, is not known to name one thing. */
function isName(text: string): boolean {
  const words = wordsOf(text);
  return (
    visibleWord.test(text) &&
    /^[\p{L}\p{N} ._:/@~-]+$/u.test(text) &&
    !words.every((word) => vague.includes(word))
  );
}

/** Whatever stands before its name: `./openrouter/auto`. */
function isRouter(text: string): boolean {
  return routers.includes(wordsOf(text)[0] ?? "");
}

/** Its words as a service that is lenient might read them: in one width and case, without what stands between them. */
function wordsOf(text: string): readonly string[] {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
