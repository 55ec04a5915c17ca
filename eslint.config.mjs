import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'docs/**', 'coverage/**', '**/*.mjs', '**/*.cjs', '**/*.js'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // One reader of the environment, one clock, one source of chance (docs/architecture.md).
    files: ['src/**/*.ts'],
    ignores: ['src/config/**', 'src/common/clock.ts', 'src/common/ids.ts', 'src/**/*.spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Read it in src/config and inject the value.' },
        { object: 'Math', property: 'random', message: 'Inject the randomness.' },
        { object: 'Date', property: 'now', message: 'Inject Clock.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Inject Clock.' },
      ],
    },
  },
  {
    // Every outgoing request is egress's (docs/security.md); imports are dependency-cruiser's matter.
    files: ['src/**/*.ts'],
    ignores: ['src/egress/**', 'src/**/*.spec.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        {
          globals: ['fetch', 'WebSocket', 'EventSource'].map((name) => ({
            name,
            message: 'src/egress makes every outgoing request.',
          })),
          checkGlobalObject: true,
        },
      ],
    },
  },
);
