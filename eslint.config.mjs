import { builtinModules } from 'node:module';
import { existsSync } from 'node:fs';
import js from '@eslint/js';
import regexp from 'eslint-plugin-regexp';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const tests = ['test/**/*.ts', '**/*.test.ts', '**/src/testing/**/*.ts'];
const pureCode = { files: ['packages/{bitemporal,domain}/src/**/*.ts'], ignores: ['**/*.test.ts'] };

// terraform/ has an install of its own; before it, its imports have no types to lint with.
const terraformInstalled = existsSync(new URL('terraform/node_modules/cdktf', import.meta.url));

const bannedSyntax = [
  { selector: 'ExportAllDeclaration', message: 'Name what the index exports.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  {
    selector: "MemberExpression[property.name='name'][object.property.name='constructor']",
    message: 'Bundlers mangle class names: give the error a literal `name`.',
  },
];

const pure = 'This package is pure: pass time, ids and randomness in, and keep I/O out.';

export default defineConfig(
  globalIgnores([
    '**/node_modules/',
    '**/dist/',
    '**/build/',
    '**/cdktf.out/',
    '**/.gen/',
    '**/*.generated.ts',
    '.hindsight/',
    '.stryker/',
    'coverage/',
    ...(terraformInstalled ? [] : ['terraform/']),
  ]),

  {
    name: 'all',
    extends: [js.configs.recommended],
    plugins: { regexp },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // Each `??`, `?.` and default value counts as a branch.
      complexity: ['error', 15],
      eqeqeq: 'error',
      'max-depth': ['error', 4],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      'no-restricted-syntax': ['error', ...bannedSyntax],
      'object-shorthand': 'error',
      'prefer-const': 'error',
      // The sender of a text must not decide how long a pattern works on it.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
    },
  },

  {
    name: 'what clients reach',
    files: ['apps/{gateway,handlers}/**/*.ts', 'packages/{api,bitemporal,domain,event-log,workflow}/**/*.ts'],
    ignores: tests,
    // Also where only the search for a place to begin is slow.
    rules: { 'regexp/no-super-linear-move': ['error', { report: 'potential' }] },
  },

  {
    name: 'typescript',
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    // One program for the whole repository: faster than one a workspace, and it needs no build.
    languageOptions: {
      parserOptions: { project: './test/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      // `return next(error)` says that nothing follows.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Spreading a string gives its code points, which is what lengths are counted in.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Interfaces here are written with methods and made of closures, which have no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      // A switch over a union has no `default`, so that a new member is found by the compiler.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { allowDefaultCaseForExhaustiveSwitch: false, considerDefaultExhaustiveForUnions: false },
      ],
    },
  },

  {
    name: 'explorer',
    files: ['apps/explorer/src/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { project: './apps/explorer/tsconfig.json' } },
    // Numbers in JSX and in templates are texts of a page.
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allow: [{ name: 'URLSearchParams', from: 'lib' }] },
      ],
    },
  },

  {
    name: 'terraform',
    files: ['terraform/**/*.ts'],
    languageOptions: { parserOptions: { project: './terraform/tsconfig.json' } },
    // A construct registers itself in its parent.
    rules: { 'no-new': 'off' },
  },

  {
    name: 'pure packages',
    ...pureCode,
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'crypto', 'performance', 'fetch', 'console', 'require', '__dirname'].map(
          (name) => ({ name, message: pure }),
        ),
        ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => ({
          name,
          message: pure,
        })),
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: builtinModules.map((name) => ({ name, message: pure })),
          patterns: [
            { group: ['node:*', '@aws-sdk/*', '@hindsight/*', '!@hindsight/bitemporal'], message: pure },
          ],
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: pure },
        { object: 'Math', property: 'random', message: pure },
      ],
      'no-restricted-syntax': [
        'error',
        ...bannedSyntax,
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: pure },
        { selector: "CallExpression[callee.name='Date']", message: pure },
      ],
    },
  },

  {
    name: 'tests',
    files: tests,
    rules: {
      // A describe block is a table of contents, not a function to keep in mind.
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // The body of an HTTP answer is `any` in supertest; matchers judge it.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      // A stand-in is an object with the one method that the test is about.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },

  {
    name: 'scripts and configuration',
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        ['Buffer', 'URL', 'clearTimeout', 'console', 'fetch', 'performance', 'process', 'setTimeout'].map(
          (name) => [name, 'readonly'],
        ),
      ),
    },
  },
  { name: 'configuration', files: ['*.config.mjs'], rules: { 'no-restricted-syntax': 'off' } },
  {
    name: 'commonjs',
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { __dirname: 'readonly' } },
  },
);
