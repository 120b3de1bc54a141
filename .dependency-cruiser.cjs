/*
 * Which file may import which. `npm run lint` holds it, and test/rooms plays a wrong import for every rule.
 * Where it can, a rule lists what may be imported: what nobody thought of is refused.
 * The comment of a rule is printed below an import that it refuses: why it does, and what to do instead.
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
  ["references", ["^policies/references\\.ts$"]],
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
  "^policies/references\\.ts$",
  "^policies/evidence/(account-facts|clock-doubt|evidence|evidence-source|misspelt-types|stack-resources)\\.ts$",
  "^policies/(configuration|findings|account|rules|report)/",
  "^cli/reports/",
  "^cli/(safe-json|shell-words)\\.ts$",
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
  comment:
    `Of this repository ${part}/ may import ${["itself", ...others.map((other) => `${other}/`)].join(", ")}. ` +
    `If ${part}/ needs more, move that into a part it builds on, or hand it over as an argument.`,
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
  comment:
    `What ${folder}/ may use of Node and of packages is listed in .dependency-cruiser.cjs (\`uses\`), so that requests, files ` +
    "and processes stay in few places. Call the part that has it already; extend the list only if this is the right place.",
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
    comment:
      `The rooms of ${part}/ build on each other in the order of CONTRIBUTING.md, and ${room} comes before what this imports. ` +
      "Move what is needed into an earlier room, or hand it over as an argument.",
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
        "No rule says what this file may import. Move it into a part of the repository, or give a new part its rows in the " +
        "tables of .dependency-cruiser.cjs. Write it in TypeScript: test/rooms asks the compiler what sources reach.",
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
      comment:
        "None of these files can be read or tested without the others. Move what they share into a file that imports none of them.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    ...partRules,
    ...useRules,
    ...roomRules,
    {
      name: "what-is-pure-knows-only-what-is-pure",
      comment:
        "Rules, reports and the account take data and a clock and give data: nothing they import may read, write or ask, however " +
        "far away. Read it outside (policies/evidence, cli) and pass the data in; types may be moved into a pure file.",
      severity: "error",
      from: { path: pure },
      to: { pathNot: [...pure, ...computing] },
    },
    {
      name: "an-account-has-one-client",
      comment:
        "Two clients would not share one pace (rate limiting): use `accounts` of provider/account.ts. " +
        "Of provider/http types may be imported, failure.ts and read-scope.ts.",
      severity: "error",
      from: { pathNot: "^(provider/(http/|account\\.ts$)|test/http/)" },
      to: {
        path: "^provider/http/",
        pathNot: "^provider/http/(failure|read-scope)\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "one-file-makes-requests",
      comment:
        "There they are bounded and paced: ask by provider/http/http-client.ts. Its agents are made by agent.ts. " +
        "What others may import of provider/http reaches neither.",
      severity: "error",
      from: { path: "^provider/http/", pathNot: "^provider/http/(agent|http-client)\\.ts$" },
      to: {
        path: "(^|node_modules/)(node-fetch|https-proxy-agent)(/|$)|^(node:)?https?$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "what-others-get-of-http-asks-nobody",
      comment:
        "failure.ts and read-scope.ts may be imported from anywhere: through them everybody would have what makes requests. " +
        "They may import its types.",
      severity: "error",
      from: { path: "^provider/http/(failure|read-scope)\\.ts$" },
      to: { path: "^provider/http/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "a-client-is-made-with-its-connection",
      comment:
        "The connection has the client, the pool and the pace of an account. " +
        "Import provider/http/connection.ts alone and ask it for what is needed.",
      severity: "error",
      from: { path: "^provider/account\\.ts$" },
      to: { path: "^provider/http/", pathNot: "^provider/http/connection\\.ts$" },
    },
    {
      name: "the-engine-is-asked-at-the-edge",
      comment:
        "Only sdk/, policies/pack and provider/plugin talk to the engine, so that all else can be tested and used without one. " +
        "Pass what the engine said in as data; types may be imported.",
      severity: "error",
      from: {
        path: "^(provider|policies|cli|local-service)/",
        pathNot: "^(policies/pack|provider/plugin)(/|\\.)",
      },
      to: { path: "node_modules/(@pulumi|@grpc)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "nobody-imports-the-plugin",
      comment:
        "The plugin is a program that an engine starts. " +
        "Import the room that it uses itself; move what it alone has, and others need, into one of them.",
      severity: "error",
      from: { pathNot: "^(provider/plugin|test)/" },
      to: { path: "^provider/plugin/" },
    },
    {
      name: "nobody-imports-what-starts",
      comment:
        "This module starts a server or the command as soon as it is loaded, in the process of whoever imports it. " +
        "Import the module that it calls.",
      severity: "error",
      from: {},
      to: { path: started },
    },
    {
      name: "no-import-of-what-is-built",
      comment:
        "This is built, or starts a server: the manifests in policies/ and provider/ have such a `main`. " +
        "Import a source file, never the folder. Only programs of examples/ and test/fixtures name the package, as users do.",
      severity: "error",
      from: { pathNot: "^(examples|test/fixtures)/" },
      to: { path: ["^dist/", ...bundles] },
    },
    {
      name: "no-unresolvable",
      comment: "There is no such file. Correct the path.",
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
