import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { parse } from "yaml";
import { version } from "../../provider/version";
import { root } from "../repository";

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const manifest: Manifest = JSON.parse(read("package.json"));

describe("the package's entries", () => {
  // As a user's program does: from a folder that depends on the package.
  const requireAsUser = createRequire(join(root, "examples/key-assignments/index.js"));

  for (const [entry, target] of Object.entries(manifest.exports)) {
    const files = typeof target === "string" ? [target] : [target.types, target.default];
    it(`${entry} exist after a build and can be required by name`, () => {
      for (const file of files) assert(existsSync(join(root, file)), `${file} is not there`);
      const name = entry.replace(/^\./u, "pulumi-guardrails");
      assert(Object.keys(requireAsUser(name)).length > 0);
      assert.equal(requireAsUser.resolve(name), join(root, files.at(-1) ?? ""));
    });
  }

  it("give what their rooms promise", () => {
    const expected: Readonly<Record<string, readonly string[]>> = {
      "pulumi-guardrails": [
        "getKeyAssignments",
        "getKeyAssignmentsOutput",
        "getKeys",
        "getKeysOutput",
        "KeyAssignments",
        "KeyAssignmentsClient",
      ],
      "pulumi-guardrails/provider": ["KeyAssignmentsClient", "GuardrailsError"],
      "pulumi-guardrails/policies": ["createGuardrailsPolicies", "prepareRule", "judge", "LiveEvidence"],
      "pulumi-guardrails/testing": ["startLocalService", "Ledger"],
      "pulumi-guardrails/dynamic-provider": ["checkKeyAssignments"],
    };
    for (const [name, exported] of Object.entries(expected)) {
      for (const one of exported)
        assert.equal(typeof requireAsUser(name)[one], "function", `${name}: ${one}`);
    }
  });

  it("are all there is: nothing else can be required", () => {
    for (const inner of ["dist/sdk/index.js", "provider/client", "policies/pack"]) {
      assert.throws(() => requireAsUser(`pulumi-guardrails/${inner}`), {
        code: "ERR_PACKAGE_PATH_NOT_EXPORTED",
      });
    }
  });

  it("agree with main, types and bin", () => {
    assert.deepEqual(manifest.exports["."], { types: manifest.types, default: manifest.main });
    for (const file of Object.values(manifest.bin)) assert.match(read(file), /^#!\/usr\/bin\/env node\n/u);
  });
});

describe("the package's version", () => {
  it("is the same in the code and the package", () => {
    assert.equal(version, manifest.version);
  });
});

describe("the folders that the engine loads", () => {
  // An import of the folder finds this manifest before the package's own: types of the library, code of a server.
  for (const [folder, name, main] of [
    ["policies", "guardrails-policy-pack", "pack.js"],
    ["provider", "pulumi-resource-guardrails", "plugin.js"],
  ] as const) {
    it(`${folder} begins at its bundle, and has the package's version and the types of its library`, () => {
      const { version, types, ...own } = JSON.parse(read(`${folder}/package.json`));
      assert.deepEqual([own.name, own.private, own.main], [name, true, main]);
      assert.equal(version, manifest.version);
      const library = manifest.exports[`./${folder}`];
      assert(typeof library === "object");
      assert.equal(resolve(root, folder, types), resolve(root, library.types));
      assert(existsSync(join(root, folder, main)), "npm run build makes it");
    });
  }

  it("are of the kind that the engine takes them for", () => {
    assert.equal(parse(read("policies/PulumiPolicy.yaml")).main, "pack.js");
    assert.deepEqual(parse(read("provider/PulumiPlugin.yaml")), { runtime: "nodejs" });
  });
});

describe("the bundles", () => {
  // They come in whole, half a megabyte of each, with `import { z } from "zod"` and with what names them: `z.core`.
  for (const bundle of ["cli/pulumi-guardrails.js", "policies/pack.js", "provider/plugin.js"]) {
    it(`leave out of ${bundle} what zod says in other languages`, () => {
      assert.deepEqual(read(bundle).match(/(?<=node_modules\/zod\/v4\/locales\/)[\w-]+\.js/gu), ["en.js"]);
    });
  }
});

describe("what npm packs", () => {
  function packed(): string[] {
    const argv = ["pack", "--dry-run", "--json", "--ignore-scripts", "--offline"];
    const [{ files }] = JSON.parse(
      execFileSync("npm", argv, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
    return files.map(({ path }: { path: string }) => path);
  }

  it("holds the entries, the command, the policy pack and the provider plugin, and neither tests nor other examples", function () {
    this.timeout(60_000);
    const paths = packed();
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === "string" ? [target] : [target.types, target.default],
    );
    const needed = [...targets, ...Object.values(manifest.bin)].map((path) => relative(".", path));
    const others = [
      "policies/PulumiPolicy.yaml",
      "policies/package.json",
      "policies/pack.js",
      "provider/PulumiPlugin.yaml",
      "provider/package.json",
      "provider/plugin.js",
      "provider/schema.json",
      "policies/README.md",
      "policies/third-party-licenses.txt",
      "examples/pipelines/check.sh",
      "examples/pipelines/github-actions.yml",
      "examples/pipelines/gitlab-ci.yml",
      "examples/yaml/Pulumi.yaml",
      "examples/python/Pulumi.yaml",
      "examples/python/__main__.py",
      "examples/python/requirements.txt",
      "examples/go/Pulumi.yaml",
      "examples/go/go.mod",
      "examples/go/main.go",
      "SECURITY.md",
      "third-party-licenses.txt",
      "LICENSE",
    ];
    for (const path of [...needed, ...others]) assert(paths.includes(path), `${path} is left out`);
    const unwanted = paths.filter((path) =>
      /(^|\/)(sdks|venv|__pycache__|test|examples(?!\/(pipelines|yaml|python|go)\/)|node_modules)\/|\.tsbuildinfo$|\.env/u.test(
        path,
      ),
    );
    assert.deepEqual(unwanted, []);
  });

  it("runs nothing when a user installs it", () => {
    for (const name of ["preinstall", "install", "postinstall"])
      assert.equal(manifest.scripts[name], undefined);
  });
});

describe("the rooms", () => {
  const rooms = ["provider", "sdk", "policies", "examples", "test"] as const;
  const mayImport: Readonly<Record<string, readonly string[]>> = {
    provider: ["provider"],
    sdk: ["sdk", "provider"],
    policies: ["policies", "provider"],
  };

  function sourcesOf(room: string): string[] {
    const entries = readdirSync(join(root, room), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".ts"));
    return files.map((entry) => join(relative(root, entry.parentPath), entry.name));
  }

  /** Every module a file names: static, dynamic, required, or as a type. */
  function importsOf(file: string): string[] {
    const named = /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*["']([^"']+)["']/gu;
    return [...read(file).matchAll(named)].map(([, name]) => name ?? "");
  }

  for (const [room, allowed] of Object.entries(mayImport)) {
    it(`${room} imports from ${allowed.join(" and ")} only`, () => {
      const files = sourcesOf(room);
      assert(files.length > 0);
      const wrong = files.flatMap((file) =>
        importsOf(file)
          .filter((name) => name.startsWith("."))
          .map((name) => relative(root, resolve(root, dirname(file), name)))
          .filter((target) => !allowed.some((one) => target.startsWith(`${one}/`)))
          .map((target) => `${file} imports ${target}`),
      );
      assert.deepEqual(wrong, []);
    });
  }

  it("of the package never import it by its own name, but for the code that is serialized", () => {
    const own = rooms.slice(0, 3).flatMap(sourcesOf);
    const byName = own.filter((file) => importsOf(file).some((name) => name.startsWith("pulumi-guardrails")));
    assert.deepEqual(
      byName.filter((file) => file !== "sdk/key-assignments.ts" && !/local-service\/index\.ts$/u.test(file)),
      [],
    );
  });
});
