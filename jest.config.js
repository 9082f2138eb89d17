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
  // As CommonJS throughout: jest has no `import()` of its own, and what is loaded lazily is named by its built file.
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false, tsconfig: 'tsconfig.test.json' }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testTimeout: 30_000,
  // Many tests wait for servers and processes more than they compute.
  maxWorkers: '100%',
};
