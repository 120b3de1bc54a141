import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { basename, dirname, join, sep } from "node:path";
import { deserialize, serialize, setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { root } from "../../repository";

/*
 * Most of the time of a process that an engine starts goes into compiling the same modules again: here each is compiled
 * from what the last process made of it. Node has that itself from 22 on, but keeps nothing of a process that
 * is killed, as an engine does with its plugins.
 */

declare global {
  namespace NodeJS {
    interface Module {
      /** Node's own step from a module's source to its exports. From Node 22 on it is told the format, too. */
      _compile(source: string, path: string, format?: string): unknown;
    }
  }
}

const modules = join(root, "node_modules");
const installed = join(modules, ".package-lock.json");
const bundles = [join(root, "policies/pack.js"), join(root, "provider/plugin.js")];
const folder = join(modules, ".cache/engines");

interface Compiled {
  /** Of the source, by which a bundle is known that was built anew. */
  readonly changedAt: number;
  readonly code: Buffer;
}

/** One for what npm installed last, as nothing of that changes before the next time. */
function cacheFile(): string {
  const command = basename(dirname(process.argv[1] ?? ""));
  return join(folder, `${command}-${process.version}-${Math.trunc(statSync(installed).mtimeMs)}`);
}

function cacheModules(): void {
  const file = cacheFile();
  const known: Map<string, Compiled> = existsSync(file) ? deserialize(readFileSync(file)) : new Map();
  const unknown = new Map<string, { readonly changedAt: number; readonly script: Script }>();
  let later: NodeJS.Timeout | undefined;

  const save = (): void => {
    if (unknown.size === 0) return;
    for (const [path, { changedAt, script }] of unknown) {
      known.set(path, { changedAt, code: script.createCachedData() });
    }
    unknown.clear();
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, serialize(known));
    renameSync(`${file}.${process.pid}`, file);
  };
  process.on("exit", save);

  const compile = Module.prototype._compile;
  Module.prototype._compile = function (source, path, format) {
    if (!isCached(path, source, format)) return compile.call(this, source, path, format);
    const changedAt = statSync(path).mtimeMs;
    const compiled = known.get(path);
    const isCurrent = compiled?.changedAt === changedAt;
    const script = new Script(Module.wrap(source.replace(/^#!/u, "//")), {
      filename: path,
      ...(isCurrent && { cachedData: compiled.code }),
    });
    if (!isCurrent || script.cachedDataRejected) {
      unknown.set(path, { changedAt, script });
      clearTimeout(later);
      // When it has run, so that the functions it needed are kept too.
      later = setTimeout(save, 100).unref();
    }
    return script
      .runInThisContext()
      .call(this.exports, this.exports, createRequire(path), this, path, dirname(path));
  };
}

/** Not what else this repository holds: the SDK looks into the scope of functions there, to send them elsewhere. */
function isCached(path: string, source: string, format: string | undefined): boolean {
  if (!path.startsWith(modules + sep) && !bundles.includes(path)) return false;
  if ((format ?? "commonjs") !== "commonjs") return false;
  // A script of its own cannot import ES modules. TypeScript does so for an editor only.
  return !source.includes("import(") || path.endsWith(join("typescript", "lib", "typescript.js"));
}

// None of these processes lives long enough to gain by optimised code what it costs to make. Before the first module, as V8 takes
// nothing back that was compiled under other flags.
setFlagsFromString("--no-opt");
if (existsSync(installed)) cacheModules();
