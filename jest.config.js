// Nest 12 ships ES modules, which Jest cannot require() before Node 24.9: they are transformed like our own code.
const esmPackages =
  '@nestjs|@noble|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit|load-esm|uid|jose|@octokit|@apidevtools';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: '<rootDir>/test/support/node-with-compiled-postgres.cjs',
  testMatch: [
    '<rootDir>/src/**/*.spec.ts',
    '<rootDir>/test/**/*.e2e-spec.ts',
    '<rootDir>/test/contracts/**/*.spec.ts',
  ],
  transform: { '^.+\\.(ts|js|mjs)$': ['@swc/jest'] },
  transformIgnorePatterns: [`/node_modules/(?!(${esmPackages})/)`],
  moduleNameMapper: {
    '^chatbot-webhooks$': '<rootDir>/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  globalSetup: '<rootDir>/test/support/global-setup.mjs',
  globalTeardown: '<rootDir>/test/support/global-teardown.mjs',
  testTimeout: 30_000,
  // More than the two cores of a small machine: much of what is tested is waiting.
  maxWorkers: 3,
  testSequencer: '<rootDir>/test/support/waits-between-work.cjs',
  // Any limit makes Jest use workers also for a single file: only they are born with NODE_EXTRA_CA_CERTS set.
  workerIdleMemoryLimit: '1.5GB',
};
