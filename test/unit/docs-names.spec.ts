// What README and docs name is there: each route, each command and flag of `strata`, each script of npm, each setting.
import { readdirSync, readFileSync } from 'node:fs';
import { commands, load } from '../../src/command-line/commands';
import { describe as described } from '../../src/http/docs/openapi.worker';
import { notServed } from '../conformance/not-served';
import type { OpenApi } from '../support/api-document';
import { blocksOf, pages } from '../docs/blocks';

const METHODS = 'GET|POST|PUT|PATCH|DELETE';
/** Served beside what the OpenAPI document describes. */
const BESIDE = ['/docs', '/openapi.json', '/openapi.yaml', '/metrics'].map((path) => `GET ${path}`);
/** What stands in code, in a block or in a line. */
const codeOf = (page: string): string[] => [
  ...blocksOf(page).map(({ code }) => code.replace(/\\\n/g, ' ')),
  ...[
    ...readFileSync(page, 'utf8')
      .replace(/^```[^]*?^```$/gm, '')
      .matchAll(/`([^`\n]+)`/g),
  ].map(([, code]) => code!),
];

/** A segment that stands for any name: a parameter, a variable of the shell, an id in an example. */
const isAny = (segment: string): boolean => /^[{$…]|…$/.test(segment);

interface Named {
  readonly method: string | undefined;
  readonly path: string;
}

const withMethod = new RegExp(`\\b(${METHODS}) +([/…][^\\s\`"',;)]*)`, 'g');
const ofServer = /(?:localhost:\d+|127\.0\.0\.1:\d+|\$s|https:\/\/crm\.example\.com)(\/[^\s"'`]*)/g;

function namedIn(code: string): Named[] {
  return [
    ...[...code.matchAll(withMethod)].map(([, method, path]) => ({ method, path: path! })),
    ...[...code.matchAll(ofServer)].map(([, path]) => ({ method: undefined, path: path! })),
    ...(/^\/[a-z-]+\/[^\s]*$/.test(code) ? [{ method: undefined, path: code }] : []),
  ];
}

const segmentsOf = (path: string): string[] =>
  path
    .replace(/[?[#].*$/, '')
    .split('/')
    .filter((segment) => segment !== '');

/** One segment of an operation fits one of what is named; … stands for any number of them, and for the beginning. */
const pattern = (path: string): string =>
  segmentsOf(path)
    .map((segment) =>
      segment === '…' ? '(?:/[^/]+)*' : isAny(segment) ? '/[^/]+' : `/(?:${segment}|\\{\\w+\\})`,
    )
    .join('');

/** Whether an operation is the one that is named: whole, by its end, or, without a method, by what it begins with. */
function fits(operation: string, { method, path }: Named): boolean {
  const [of, template] = operation.split(' ') as [string, string];
  if (method !== undefined && of !== method) return false;
  const named = pattern(path);
  return new RegExp(method === undefined ? `^${named}(?:/|$)|${named}$` : `${named}$`).test(template);
}

/** HubSpot's own routes that are said not to be served. */
const unserved = new Set(Object.keys(notServed).map((key) => key.split(' ')[1]!));

let operations: readonly string[];
let roots: ReadonlySet<string>;
beforeAll(async () => {
  const { json } = await described({ version: '0' }, { signal: new AbortController().signal } as never);
  const { paths } = JSON.parse(json) as OpenApi;
  operations = [
    ...Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    ),
    ...BESIDE,
  ];
  roots = new Set(operations.map((one) => segmentsOf(one.split(' ')[1]!)[0]!));
});

test.each(pages)('each route that %s names is served', (page) => {
  const named = codeOf(page).flatMap(namedIn);
  const ours = named.filter(({ path }) => path.startsWith('…') || roots.has(segmentsOf(path)[0] ?? ''));
  const missing = ours.filter((one) => !operations.some((operation) => fits(operation, one)));
  expect(missing.filter(({ path }) => !unserved.has(path))).toEqual([]);
});

test.each(pages)('each command and flag of `strata` that %s names is there', (page) => {
  const lines = codeOf(page).flatMap((code) => code.split('\n').filter((line) => !line.includes('docker')));
  const calls = lines.flatMap((line) => [...line.matchAll(/(?:^|[ /(])strata ([a-z][a-z-]*)([^|&#;]*)/g)]);
  const wrong = calls.flatMap(([call, name, rest]) => {
    const row = Object.hasOwn(commands, name!) ? commands[name!] : undefined;
    if (!row) return [call];
    const { options = {} } = load(row);
    const flags = [...rest!.matchAll(/--([a-z-]+)/g)].map(([, flag]) => flag!);
    return flags.filter((flag) => flag !== 'help' && !(flag in options)).map((flag) => `${name} --${flag}`);
  });
  expect(wrong).toEqual([]);
});

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };

test.each(pages)('each script that %s names is one of npm', (page) => {
  const named = codeOf(page).flatMap((code) => [...code.matchAll(/npm run (?:-s )?([\w:-]+)/g)]);
  expect(named.map(([, name]) => name!).filter((name) => !(name in scripts))).toEqual([]);
});

const NAME = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g;
const sources = ['src', 'projections', 'test', 'scripts'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.[jt]s$/.test(path) && !path.endsWith('docs-names.spec.ts'))
    .map((path) => `${root}/${path}`),
);
const known = new Set(
  [...sources, 'docker-compose.yml'].flatMap((path) => readFileSync(path, 'utf8').match(NAME) ?? []),
);

test.each(pages)('each setting, category and code that %s names in capitals is one of the source', (page) => {
  const named = codeOf(page).flatMap((code) => code.match(NAME) ?? []);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});
