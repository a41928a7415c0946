import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '**/generated/', '.cache/'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/prefer-nullish-coalescing': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
    },
  },
  {
    // The page has a compiler configuration of its own: it runs in a browser.
    files: ['src/explore/page/**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: { project: './src/explore/page/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    // The icons of OUI come without types.
    files: ['src/explore/page/icons.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-call': 'off' },
  },
  {
    // Only the program itself may end the process or read the environment directly.
    files: ['src/**/*.ts'],
    ignores: ['src/cli.ts', 'src/lambda.ts', 'src/commands/**', 'src/config/**', 'src/runtime/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Throw an AppError: cli.ts turns it into the exit code.' },
        { object: 'process', property: 'env', message: 'Take it from the configuration.' },
      ],
    },
  },
  {
    // The pure middle: no client, clock or file system.
    files: [
      'src/ingest/map/**/*.ts',
      'src/ingest/document.ts',
      'src/ingest/sink/outcome.ts',
      'src/install/plan.ts',
      'src/content/compile/**/*.ts',
      'src/content/dql/**/*.ts',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: ['node:fs*', 'node:http*', 'node:net', 'node:child_process', '@opensearch-project/*', '@aws-sdk/*'],
        },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        Buffer: 'readonly',
        AbortSignal: 'readonly',
        AbortController: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
);
