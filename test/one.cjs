const { spawnSync } = require("node:child_process");
const { join, relative, resolve } = require("node:path");

const root = join(__dirname, "..");
const words = process.argv.slice(2);

/** A source stands for what is built of it; every other word is mocha's. */
function forMocha(word) {
  if (!word.endsWith(".ts")) return word;
  return join("dist", relative(root, resolve(root, word)).replace(/\.ts$/, ".js"));
}

if (!words.some((word) => word.endsWith(".test.ts"))) {
  console.error('Name a test file: npm run test:one -- test/http/pace.test.ts -g "what a test is called"');
  process.exitCode = 2;
} else {
  const argv = [require.resolve("mocha/bin/mocha.js"), ...words.map(forMocha)];
  process.exitCode = spawnSync(process.execPath, argv, { cwd: root, stdio: "inherit" }).status ?? 1;
}
