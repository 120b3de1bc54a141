import { shortId } from "../provider/short-id";
import { namedUuid, sampleTime } from "./samples";
import { defaultWorkspace } from "./workspaces";

type Action = "redact" | "block" | "flag";

/** A guardrail as the service writes it. Null: it says nothing about that. */
export type LedgerGuardrail = {
  /** UUID. */
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  /** The workspace it is listed in (UUID), or null for one made before there were any, which no list shows. */
  readonly workspace_id: string | null;
  readonly limit_usd: number | null;
  readonly reset_interval: "daily" | "weekly" | "monthly" | null;
  readonly include_byok_in_budgets: boolean;
  /** Newer than the OpenAPI file: left out unless it is set. */
  readonly allowed_data_regions?: readonly ("global" | "europe" | "us")[] | null;
  readonly allowed_models: readonly string[] | null;
  readonly ignored_models: readonly string[] | null;
  readonly allowed_providers: readonly string[] | null;
  readonly ignored_providers: readonly string[] | null;
  /** The service calls it deprecated; it stands in for those of the five below that are null. */
  readonly enforce_zdr: boolean | null;
  readonly enforce_zdr_anthropic: boolean | null;
  readonly enforce_zdr_google: boolean | null;
  readonly enforce_zdr_openai: boolean | null;
  readonly enforce_zdr_xai: boolean | null;
  readonly enforce_zdr_other: boolean | null;
  readonly enable_free_model_publication: boolean | null;
  readonly enable_free_model_training: boolean | null;
  readonly enable_paid_model_training: boolean | null;
  readonly content_filters: readonly { readonly pattern: string; readonly action: Action }[] | null;
  readonly content_filter_builtins: readonly { readonly slug: string; readonly action: Action }[] | null;
  readonly created_at: string;
  readonly updated_at: string | null;
};

/** The guardrails of an account: those that were added, and every one that an assignment uses or used. */
export class Guardrails {
  readonly #held = new Map<string, LedgerGuardrail>();
  readonly #removed = new Set<string>();
  readonly #unread: Iterator<string>;

  /** @param used - the ids that the account's first assignments name, repeated or not; read as far as a look needs them */
  constructor(used: Iterable<string>) {
    this.#unread = used[Symbol.iterator]();
  }

  /**
   * Makes a guardrail, or changes the one with this id. What is left out stays, or is made up: 100 dollars a month in the
   * default workspace, and nothing else limited.
   */
  add(wanted: Partial<LedgerGuardrail> = {}): LedgerGuardrail {
    const id = wanted.id ?? namedUuid(`new guardrail ${this.#held.size + this.#removed.size}`);
    const guardrail = { ...usualGuardrail(id), ...this.#held.get(id), ...wanted };
    this.#held.set(id, guardrail);
    return guardrail;
  }

  /** Removes a guardrail for good, even if assignments go on naming it; only adding it again brings it back. */
  remove(id: string): void {
    if (this.get(id) === undefined) throw new RangeError("no such guardrail");
    this.#held.delete(id);
    this.#removed.add(id);
  }

  get(id: string): LedgerGuardrail | undefined {
    this.#readUntil(() => this.#held.has(id));
    return this.#held.get(id);
  }

  /** Those of one workspace, or of all. */
  list(workspaceId?: string): LedgerGuardrail[] {
    this.#readUntil(() => false);
    const all = [...this.#held.values()];
    return workspaceId === undefined ? all : all.filter((one) => one.workspace_id === workspaceId);
  }

  /** An assignment names it: unless it was removed, it exists from now on. */
  use(id: string): void {
    if (!this.#held.has(id) && !this.#removed.has(id)) this.add({ id });
  }

  #readUntil(found: () => boolean): void {
    while (!found()) {
      const next = this.#unread.next();
      if (next.done) return;
      this.use(next.value);
    }
  }
}

function usualGuardrail(id: string): LedgerGuardrail {
  return {
    id,
    name: `Guardrail ${shortId(id)}`,
    description: null,
    workspace_id: defaultWorkspace.id,
    limit_usd: 100,
    reset_interval: "monthly",
    include_byok_in_budgets: false,
    allowed_models: null,
    ignored_models: null,
    allowed_providers: null,
    ignored_providers: null,
    enforce_zdr: null,
    enforce_zdr_anthropic: null,
    enforce_zdr_google: null,
    enforce_zdr_openai: null,
    enforce_zdr_xai: null,
    enforce_zdr_other: null,
    enable_free_model_publication: null,
    enable_free_model_training: null,
    enable_paid_model_training: null,
    content_filters: null,
    content_filter_builtins: null,
    created_at: sampleTime(),
    updated_at: null,
  };
}
