import type { KeyAssignment, WireKeyAssignment } from "../provider/assignments/contract";
import type { JsonValue } from "./answers";
import type { LedgerKey } from "./ledger-key";
import { sampleTime } from "./samples";
import type { LedgerWorkspace } from "./workspaces";

export function assignmentRow(row: KeyAssignment): WireKeyAssignment {
  return {
    id: row.id,
    key_hash: row.keyHash,
    guardrail_id: row.guardrailId,
    key_name: row.keyName,
    key_label: row.keyLabel,
    assigned_by: row.assignedBy,
    created_at: row.createdAt,
  };
}

/** A key as `GET /keys` writes it: what it spent this month is all that it ever spent. */
export function keyRow(key: LedgerKey): JsonValue {
  return {
    hash: key.keyHash,
    name: key.keyName,
    label: key.keyLabel,
    workspace_id: key.workspaceId,
    disabled: key.disabled,
    expires_at: key.expiresAt,
    limit: key.limit,
    limit_remaining: key.limit === null ? null : Math.max(0, key.limit - key.usageMonthly),
    limit_reset: key.limitReset,
    include_byok_in_limit: false,
    usage: key.usageMonthly,
    usage_daily: 0,
    usage_weekly: 0,
    usage_monthly: key.usageMonthly,
    byok_usage: 0,
    byok_usage_daily: 0,
    byok_usage_weekly: 0,
    byok_usage_monthly: 0,
    created_at: key.keyCreatedAt,
    updated_at: null,
    creator_user_id: key.creatorUserId,
    // The description does not have it, and @openrouter/sdk 1.3.19 refuses a key without it.
    external_user: null,
  };
}

export function workspaceRow({ id, name, defaultGuardrailId }: LedgerWorkspace): JsonValue {
  return {
    id,
    name,
    slug: name.toLowerCase().replaceAll(" ", "-"),
    description: null,
    default_guardrail_id: defaultGuardrailId,
    default_text_model: null,
    default_image_model: null,
    default_provider_sort: null,
    is_observability_io_logging_enabled: false,
    is_observability_broadcast_enabled: false,
    is_data_discount_logging_enabled: false,
    io_logging_sampling_rate: 1,
    io_logging_api_key_ids: null,
    created_at: sampleTime(),
    updated_at: null,
    created_by: null,
  };
}
