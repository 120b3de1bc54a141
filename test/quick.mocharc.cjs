const { isSlow, suite } = require("./suite.cjs");

// A tenth of the random cases; the random histories, of which only many tell something, are left to the whole suite.
process.env.GUARDRAILS_TEST_CASES ??= "0.1";
module.exports = suite((file) => !isSlow(file) && !file.includes("promise"));
