// Nest 12 ships ES modules, which Jest cannot require() before Node 24.9: they are transformed like our own code.
const esmPackages = '@nestjs|@noble|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit|load-esm|uid|jose|@octokit';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.e2e-spec.ts', '<rootDir>/test/contracts/**/*.spec.ts'],
  transform: { '^.+\\.(ts|js|mjs)$': ['@swc/jest'] },
  transformIgnorePatterns: [`/node_modules/(?!(${esmPackages})/)`],
  moduleNameMapper: {
    '^chatbot-webhooks$': '<rootDir>/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  testTimeout: 30_000,
};
