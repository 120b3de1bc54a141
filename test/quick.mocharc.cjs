const { isSlow, suite } = require("./suite.cjs");

module.exports = suite((file) => !isSlow(file));
