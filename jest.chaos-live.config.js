/** Kills against the real Odoo that the environment names; see CONTRIBUTING.md. */
const base = require('./jest.config.js');

module.exports = {
  ...base,
  roots: ['<rootDir>/test/chaos/live'],
  testPathIgnorePatterns: [],
  testTimeout: 1_800_000,
};
