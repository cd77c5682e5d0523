import importX from 'eslint-plugin-import-x';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const sources = ['src/**/*.ts', 'projections/**/*.ts', 'test/**/*.ts'];
const pages = ['console/src/**/*.{ts,tsx}'];
const capabilities = [
  'crm',
  'owners',
  'imports',
  'loads',
  'exports',
  'recycle-bin',
  'identity',
  'account',
  'backups',
  'restores',
  'time-travel',
  'erasures',
  'audit',
  'notifications',
  'webhooks',
];
const zone = (target, from, message) => ({ target, from, message });
const folders = (names) => `./src/{${names.join(',')}}/**`;
/** Everything of ours but some folders, and what anybody may throw, set aside, be set up by or speak to servers with. */
const outside = (...folders) =>
  `./{src/!(${['supervision', ...folders].join('|')})/**,src/!(refusals|config|store-unavailable|mongo-server).ts${folders.includes('projections') ? '' : ',projections/**'}}`;

export default tseslint.config(
  { ignores: ['dist/', 'data/', 'coverage/', 'console/src/api/generated.d.ts'] },
  ...tseslint.configs.recommendedTypeChecked.map((config) => ({ ...config, files: [...sources, ...pages] })),
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
            zone('./src/eventsourcing', outside('eventsourcing'), 'The write engine knows no other folder'),
            zone(
              './src/read',
              outside('read', 'eventsourcing', 'projections'),
              'The read engine knows the write engine and what a projection is',
            ),
            zone('./src/{vault,files}/**', outside('vault', 'files'), 'Vault and files stand alone'),
            zone('./src/jobs', folders(capabilities), 'Jobs know no capability'),
            zone('./src/delivery', folders(capabilities), 'Delivery knows no capability'),
            zone(
              './src/mail',
              folders(capabilities),
              'Mail knows no capability: each registers what it mails',
            ),
            zone(
              './src/point-in-time',
              folders(capabilities.filter((name) => name !== 'crm')),
              'Point in time knows records, and no other capability',
            ),
            zone(
              './src/!(http)/**/!(*.controller|*.module|*.bodies).ts',
              './src/http/**/!(paging|access|doors|origins|*.events).ts',
              'Only controllers, their bodies and modules know of HTTP, but for the shape of a page, who may call, who asks, and its events',
            ),
            zone('./{src,projections,test}/**', './src/main.ts', 'Nobody imports main'),
            zone(
              './projections',
              './src/**/!(*.events|*.vocabulary|event|document-store).ts',
              'Projections are pure: they import events, vocabulary and the types of the port of documents',
            ),
            zone(
              './src/**/*.vocabulary.ts',
              './{src/**/!(*.events|*.vocabulary|event).ts,projections/**}',
              'Vocabulary is pure: it imports vocabulary and types of events',
            ),
          ],
        },
      ],
    },
  },
  {
    files: pages,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX, 'react-hooks': reactHooks },
    settings: { 'import-x/resolver': { typescript: { project: 'console/tsconfig.json' } } },
    rules: {
      ...reactHooks.configs.recommended.rules,
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'off',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'no-restricted-properties': [
        'error',
        { property: 'dangerouslySetInnerHTML', message: 'No value is ever read as HTML' },
        { property: 'innerHTML', message: 'No value is ever read as HTML' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
          message: 'No value is ever read as HTML',
        },
      ],
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            zone(
              './console/src/{ui,api,words}',
              './console/src/{pages,app}/**',
              'What all pages share knows no page',
            ),
            zone('./console/src/pages', './src/**', 'The console knows the API by its description alone'),
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'projections/**/*.ts'],
    ignores: ['src/config.ts', 'src/supervision/on-abort.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read in src/config.ts only' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression[callee.property.name="addEventListener"][arguments.0.value="abort"]',
          message: 'Who listens too late never hears of an abort: use onAbort',
        },
        {
          selector: 'TemplateLiteral > MemberExpression[property.name="PUBLIC_URL"]',
          message: 'It may be unset, and the text would say so: links begin with publicUrl(config)',
        },
      ],
      'no-console': 'error',
      // An installation has no dependencies of development.
      'import-x/no-extraneous-dependencies': ['error', { devDependencies: false }],
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
              regex: `^(\\.\\./)+(?!${name}/)(${capabilities.join('|')})/.*\\.decider$`,
              message: 'A capability does not import the decider of another: send it a command',
            },
          ],
        },
      ],
    },
  })),
  prettier,
);
