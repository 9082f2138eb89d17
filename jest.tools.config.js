/** Tests with programs that npm does not install (Prometheus, LibreOffice); see CONTRIBUTING.md. */
const base = require('./jest.config.js');

module.exports = {
  ...base,
  roots: ['<rootDir>/test/tools'],
  testPathIgnorePatterns: [],
  testTimeout: 300_000,
};
