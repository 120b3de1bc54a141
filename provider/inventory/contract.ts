import * as z from "zod";

/** One API key of the account, as `GET /keys` lists it, whether or not a guardrail is assigned to it. */
export interface ApiKey {
  /** Stable id of the key, in lower case. Not secret; the same as `keyHash` of an assignment. */
  readonly hash: string;
  /** What people call the key. Free text, changeable, need not be unique. */
  readonly name: string;
  /** The masked key, such as `sk-or-v1-0e6...1c96`. Not secret. */
  readonly label: string;
  /** The workspace it was listed in (its id). */
  readonly workspaceId: string;
  /** Whether the key was switched off. */
  readonly disabled: boolean;
  /** When it expires (ISO 8601 with its time zone); null: never. */
  readonly expiresAt: string | null;
}

/**
 * What the service says of a key beside what rules judge by: shown to people, and never a reason for a doubt. What is
 * absent or malformed is undefined.
 */
export interface KeyDetails {
  /** When the key was made (ISO 8601). */
  readonly createdAt: string | undefined;
  /** The id of the user who made it. */
  readonly creatorId: string | undefined;
  /** The key's own spending limit in US dollars; null: it has none. */
  readonly limitUsd: number | null | undefined;
  /** How often that limit resets: `daily`, `weekly`, `monthly`; undefined: never. */
  readonly limitReset: string | undefined;
  /** US dollars spent in the current month (UTC). */
  readonly usageMonthUsd: number | undefined;
}

/** One workspace of the account. */
export interface Workspace {
  /** As the service writes it (UUID). */
  readonly id: string;
  readonly name: string;
}

/** What one guardrail enforces. null: it does not say, so it sets no such limit. */
export interface Guardrail {
  /** UUID, in lower case. */
  readonly id: string;
  readonly name: string;
  /** Spending limit in US dollars per `resetInterval`, or in all where that is null. */
  readonly limitUsd: number | null;
  /** `daily`, `weekly` or `monthly`. */
  readonly resetInterval: string | null;
  /** Whether what is spent with the customer's own provider keys counts towards the limit. */
  readonly includeByokInBudgets: boolean | null;
  readonly allowedProviders: readonly string[] | null;
  readonly ignoredProviders: readonly string[] | null;
  readonly allowedModels: readonly string[] | null;
  readonly ignoredModels: readonly string[] | null;
  /** Through which of the service's regions requests must arrive: `global` (any), `europe`, `us`. */
  readonly allowedDataRegions: readonly string[] | null;
  /** Whether models of these makers may only be used without data retention; what one leaves open, the deprecated common setting says. */
  readonly zeroDataRetention: {
    readonly anthropic: boolean | null;
    readonly openai: boolean | null;
    readonly google: boolean | null;
    readonly xai: boolean | null;
    /** Models of all other makers. */
    readonly other: boolean | null;
  };
  /** Whether free endpoints that publish prompts are allowed. */
  readonly enableFreeModelPublication: boolean | null;
  /** Whether free endpoints that train on requests are allowed. */
  readonly enableFreeModelTraining: boolean | null;
  /** Whether paid endpoints that train on requests are allowed. */
  readonly enablePaidModelTraining: boolean | null;
  /** Content filters of its own; `action` is `block`, `redact` or `flag`. */
  readonly contentFilters: readonly { readonly pattern: string; readonly action: string }[];
  /** Those of the service's content filters that it applies. */
  readonly contentFilterBuiltins: readonly { readonly slug: string; readonly action: string }[];
}

// The services write null where there is none: to catch what breaks the form takes its time.
const detail = z.string().min(1).nullish().catch(undefined);
const dollars = z.number().nonnegative();

const wireApiKey = z.object({
  hash: z.string().min(1).toLowerCase(),
  name: z.string(),
  label: z.string(),
  workspace_id: z.string().min(1),
  disabled: z.boolean(),
  // Without its time zone a time means something else on every machine.
  expires_at: z.iso.datetime({ offset: true }).nullish(),
  created_at: z.iso.datetime({ offset: true }).optional().catch(undefined),
  creator_user_id: detail,
  limit: dollars.nullable().optional().catch(undefined),
  limit_reset: detail,
  usage_monthly: dollars.optional().catch(undefined),
  include_byok_in_limit: z.unknown().optional(),
  updated_at: z.unknown().optional(),
});

const wireWorkspace = z.object({ id: z.guid(), name: z.string() });

/**
 * One page of `GET /keys`: it claims no total. Unknown extra fields are legal and dropped, here and below.
 * @internal
 */
export const wireKeyPage = z.object({ data: z.array(wireApiKey) });
/** @internal */
export type WireKeyPage = z.infer<typeof wireKeyPage>;

/** One page of `GET /workspaces`. @internal */
export const wireWorkspacePage = z.object({
  data: z.array(wireWorkspace),
  total_count: z.int().nonnegative(),
});

const names = z.array(z.string()).nullish();
const choice = z.boolean().nullish();

const wireContentFilter = z.object({ pattern: z.string(), action: z.string() });
const wireContentFilterBuiltin = z.object({ slug: z.string(), action: z.string() });
const wireGuardrail = z.object({
  id: z.guid().toLowerCase(),
  name: z.string(),
  limit_usd: z.number().nullish(),
  reset_interval: z.string().nullish(),
  include_byok_in_budgets: choice,
  allowed_providers: names,
  ignored_providers: names,
  allowed_models: names,
  ignored_models: names,
  allowed_data_regions: names,
  enforce_zdr: choice,
  enforce_zdr_anthropic: choice,
  enforce_zdr_openai: choice,
  enforce_zdr_google: choice,
  enforce_zdr_xai: choice,
  enforce_zdr_other: choice,
  enable_free_model_publication: choice,
  enable_free_model_training: choice,
  enable_paid_model_training: choice,
  content_filters: z.array(wireContentFilter).nullish(),
  content_filter_builtins: z.array(wireContentFilterBuiltin).nullish(),
});

/** One page of `GET /guardrails`: names, and what they enforce as far as it can be read. @internal */
export const wireGuardrailPage = z.object({
  data: z.array(
    z
      .looseObject({
        id: z.guid().toLowerCase(),
        name: z.string(),
        workspace_id: z.guid().optional().catch(undefined),
      })
      .transform((row) => {
        const content = wireGuardrail.safeParse(row);
        const { id, name, workspace_id } = row;
        return { id, name, workspace_id, content: content.success ? guardrail(content.data) : undefined };
      }),
  ),
  total_count: z.int().nonnegative(),
});

/** What people call a guardrail. */
export interface NamedGuardrail {
  readonly name: string;
  /** The workspace it belongs to, where the service says so. */
  readonly workspaceId: string | undefined;
  /** What it enforces, where that was read. */
  readonly content?: Guardrail | undefined;
}

/** What is read of a guardrail's content: the names of the fields, as the service writes them. */
export const guardrailFields = {
  Guardrail: Object.keys(wireGuardrail.shape),
  ContentFilterEntry: Object.keys(wireContentFilter.shape),
  ContentFilterBuiltinEntry: Object.keys(wireContentFilterBuiltin.shape),
} as const;

/** The answer of `GET /guardrails/{id}`. Most of its fields are optional: left out and null mean the same. @internal */
export const wireGuardrailAnswer = z.object({ data: wireGuardrail });

/** A key as a page lists it, with what an edit changes besides: a row that was edited meanwhile may have been moved by it. */
export interface ListedKey extends ApiKey {
  readonly edited: string;
}

/** @param workspaceId the workspace whose keys were asked for, which the row was found to name @internal */
export function listedKey(row: WireKeyPage["data"][number], workspaceId: string): ListedKey {
  const { hash, name, label, disabled, expires_at: expiresAt = null } = row;
  const { limit, limit_reset, include_byok_in_limit, updated_at } = row;
  const edited = JSON.stringify([limit, limit_reset, include_byok_in_limit, updated_at]);
  return { hash, name, label, workspaceId, disabled, expiresAt, edited };
}

export function apiKey({ edited: _, ...key }: ListedKey): ApiKey {
  return key;
}

/** @internal */
export function keyDetails(row: WireKeyPage["data"][number]): KeyDetails {
  return {
    createdAt: row.created_at,
    creatorId: row.creator_user_id ?? undefined,
    limitUsd: row.limit,
    limitReset: row.limit_reset ?? undefined,
    usageMonthUsd: row.usage_monthly,
  };
}

/** @internal */
export function guardrail(row: z.infer<typeof wireGuardrail>): Guardrail {
  // "Falls back to enforce_zdr when not provided", says the service's description of each of the five.
  const retention = (own: boolean | null | undefined): boolean | null => own ?? row.enforce_zdr ?? null;
  return {
    id: row.id,
    name: row.name,
    limitUsd: row.limit_usd ?? null,
    resetInterval: row.reset_interval ?? null,
    includeByokInBudgets: row.include_byok_in_budgets ?? null,
    allowedProviders: row.allowed_providers ?? null,
    ignoredProviders: row.ignored_providers ?? null,
    allowedModels: row.allowed_models ?? null,
    ignoredModels: row.ignored_models ?? null,
    allowedDataRegions: row.allowed_data_regions ?? null,
    zeroDataRetention: {
      anthropic: retention(row.enforce_zdr_anthropic),
      openai: retention(row.enforce_zdr_openai),
      google: retention(row.enforce_zdr_google),
      xai: retention(row.enforce_zdr_xai),
      other: retention(row.enforce_zdr_other),
    },
    enableFreeModelPublication: row.enable_free_model_publication ?? null,
    enableFreeModelTraining: row.enable_free_model_training ?? null,
    enablePaidModelTraining: row.enable_paid_model_training ?? null,
    contentFilters: row.content_filters ?? [],
    contentFilterBuiltins: row.content_filter_builtins ?? [],
  };
}
