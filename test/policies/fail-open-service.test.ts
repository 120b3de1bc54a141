import assert from "node:assert/strict";
import {
  type Fault,
  type JsonValue,
  type LocalService,
  type RequestRecord,
  sampleWorkspace,
} from "../../local-service/index";
import { settingsName } from "../../policies/configuration/shared-settings";
import { useServices } from "../http/reading-of";
import { absentGuardrail, row } from "./builders";
import {
  assertCouldNotVerify,
  assertDoubt,
  completeRun,
  configured,
  type Endpoint,
  endpointOf,
  everyRule,
  failing,
  readers,
} from "./fail-open-run";
import { runPolicies } from "./policy-run";

const endpoints = Object.keys(readers) as Endpoint[];

/** Faults of any endpoint that end at once. */
const faults: Readonly<Record<string, Fault>> = {
  "400": { kind: "status", status: 400 },
  "401": { kind: "status", status: 401 },
  "401 without a body": { kind: "status", status: 401, body: "none" },
  "403": { kind: "status", status: 403 },
  "403 that repeats the credential": { kind: "echo-credential" },
  "404": { kind: "status", status: 404 },
  "500": { kind: "status", status: 500 },
  "502 with a web page": { kind: "status", status: 502, body: "html" },
  "503": { kind: "status", status: 503 },
  "204 without a body": { kind: "status", status: 204, body: "none" },
  "206 with the whole page": { kind: "json", value: { data: [], total_count: 0 }, status: 206 },
  "a redirect": { kind: "redirect", location: "https://elsewhere.example/" },
  "an empty object": { kind: "json", value: {} },
  "an empty list": { kind: "json", value: [] },
  null: { kind: "json", value: null },
  "data that is null": { kind: "json", value: { data: null, total_count: 0 } },
  "an error with 200": { kind: "json", value: { error: { code: 500, message: "sorry" } } },
  "half a page of JSON": { kind: "invalid-json" },
  "nothing, with 200": { kind: "raw", body: "" },
  "a web page": { kind: "html-200" },
  "another content type": { kind: "wrong-content-type" },
  "another charset": { kind: "wrong-charset", declared: "utf-16le" },
  "another encoding than declared": { kind: "wrong-charset" },
  "a page of a gibibyte": { kind: "gzip-bomb" },
  "a reset": { kind: "reset-before" },
  "a reset in the middle": { kind: "reset-within" },
  "half of what was promised": { kind: "truncated" },
  "an endless answer": { kind: "endless" },
};

/** Faults that end with the time of the read, or of other reads as well. */
const stalls: Readonly<Record<string, Fault>> = {
  "429 for a minute": { kind: "status", status: 429, headers: { "retry-after": "60" } },
  "no answer": { kind: "no-answer" },
  "an answer that drips": { kind: "drip", interval: 50 },
};

/** Faults by which the service, or the way to it, may be down. */
const outages: readonly string[] = [
  "500",
  "502 with a web page",
  "503",
  "half a page of JSON",
  "nothing, with 200",
  "a reset",
  "a reset in the middle",
  "half of what was promised",
  "its second page fails",
  "the inventory's second page fails",
];
const causeOf = (title: string) => (outages.includes(title) ? "outage" : "other");

type Rows = readonly Readonly<Record<string, JsonValue>>[];

/** The true page with its rows changed. */
function rows(edit: (data: Rows) => Rows): Fault {
  return {
    kind: "edited-page",
    edit: ({ data, ...rest }) => ({ ...rest, data: edit(data as unknown as Rows) }),
  };
}

function without(name: string): Fault {
  return rows((data) =>
    data.map((one) => Object.fromEntries(Object.entries(one).filter(([field]) => field !== name))),
  );
}

function total(claimed: JsonValue | undefined): Fault {
  return {
    kind: "edited-page",
    edit: ({ data }) => (claimed === undefined ? { data } : { data, total_count: claimed }),
  };
}

const content = (changes: Readonly<Record<string, JsonValue>>): Fault => ({
  kind: "edited-page",
  edit: (page) => {
    const { data } = page as unknown as { data: Readonly<Record<string, JsonValue>> };
    return { data: { ...data, ...changes } };
  },
});

/** Pages that only one endpoint can get wrong so. */
const wrongPages: Readonly<Record<Endpoint, Readonly<Record<string, Fault>>>> = {
  assignments: {
    "no total": total(undefined),
    "a total of text": total("4"),
    "a total too low": total(2),
    "a total of nothing": total(0),
    "a total below nothing": total(-1),
    "a total that is a fraction": total(4.5),
    "a row without its guardrail": without("guardrail_id"),
    "a row without its key": without("key_hash"),
    "a row with an empty key": rows((data) => data.map((one) => ({ ...one, key_hash: "" }))),
    "a row twice": rows((data) => [...data, ...data]),
  },
  workspaces: {
    "no total": total(undefined),
    "a total too low": total(0),
    "a total too high": total(7),
    "no workspace at all": { kind: "json", value: { data: [], total_count: 0 } },
    "a workspace without its id": without("id"),
    "a workspace twice": rows((data) => [...data, ...data]),
  },
  keys: {
    "no key at all, although some are assigned": rows(() => []),
    "one assigned key too few": rows((data) => data.slice(1)),
    "a key without its hash": without("hash"),
    "a key with an empty hash": rows((data) => data.map((one) => ({ ...one, hash: "" }))),
    "a key that says nothing of being disabled": without("disabled"),
    "a key that says nothing of its name": without("name"),
    "a key that expires at a time nobody can read": rows((data) =>
      data.map((one) => ({ ...one, expires_at: "soon" })),
    ),
    "a key of another workspace": rows((data) =>
      data.map((one) => ({ ...one, workspace_id: sampleWorkspace(7).id })),
    ),
    "a key twice": rows((data) => [...data, ...data]),
  },
  guardrail: {
    "another guardrail than asked for": content({ id: absentGuardrail }),
    "a guardrail whose limit is a text": content({ limit_usd: "100" }),
    "a guardrail whose providers are no list": content({ allowed_providers: "all" }),
    "a guardrail without its name": content({ name: null }),
  },
};

function striking(endpoint: Endpoint, fault: Fault) {
  return (request: RequestRecord) => (endpointOf(request) === endpoint ? fault : undefined);
}

describe("the pack fails closed when the service answers", () => {
  const running = useServices();

  for (const endpoint of endpoints) {
    for (const [title, fault] of Object.entries({ ...faults, ...wrongPages[endpoint] })) {
      it(`for ${endpoint} with ${title}`, async () => {
        const service = await running({ rows: 4, faults: striking(endpoint, fault) });
        await assertCouldNotVerify(completeRun(service), readers[endpoint], causeOf(title));
      });
    }

    for (const [title, fault] of Object.entries(stalls)) {
      it(`for ${endpoint} with ${title}`, async () => {
        const service = await running({ rows: 4, faults: striking(endpoint, fault) });
        const settings = { ...everyRule[settingsName], readTimeout: 0.3 };
        const result = await runPolicies(completeRun(service, configured(settingsName, settings)));
        // On a busy machine the other reads may need more than that time too: then their rules fail as well.
        for (const rule of readers[endpoint]) assert(failing(result).includes(rule), rule);
        for (const { text } of result.violations) assertDoubt(text);
        const all = result.violations.map(({ text }) => text).join("\n");
        assert.match(all, /Is the service down\? node_modules\/pulumi-guardrails\/docs\/outage\.md says/u);
      });
    }
  }

  it("nothing, because it is not there", async () => {
    const service = await running();
    await service.close();
    await assertCouldNotVerify(completeRun(service), readers.assignments, "outage");
  });

  it("that it has no endpoints for keys and guardrails", async () => {
    const service = await running({ rows: 4, flavour: "modelgates" });
    await assertCouldNotVerify(completeRun(service), [...readers.keys, ...readers.guardrail]);
  });
});

describe("the pack fails closed when the list is longer than a page and", () => {
  const running = useServices();

  const cases: Readonly<Record<string, readonly [Endpoint, (service: LocalService) => void]>> = {
    "its total is cut at a page's end": [
      "assignments",
      (service) => {
        service.total = 100;
      },
    ],
    "its second page fails": [
      "assignments",
      (service) => {
        service.faults = (request) =>
          endpointOf(request) === "assignments" && request.offset !== 0
            ? { kind: "status", status: 500 }
            : undefined;
      },
    ],
    "its pages claim fewer rows each time": [
      "assignments",
      (service) => {
        service.total = ({ index, trueTotal }) => trueTotal - index;
      },
    ],
    "it changes before every page": [
      "assignments",
      (service) => {
        service.beforePage = ({ list }) => {
          if (list === "assignments") service.ledger.assign({}, { at: "start" });
        };
      },
    ],
    "its later pages repeat the first": [
      "assignments",
      (service) => {
        const first = service.ledger.page({ limit: 100 }).data;
        service.faults = striking("assignments", {
          kind: "edited-page",
          edit: ({ total_count }) => ({ data: first, total_count }),
        });
      },
    ],
    "the inventory's second page fails": [
      "keys",
      (service) => {
        service.faults = (request) =>
          endpointOf(request) === "keys" && (request.offset ?? 0) > 0
            ? { kind: "status", status: 500 }
            : undefined;
      },
    ],
    "the inventory ends after its first page": [
      "keys",
      (service) => {
        service.faults = (request) =>
          endpointOf(request) === "keys" && (request.offset ?? 0) > 0 ? rows(() => []) : undefined;
      },
    ],
    "the inventory lacks one assigned key": [
      "keys",
      (service) => {
        service.faults = striking(
          "keys",
          rows((data) => data.filter(({ hash }) => hash !== row(120).keyHash)),
        );
      },
    ],
  };
  for (const [title, [endpoint, spoil]] of Object.entries(cases)) {
    it(title, async () => {
      const service = await running({ rows: 250 });
      spoil(service);
      await assertCouldNotVerify(completeRun(service), readers[endpoint], causeOf(title));
    });
  }
});
