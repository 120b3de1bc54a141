/** What a guardrail can enforce, by the names the configuration uses. */
export type Enforcement =
  | "limitUsd"
  | "allowedProviders"
  | "ignoredProviders"
  | "allowedModels"
  | "ignoredModels"
  | "allowedDataRegions"
  | "zeroDataRetention"
  | "noFreeModelPublication"
  | "noFreeModelTraining"
  | "noPaidModelTraining"
  | "contentFilters";

/** How narrow a limit must be. */
export interface LimitBounds {
  /** US dollars per interval. */
  readonly max?: number | undefined;
  /** How often it must reset: one of these. */
  readonly intervals?: readonly string[] | undefined;
  /** What is spent with the customer's own provider keys must count. */
  readonly includeByok?: true | undefined;
}

/** Something that a guardrail must enforce. */
export type RequiredEnforcement =
  | { readonly kind: "any"; readonly of: Enforcement }
  | { readonly kind: "limit-within"; readonly bounds: LimitBounds };
