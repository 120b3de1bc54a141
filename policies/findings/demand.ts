/** How a setting names guardrails: those that its keys must have, or those that any key may have. Messages use the words. */
export type Demand = "required" | "approved";
