/*
 * Which file may import which. `npm run lint` holds it, and test/rooms plays a wrong import for every rule.
 * Where it can, a rule lists what may be imported: what nobody thought of is refused.
 */

/** Each part of the repository, with the others that it may import. */
const parts = {
  provider: [],
  sdk: ["provider"],
  "local-service": ["provider"],
  policies: ["provider"],
  cli: ["provider", "policies", "local-service"],
  tools: [],
  // Programs name the package, as users do.
  examples: [],
  // Only the demo may look at the engines of the tests.
  "examples/demo": ["local-service", "test"],
};

/**
 * What each part may use of Node and of packages; a folder named here has only what stands beside it. Nobody but
 * provider/http gets what makes requests: there they are bounded, paced and carry a key to its own address only. The
 * local service answers them.
 */
const uses = {
  provider: {
    node: ["crypto", "timers/promises", "util"],
    packages: ["@humanwhocodes/momoa", "fastest-levenshtein", "zod"],
  },
  "provider/http": {
    node: ["events", "http", "https", "timers/promises"],
    packages: ["https-proxy-agent", "node-fetch", "p-retry", "proxy-from-env", "zod"],
  },
  "provider/plugin": {
    node: [],
    packages: ["@grpc/grpc-js", "@pulumi/pulumi/proto", "google-protobuf"],
  },
  // What a serialized provider loads is found by the package's name.
  sdk: { node: ["timers/promises"], packages: ["@pulumi/pulumi/index.js", "pulumi-guardrails"] },
  policies: {
    node: [],
    packages: ["@pulumi/policy", "@pulumi/pulumi/index.js", "fastest-levenshtein", "string-width", "zod"],
  },
  cli: {
    node: [
      "crypto",
      "events",
      "fs",
      "fs/promises",
      "path",
      "readline/promises",
      "stream",
      "stream/consumers",
      "timers/promises",
      "util",
    ],
    packages: ["commander", "csv-stringify", "ora", "sarif", "zod"],
  },
  "local-service": {
    node: [
      "crypto",
      "events",
      "http",
      "https",
      "net",
      "stream",
      "stream/consumers",
      "timers/promises",
      "tls",
      "util",
      "zlib",
    ],
    packages: [],
  },
  tools: { node: ["child_process", "fs", "fs/promises", "os", "path", "util"], packages: ["esbuild", "zod"] },
  examples: { node: [], packages: ["@pulumi/pulumi", "pulumi-guardrails"] },
  "examples/demo": { node: ["path"], packages: [] },
};

/** What every room of provider may import: facts and functions that act on nothing. */
const common = [
  "^provider/(counted|errors|group-by|json|json-problem|service-clock|short-id|spelling-suggestions|version)\\.ts$",
  "^provider/redaction/",
  // Whose variables hold secrets, and what is no secret: redaction has to know.
  "^provider/settings/(services|unexpanded)\\.ts$",
];

/** The rooms of provider, in the order in which they build on each other; what is loose in it and not common builds on all. */
const provider = [
  ["common", common],
  ["clock", ["^provider/clock\\.ts$"]],
  ["settings", ["^provider/settings/"]],
  ["http", ["^provider/http/"]],
  ["listing", ["^provider/listing/"]],
  ["assignments", ["^provider/assignments/"]],
  ["inventory", ["^provider/inventory/"]],
];

/** Those of policies; what else is loose in it builds on all. */
const policies = [
  ["docs-folder", ["^policies/docs-folder\\.ts$"]],
  ["configuration", ["^policies/configuration/"]],
  ["evidence", ["^policies/evidence/"]],
  ["findings", ["^policies/findings/"]],
  ["account", ["^policies/account/"]],
  ["rules", ["^policies/rules/"]],
  ["report", ["^policies/report/"]],
  ["judge", ["^policies/judge\\.ts$"]],
  ["pack", ["^policies/pack/"]],
];

/** Data and a clock in, data out: no engine, no network, no files. Not in it is how evidence is had, and how an account is read. */
const pure = [
  ...common,
  "^provider/settings/",
  "^provider/assignments/(by-key|contract|query|snapshot)\\.ts$",
  "^provider/inventory/(contract|inventory)\\.ts$",
  "^policies/docs-folder\\.ts$",
  "^policies/evidence/(account-facts|clock-doubt|evidence|evidence-source|misspelt-types|stack-resources)\\.ts$",
  "^policies/(configuration|findings|account|rules|report)/",
  "^cli/reports/",
  "^cli/safe-json\\.ts$",
];

/** Packages that act on nothing either. */
const computing = [
  "^(node:)?(crypto|util)$",
  "node_modules/(@humanwhocodes/momoa|fastest-levenshtein|string-width|zod)/",
  // Types: of code that asks an engine there are rules of their own.
  "^sarif$",
  "node_modules/@pulumi/policy/",
];

/** What runs as soon as it is loaded. */
const started = [
  "^cli/main\\.ts$",
  "^local-service/main\\.ts$",
  "^policies/pack\\.ts$",
  "^provider/plugin/main\\.ts$",
];
/** What is bundled of that. */
const bundles = ["^cli/pulumi-guardrails\\.js$", "^policies/pack\\.js$", "^provider/plugin\\.js$"];

const folders = (names) => names.map((name) => `^${name}/`);

/** Everything in these folders but what has a row of its own further in. */
const inside = (name, table) => ({
  path: folders([name]),
  pathNot: folders(Object.keys(table).filter((other) => other.startsWith(`${name}/`))),
});

const ofRepository = folders([...Object.keys(parts), "test"]);

const partRules = Object.entries(parts).map(([part, others]) => ({
  name: `${part}-knows-only-what-it-builds-on`,
  severity: "error",
  from: inside(part, parts),
  to: {
    path: ofRepository,
    pathNot: folders([part, ...others]),
  },
}));

/** A part without a row throws here. */
const useRules = Object.entries({ ...parts, ...uses }).map(([folder, { node, packages }]) => ({
  name: `${folder}-uses-only-what-is-listed`,
  severity: "error",
  from: inside(folder, uses),
  to: {
    pathNot: [
      ...ofRepository,
      "^dist/",
      ...node.map((name) => `^(node:)?${name}$`),
      // One that is not resolved, as one of types only, is called by its name.
      ...packages.map((name) => `(^|node_modules/)${name.replaceAll(".", "\\.")}(/|$)`),
    ],
  },
}));

const roomRules = Object.entries({ provider, policies }).flatMap(([part, rooms]) =>
  rooms.map(([room, paths], at) => ({
    name: `${part}-${room}-knows-no-later-room`,
    severity: "error",
    from: { path: paths },
    to: {
      path: folders([part]),
      pathNot: rooms.slice(0, at + 1).flatMap(([, below]) => below),
    },
  })),
);

module.exports = {
  required: [
    {
      name: "every-source-lies-in-a-part",
      comment:
        "Elsewhere no rule says what it may import: a new part has rows in the tables above. " +
        "In TypeScript: of JavaScript test/rooms could not ask the compiler what it reaches.",
      severity: "error",
      module: {
        path: "\\.[cm]?[jt]sx?$",
        pathNot: [
          ...Object.keys(parts).map((part) => `^${part}/.*\\.ts$`),
          "^test/",
          "^\\.dependency-cruiser\\.cjs$",
          "^dist/",
          ...bundles,
          "node_modules/",
        ],
      },
      // Nothing is there, so whatever lies elsewhere is refused.
      to: { path: "^$" },
    },
  ],
  forbidden: [
    {
      name: "no-circle",
      comment: "A circle has no first file to read and no part that can be tested alone.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...partRules,
    ...useRules,
    ...roomRules,
    {
      name: "what-is-pure-knows-only-what-is-pure",
      comment: "So that nothing it calls acts either, however far away.",
      severity: "error",
      from: { path: pure },
      to: { pathNot: [...pure, ...computing] },
    },
    {
      name: "an-account-has-one-client",
      comment:
        "Two would not keep to one pace: provider/account.ts makes it, for every list. " +
        "Others get types of provider/http, the time that reads share, and what is said of failures.",
      severity: "error",
      from: { pathNot: "^(provider/(http/|account\\.ts$)|test/http/)" },
      to: {
        path: "^provider/http/",
        pathNot: "^provider/http/(failure|read-scope)\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "a-client-is-made-with-its-connection",
      comment: "Which has the pool and the pace: provider/account.ts takes nothing else of provider/http.",
      severity: "error",
      from: { path: "^provider/account\\.ts$" },
      to: { path: "^provider/http/", pathNot: "^provider/http/connection\\.ts$" },
    },
    {
      name: "the-engine-is-asked-at-the-edge",
      comment: "By programs, by the pack and by the plugin. The types of its resources are data.",
      severity: "error",
      from: {
        path: "^(provider|policies|cli|local-service)/",
        pathNot: "^(policies/pack|provider/plugin)(/|\\.)",
      },
      to: { path: "node_modules/(@pulumi|@grpc)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "nobody-imports-the-plugin",
      comment: "An engine starts it. What others need of it lies in the rooms that it is made of.",
      severity: "error",
      from: { pathNot: "^(provider/plugin|test)/" },
      to: { path: "^provider/plugin/" },
    },
    {
      name: "nobody-imports-what-starts",
      comment: "It would run in the process of whoever imports it.",
      severity: "error",
      from: {},
      to: { path: started },
    },
    {
      name: "no-import-of-what-is-built",
      comment:
        "The folders policies and provider hold manifests whose main starts a server: import a module, never the folder. " +
        "Programs that name the package get the built library, as users do.",
      severity: "error",
      from: { pathNot: "^(examples|test/fixtures)/" },
      to: { path: ["^dist/", ...bundles] },
    },
    {
      name: "no-unresolvable",
      comment: "A relative import names a file of this repository.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, path: "^\\." },
    },
  ],
  options: {
    // Git ignores all of them.
    doNotFollow: {
      path: ["node_modules/", "^(dist|site|plugin|reports|coverage|\\.stryker-tmp)/", ...bundles],
    },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".js", ".json"] },
  },
};
