/** Everything in test/chaos that needs no real server; `WCODOO_CHAOS_SIZE=long` for all of it. See CONTRIBUTING.md. */
const base = require('./jest.config.js');

module.exports = {
  ...base,
  roots: ['<rootDir>/test/chaos'],
  testPathIgnorePatterns: ['<rootDir>/test/chaos/live/'],
  testTimeout: 600_000,
};
