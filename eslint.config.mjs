import importX from 'eslint-plugin-import-x';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const sources = ['src/**/*.ts', 'projections/**/*.ts', 'test/**/*.ts'];
const capabilities = ['crm', 'imports', 'identity', 'account', 'backups', 'restores', 'audit'];
const zone = (target, from, message) => ({ target, from, message });

export default tseslint.config(
  { ignores: ['dist/', 'data/', 'coverage/'] },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: sources })),
  {
    files: sources,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver': { typescript: true },
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            zone(
              './src/eventsourcing',
              './src/!(eventsourcing|refusals.ts)/**/*',
              'The write engine knows no other folder',
            ),
            zone(
              './src/read',
              './src/!(read|eventsourcing)/**/*',
              'The read engine knows only the write engine',
            ),
            zone('./src/{vault,files}', './src/{read,http}/**/*', 'Vault and files stand alone'),
            zone(
              './src/!(http|main.ts|app.module.ts|*.module.ts)/**/!(*.controller|*.module).ts',
              './src/main.ts',
              'Nobody imports main',
            ),
            zone(
              './projections',
              './src/**/!(*.events|event|projection|object-types|document-store).ts',
              'Projections are pure: they import event types only',
            ),
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'projections/**/*.ts'],
    ignores: ['src/config.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read in src/config.ts only' },
      ],
      'no-console': 'error',
    },
  },
  ...capabilities.map((name) => ({
    files: [`src/${name}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^\\.\\./(?!${name}/)(${capabilities.join('|')})/.*\\.decider$`,
              message: 'A capability does not import the decider of another: send it a command',
            },
          ],
        },
      ],
    },
  })),
  prettier,
);
