import { createRequire, Module } from "node:module";
import v8 from "node:v8";

/*
 * For the SDK's own commands. At each start they load the TypeScript compiler, ts-node, npm's arborist, a tracer and
 * more, which takes longer than all the rest, and need them only to run a pack in TypeScript, to serialize a dynamic provider, to
 * pack a function for the cloud or to trace. Here they are loaded when something of them is asked for.
 */

const command = process.argv[1] ?? "";
/** A real engine lets Node run other things, too: npm, a line that looks for a module, a plugin. */
const isOfSdk = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]/u.test(command);
const fromSdk = createRequire(isOfSdk ? command : __filename);

/** Puts into the place of a module what is `known` of it, until something else of it is asked for. */
function loadLate(name: string, known: (load: () => object) => object): void {
  let path: string;
  try {
    path = fromSdk.resolve(name);
  } catch {
    // Not installed beside this SDK, which then finds its own way.
    return;
  }
  let loaded: object | undefined;
  const load = (): object => {
    if (loaded === undefined) {
      delete require.cache[path];
      loaded = fromSdk(path) as object;
    }
    return loaded;
  };
  const stand = new Module(path);
  stand.exports = new Proxy(known(load), {
    get: (target, property) => Reflect.get(property in target ? target : load(), property),
    has: (target, property) => property in target || property in load(),
  });
  stand.loaded = true;
  require.cache[path] = stand;
}

// Without this mark a namespace import copies what a module exports, and so asks for all of it.
const marked = { __esModule: true };

if (isOfSdk) {
  // The SDK sets this flag and has long used nothing of it. V8 takes nothing back that was compiled under other flags: neither what
  // Node holds of its own modules nor what was kept of the others, which each process then compiled and kept anew.
  const { setFlagsFromString } = v8;
  v8.setFlagsFromString = (flags) => {
    if (flags !== "--allow-natives-syntax") setFlagsFromString(flags);
  };

  loadLate("typescript", () => ({ version: fromSdk("typescript/package.json").version }));
  // Not for a program, whose errors are shown in another way once ts-node is there, and much faster.
  if (command.includes("run-policy-pack")) {
    loadLate("ts-node", (load) => ({
      VERSION: fromSdk("ts-node/package.json").version,
      register(options: object) {
        require.extensions[".ts"] = (module, path) => {
          delete require.extensions[".ts"];
          const { register } = load() as { register(options: object): void };
          register(options);
          require.extensions[".ts"]?.(module, path);
        };
      },
    }));
  }
  for (const name of [
    "@npmcli/arborist",
    "@opentelemetry/exporter-zipkin",
    "@opentelemetry/instrumentation",
    "@opentelemetry/instrumentation-grpc",
    "@opentelemetry/resources",
    "@opentelemetry/sdk-trace-base",
    "@opentelemetry/sdk-trace-node",
    "@pulumi/pulumi/automation",
  ]) {
    loadLate(name, () => marked);
  }
  loadLate("@pulumi/pulumi/runtime/closure/codePaths", (load) => ({
    ...marked,
    computeCodePaths: (...given: unknown[]) => Reflect.get(load(), "computeCodePaths")(...given),
  }));
  // It reads the maps of every module on the way of each resource, to show traces that no run is to show.
  loadLate("source-map-support/register", () => ({}));
}
