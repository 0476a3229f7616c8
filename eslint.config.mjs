// Lint rules: strict type-checked TypeScript, and the import edges features -> infrastructure -> vscode.
import tseslint from 'typescript-eslint';

const restrictImports = (regex, message) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex, message }] }],
});

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'tests/e2e/output/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json', './client/webview/tsconfig.json', './tests/e2e/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-console': 'error',
      'eqeqeq': 'error',
      'curly': 'error',
    },
  },
  {
    files: ['client/src/features/**/*.ts'],
    rules: restrictImports('^\\.\\./(?!\\.\\./infrastructure/)', 'A feature uses infrastructure only, never another feature.'),
  },
  {
    files: ['client/src/infrastructure/**/*.ts'],
    rules: restrictImports('^\\.\\./', 'Infrastructure uses nothing above it.'),
  },
  {
    // node:test returns promises that the runner itself awaits.
    files: ['tests/e2e/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
);
