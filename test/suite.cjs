const { readdirSync } = require("node:fs");
const { availableParallelism } = require("node:os");
const { join, sep } = require("node:path");
const each = require("../.mocharc.json");

/** What starts processes and so takes minutes. */
const slow =
  /^(docs-site|end-to-end|engines|pack|package|pipelines|readme|rooms)\/|^cli\/[^/]+$|^cli\/reports\/page\./;
/** Thousands of random cases: the longest of the others. */
const long = /promise|properties/;

/** By their sources, so that what an earlier build left behind does not run. */
const files = readdirSync(__dirname, { recursive: true })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => file.endsWith(".test.ts"));

function rank(file) {
  if (slow.test(file)) return 0;
  return long.test(file) ? 1 : 2;
}

/** Mocha's configuration for many test files, over as many processes as there are processors. The longest come first. */
exports.suite = (isWanted) => ({
  ...each,
  spec: files
    .filter(isWanted)
    .sort((one, other) => rank(one) - rank(other))
    .map((file) => join("dist/test", file.replace(/\.ts$/, ".js"))),
  parallel: true,
  jobs: Math.max(2, availableParallelism()),
});
exports.isSlow = (file) => slow.test(file);
