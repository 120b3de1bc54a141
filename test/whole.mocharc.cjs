const { suite } = require("./suite.cjs");

// The engine is looked for, or downloaded, once for all processes.
module.exports = { ...suite(() => true), require: ["dist/test/engines/found-once.js"] };
