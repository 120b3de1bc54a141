const { suite } = require("./suite.cjs");

// For all processes the engine is looked for, or downloaded, and the package is packed once.
const once = ["dist/test/engines/found-once.js", "dist/test/package/pack-once.js"];
module.exports = { ...suite(() => true), require: once };
