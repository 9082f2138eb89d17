/** Unit, contract (on the sandbox) and CLI tests. Those that take minutes or a real server have configurations of their own. */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: [
    '<rootDir>/test/live/',
    '<rootDir>/test/chaos/program/',
    '<rootDir>/test/chaos/live/',
    '<rootDir>/test/tools/',
  ],
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
  testTimeout: 30_000,
};
