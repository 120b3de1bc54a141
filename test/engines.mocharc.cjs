const { suite } = require("./suite.cjs");

module.exports = suite((file) => /^(?:end-to-end|engines)\//.test(file));
