const { readdirSync } = require("node:fs");
const { availableParallelism } = require("node:os");
const { join, sep } = require("node:path");
const each = require("../.mocharc.json");

/** What starts processes and so takes minutes. */
const slow =
  /^(docs-site|end-to-end|engines|pack|package|pipelines|readme|rooms)\/|^cli\/[^/]+$|^cli\/reports\/page\.|^redaction\/secret-memory\./;
/** The longest of all. Begun last, one of them would run alone at the end. */
const longest =
  /^(engines\/(end-is-judged|programs|verdicts)|end-to-end\/scenarios\/(example|plugin|end-is-judged|stack-doubts|rotated-key)|package\/(own-pack|entries)|cli\/reports\/page|readme)\b/;
/** Thousands of random cases: the longest of those that start no processes. */
const long = /promise|properties/;

/** By their sources, so that what an earlier build left behind does not run. */
const files = readdirSync(__dirname, { recursive: true })
  .map((file) => file.split(sep).join("/"))
  .filter((file) => file.endsWith(".test.ts"));

function rank(file) {
  if (longest.test(file)) return 0;
  if (long.test(file)) return 1;
  return slow.test(file) ? 2 : 3;
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
