// Where files lie and what they are called: the rules of docs/developing.md, so that a page of the code is found where the
// last one of its kind was.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { preProcessFile } from 'typescript';

/** Where a reader still sees all of a room at once: "about fifteen". */
const MOST_FILES = 16;

const guide = readFileSync('docs/developing.md', 'utf8');
const files = ['src', 'projections', 'test'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(root, path)),
);
const known = new Set(files);
const ofProduct = files.filter((path) => !path.startsWith('test/'));
const folders = (of: readonly string[]) => [...new Set(of.map((path) => dirname(path)))];

const importsOf = (path: string): string[] =>
  preProcessFile(readFileSync(path, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(path), name)))
    .map((name) => (known.has(`${name}.ts`) ? `${name}.ts` : `${name}/index.ts`))
    .filter((name) => known.has(name));
const imports = new Map(files.map((path) => [path, importsOf(path)]));

/** The kinds that the page lists: the first cell of each row of its table. */
const kinds = guide
  .slice(guide.indexOf('<!-- kinds -->'), guide.indexOf('<!-- /kinds -->'))
  .split('\n')
  .flatMap((line) => [...(/^\| `x\.(\w+)\.ts`/.exec(line)?.slice(1) ?? [])]);

test('a file is called by its noun and its kind, or by a phrase, and every kind is one the guide lists', () => {
  const phrase = '[a-z0-9]+(?:-[a-z0-9]+)*';
  const name = new RegExp(`^${phrase}(?:\\.(?:${kinds.join('|')}))?(?:\\.(?:spec|child))?\\.ts$`);
  expect(files.filter((path) => !name.test(basename(path)))).toEqual([]);
  const used = new Set(files.map((path) => basename(path).split('.').at(-2)!));
  expect(kinds.filter((kind) => !used.has(kind))).toEqual([]);
});

test('a module is called as its folder is', () => {
  const modules = ofProduct.filter((path) => path.endsWith('.module.ts') && dirname(path) !== 'src');
  expect(modules.filter((path) => basename(path, '.module.ts') !== basename(dirname(path)))).toEqual([]);
});

test('a folder holds no more than one can keep in mind', () => {
  const size = (folder: string) => ofProduct.filter((path) => dirname(path) === folder).length;
  expect(folders(ofProduct).filter((folder) => size(folder) > MOST_FILES)).toEqual([]);
});

test('unit specs lie as what they are about does', () => {
  const rooms = folders(files.filter((path) => path.startsWith('test/unit/')));
  const strangers = rooms.filter((room) => {
    const of = room.slice('test/unit/'.length);
    return of !== '' && !existsSync(join('src', of)) && !existsSync(of);
  });
  expect(strangers).toEqual([]);
});

test('an adapter is a folder, and nothing of it is used from outside but the file named as its port', () => {
  const adapter = (path: string) => /^src\/\w+\/stores\/\w+(?=\/)/.exec(path)?.[0];
  const adapters = [...new Set(ofProduct.flatMap((path) => adapter(path) ?? []))];
  expect(adapters.length).toBe(6);
  const portOf = (path: string) => {
    const [, engine] = path.split('/');
    return { eventsourcing: 'event-store', read: 'document-store', vault: 'vault' }[engine!];
  };
  for (const folder of adapters) expect(known).toContain(`${folder}/${portOf(folder)}.ts`);
  const within = ofProduct.flatMap((path) =>
    imports
      .get(path)!
      .filter((used) => adapter(used) && adapter(used) !== adapter(path))
      .filter((used) => basename(used, '.ts') !== portOf(used))
      .map((used) => `${path} uses ${used}`),
  );
  expect(within).toEqual([]);
});

test('no file leads back to itself, types included', () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    if (way.includes(path)) return void circles.push([...way.slice(way.indexOf(path)), path].join(' > '));
    if (done.has(path)) return;
    for (const used of imports.get(path)!) walk(used, [...way, path]);
    done.add(path);
  };
  for (const path of files) walk(path, []);
  expect(circles).toEqual([]);
});

test('HTTP knows no capability', () => {
  const [, listed = ''] =
    /const capabilities = \[([^\]]*)\]/.exec(readFileSync('eslint.config.mjs', 'utf8')) ?? [];
  const names = [...listed.matchAll(/'([\w-]+)'/g)].map(([, name]) => name!);
  expect(names).toContain('identity');
  const capability = new RegExp(`^src/(?:${names.join('|')})/`);
  const uses = ofProduct
    .filter((path) => path.startsWith('src/http/'))
    .flatMap((path) =>
      imports
        .get(path)!
        .filter((used) => capability.test(used))
        .map((used) => `${path} uses ${used}`),
    );
  expect(uses).toEqual([]);
});

test.each(['docs/developing.md', 'README.md'])('%s names files and folders that there are', (page) => {
  const text = readFileSync(page, 'utf8');
  const named = [...text.matchAll(/`((?:src|projections|test|docs|scripts)\/[\w./-]*)`/g)].map(
    ([, path]) => path!,
  );
  expect(named.length).toBeGreaterThan(page === 'README.md' ? 5 : 20);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
