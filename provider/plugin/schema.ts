import { version } from "../version";

/*
 * What the provider offers, in Pulumi's schema language: from it the engine makes an SDK for every language. The words
 * are those of the TypeScript documentation; a test holds the two together, and `provider/schema.json` to this.
 */

export const functionTokens = {
  getKeyAssignments: "guardrails:index:getKeyAssignments",
  getKeys: "guardrails:index:getKeys",
} as const;
const resourceToken = "guardrails:index:KeyAssignments";
const assignmentToken = "guardrails:index:KeyAssignment";
const scopeToken = "guardrails:index:SnapshotScope";
const keyToken = "guardrails:index:InventoryKey";
const keysScopeToken = "guardrails:index:KeysScope";

const text = (description: string) => ({ type: "string", description });
const integer = (description: string) => ({ type: "integer", description });
const number = (description: string) => ({ type: "number", description });
const list = (description: string) => ({ type: "array", items: { type: "string" }, description });

const service = text("`openrouter` (default) or `modelgates`.");
const baseUrl = text(
  "Any other address of the same API: https, or http on loopback. Default: the service's own.",
);

const configuration = {
  service,
  baseUrl,
  managementKey: {
    ...text(
      "The management key. It is sent only to the `service` or `baseUrl` given beside it (default OpenRouter).",
    ),
    secret: true,
  },
  requestTimeout: number("Longest one request may take, answer included, in seconds. Default 10."),
  readTimeout: number(
    "Longest a whole read may take, every request, retry and wait included, in seconds. Default 30.",
  ),
  maxConcurrency: integer(
    "Most requests under way at once to one account: of all who read it in one process the lowest counts. Default 32.",
  ),
  maxRows: integer("Most rows a list may claim. Default 250,000."),
  maxPageBytes: integer("Most bytes of one page, after decompression. Default 8 MiB."),
  maxRequests: integer("Most requests one read may need; checked before they are planned. Default 20,000."),
};

const keyFilters = {
  keyHashes: list("Only these keys (hashes of 64 hexadecimal characters)."),
  keyNames: list("Only keys with exactly one of these names."),
};

const query = {
  guardrailId: text("Only assignments of this guardrail (UUID)."),
  ...keyFilters,
  offset: integer("One page only: how many rows to skip. Default 0 when `limit` is given."),
  limit: integer("One page only: how many rows at most, 1 to 100. Default 50 when `offset` is given."),
};

const args = { service, baseUrl, ...query };

const assignment = {
  id: text("The assignment itself (UUID). Never reused by the service."),
  keyHash: text("Stable id of the API key: 64 lower-case hexadecimal characters. Not secret."),
  guardrailId: text("The guardrail assigned to the key (UUID)."),
  keyName: text("What people call the key. Free text, changeable, need not be unique."),
  keyLabel: text("The masked key, such as `sk-or-v1-0e6...1c96`. Not secret."),
  assignedBy: text("Who made the assignment, or null where the service does not say."),
  createdAt: text("When the assignment was made, as the service writes it (ISO 8601)."),
};

const scopeDescription =
  "What of the list a snapshot holds: all of it, the rows that pass all the filters named, or one page as the service cut it.";

const totals = {
  totalCount: integer(
    "How many assignments the service counts in all, those of deleted keys and those filtered out included.",
  ),
  missingRows: integer(
    "Assignments the service counts but does not list: those of deleted keys. null for a page, which cannot tell.",
  ),
};

const provenance = {
  service: text("The service it was read from: `openrouter` or `modelgates`."),
  baseUrl: text("The address it was read from."),
  readAt: text("When the reading began (ISO 8601, UTC). What changed later may not show."),
  requests: integer("How many requests the reading took, retries not counted."),
};

const answer = {
  assignments: {
    type: "array",
    items: { $ref: `#/types/${assignmentToken}` },
    description: "Sorted by key hash, then id; no duplicates.",
  },
  ...totals,
  scope: { $ref: `#/types/${scopeToken}`, description: scopeDescription },
  ...provenance,
};

const key = {
  hash: text("Stable id of the key, in lower case. Not secret; the same as `keyHash` of an assignment."),
  name: text("What people call the key. Free text, changeable, need not be unique."),
  label: text("The masked key, such as `sk-or-v1-0e6...1c96`. Not secret."),
  workspaceId: text("The workspace it was listed in (its id)."),
  workspaceName: text("What people call the workspace. Need not be unique."),
  disabled: { type: "boolean", description: "Whether the key was switched off." },
  expiresAt: text("When it expires (ISO 8601 with its time zone); null: never."),
  state: text(
    "`active`, `disabled` or `expired` when it was read; a disabled key that has expired is `disabled`. Where this machine's clock and the service's are more than five minutes apart, or nothing tells, no key is `expired`: it may still be used.",
  ),
  guardrailId: text("The guardrail assigned to the key (UUID); null: it has no direct assignment."),
};

const keysScopeDescription =
  "What of the inventory a snapshot holds: all of it, or the keys that pass all the filters named.";

const keysArgs = { service, baseUrl, ...keyFilters };

const keysAnswer = {
  keys: {
    type: "array",
    items: { $ref: `#/types/${keyToken}` },
    description: "Of all workspaces, disabled and expired ones included. Sorted by hash; no duplicates.",
  },
  totalCount: integer("How many keys the account has in all, those filtered out included."),
  scope: { $ref: `#/types/${keysScopeToken}`, description: keysScopeDescription },
  ...provenance,
};

const outputs = {
  snapshot: text(
    "The snapshot as one canonical JSON text: rows as structured properties would slow every deployment down.",
  ),
  ...totals,
  readAt: text("When the list was read (ISO 8601). For an unchanged resource: when it last changed."),
};

const allBut = (properties: object, ...optional: readonly string[]): string[] =>
  Object.keys(properties).filter((name) => !optional.includes(name));

/**
 * A Go program has the SDK in its own folder: `pulumi package add` maps this path to that. It names no server, and can never
 * come to name one: example.com is reserved. It is also the path that `pulumi package add` prints, whatever stands here.
 */
const goImportPath = "example.com/pulumi-guardrails/sdk/go/guardrails";

export const schema = {
  name: "guardrails",
  displayName: "LLM API key guardrails",
  version,
  description:
    "Reads which guardrail is assigned to which LLM API key (OpenRouter, ModelGates): the whole list, proven complete.",
  keywords: ["pulumi", "openrouter", "modelgates", "guardrails", "category/utility"],
  license: "Apache-2.0",
  publisher: "pulumi-guardrails",
  language: {
    nodejs: { respectSchemaVersion: true },
    python: { respectSchemaVersion: true, pyproject: { enabled: true } },
    go: { respectSchemaVersion: true, importBasePath: goImportPath },
    csharp: { respectSchemaVersion: true },
  },
  config: { variables: configuration },
  provider: {
    description: "Whose account is read, and with which limits.",
    inputProperties: configuration,
  },
  types: {
    [assignmentToken]: {
      type: "object",
      description: "One row of `GET /guardrails/assignments/keys`: this guardrail limits that key.",
      properties: assignment,
      required: allBut(assignment, "assignedBy"),
    },
    [scopeToken]: {
      type: "object",
      description: scopeDescription,
      properties: { kind: text("`complete`, `filtered` or `page`."), ...query },
      required: ["kind"],
    },
    [keyToken]: {
      type: "object",
      description: "One API key of the account, with the guardrail that is assigned to it, if any.",
      properties: key,
      required: allBut(key, "expiresAt", "guardrailId"),
    },
    [keysScopeToken]: {
      type: "object",
      description: keysScopeDescription,
      properties: { kind: text("`complete` or `filtered`."), ...keyFilters },
      required: ["kind"],
    },
  },
  functions: {
    [functionTokens.getKeyAssignments]: {
      description:
        "Reads which guardrail is assigned to which API key: the whole list, proven complete, at preview and at deployment.",
      inputs: { type: "object", properties: args },
      outputs: { type: "object", properties: answer, required: allBut(answer, "missingRows") },
    },
    [functionTokens.getKeys]: {
      description:
        "Reads every API key of every workspace, with its state and the guardrail assigned to it, if any: the whole list, proven complete, at preview and at deployment. Unlike `getKeyAssignments` it shows the keys that have no guardrail. ModelGates offers no such list: asked for it, this fails.",
      inputs: { type: "object", properties: keysArgs },
      outputs: { type: "object", properties: keysAnswer, required: allBut(keysAnswer) },
    },
  },
  resources: {
    [resourceToken]: {
      description:
        "The key assignments of an account as a resource: read at every preview and deployment, kept in the state, shown as a change when an assignment changes, and visible to policies as evidence.",
      inputProperties: args,
      properties: { ...args, ...outputs },
      required: allBut(outputs, "missingRows"),
    },
  },
};
