const { suite } = require("./suite.cjs");

module.exports = suite((file) => file.startsWith("end-to-end/"));
