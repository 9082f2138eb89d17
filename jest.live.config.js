/** Tests against the real servers that the environment names; see CONTRIBUTING.md. */
const base = require('./jest.config.js');

module.exports = {
  ...base,
  roots: ['<rootDir>/test/live'],
  testPathIgnorePatterns: [],
  testTimeout: 1_800_000,
};
