// Where files lie and what they are called: the rules of docs/developing.md, so that a page of the code is found where the
// last one of its kind was.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import {
  createSourceFile,
  isImportDeclaration,
  isInterfaceDeclaration,
  isNamedImports,
  isTypeAliasDeclaration,
  preProcessFile,
  ScriptTarget,
  type ImportDeclaration,
  type Statement,
  type StringLiteral,
} from 'typescript';

/** Where a reader still sees all of a room at once: "about fifteen". */
const MOST_FILES = 16;
/** What is longer does more than one thing. */
const MOST_LINES = 300;

const guide = readFileSync('docs/developing.md', 'utf8');
const files = ['src', 'projections', 'test'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => join(root, path)),
);
const known = new Set(files);
const ofProduct = files.filter((path) => !path.startsWith('test/'));
const folders = (of: readonly string[]) => [...new Set(of.map((path) => dirname(path)))];

/** The file of ours that an import leads to, or the package. */
function whereTo(path: string, name: string): string {
  if (!name.startsWith('.')) return name;
  const to = normalize(join(dirname(path), name));
  return known.has(`${to}.ts`) ? `${to}.ts` : `${to}/index.ts`;
}

const importsOf = (path: string): string[] =>
  preProcessFile(readFileSync(path, 'utf8'), true, true)
    .importedFiles.map(({ fileName }) => whereTo(path, fileName))
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
  // The process that a spec starts is read with the spec.
  const counted = files.filter((path) => !path.endsWith('.child.ts'));
  const size = (folder: string) => counted.filter((path) => dirname(path) === folder).length;
  expect(folders(counted).filter((folder) => size(folder) > MOST_FILES)).toEqual([]);
});

test('a file of the product is read in one sitting', () => {
  const lines = (path: string) => readFileSync(path, 'utf8').split('\n').length - 1;
  expect(ofProduct.filter((path) => lines(path) > MOST_LINES)).toEqual([]);
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

const statementsOf = (path: string): readonly Statement[] =>
  createSourceFile(path, readFileSync(path, 'utf8'), ScriptTarget.Latest).statements;

/** Names of the values that an import brings: none where it brings types alone. */
function valuesOf({ importClause: clause }: ImportDeclaration): string[] {
  if (!clause) return ['all'];
  const { namedBindings: named, isTypeOnly } = clause;
  if (isTypeOnly) return [];
  if (!named || !isNamedImports(named)) return ['all'];
  return named.elements
    .filter((one) => !one.isTypeOnly)
    .map(({ propertyName, name }) => (propertyName ?? name).text);
}

interface Imported {
  readonly to: string;
  readonly values: readonly string[];
}
const importedBy = (path: string): Imported[] =>
  statementsOf(path)
    .filter(isImportDeclaration)
    .map((one) => ({
      to: whereTo(path, (one.moduleSpecifier as StringLiteral).text),
      values: valuesOf(one),
    }));

/** What some files import beside what they may. */
const strays = (importers: RegExp, may: (imported: Imported) => boolean): string[] =>
  ofProduct
    .filter((path) => importers.test(path))
    .flatMap((path) =>
      importedBy(path)
        .filter((imported) => !may(imported))
        .map(
          ({ to, values }) => `${path} imports ${values.length > 0 ? values.join(', ') : 'types'} of ${to}`,
        ),
    );

const VOCABULARY = /\.vocabulary\.ts$/;
const EVENTS = /\.events\.ts$|^src\/eventsourcing\/event\.ts$/;
const typesOf = ({ to, values }: Imported, where: RegExp): boolean => values.length === 0 && where.test(to);

test('vocabulary is pure: it imports vocabulary and types of events', () =>
  expect(strays(VOCABULARY, (one) => VOCABULARY.test(one.to) || typesOf(one, EVENTS))).toEqual([]));

test('a projection imports vocabulary, types of events and the types of the port of documents', () => {
  const may = (one: Imported) =>
    /^projections\//.test(one.to) ||
    VOCABULARY.test(one.to) ||
    typesOf(one, EVENTS) ||
    typesOf(one, /^src\/read\/document-store\.ts$/);
  expect(strays(/^projections\//, may)).toEqual([]);
});

test('events are types: what is computed of them is vocabulary, or a decision', () => {
  const isType = (one: Statement) =>
    isImportDeclaration(one)
      ? valuesOf(one).length === 0
      : isTypeAliasDeclaration(one) || isInterfaceDeclaration(one);
  const others = ofProduct.filter((path) => path.endsWith('.events.ts') && !statementsOf(path).every(isType));
  expect(others).toEqual([]);
});

test('of a read model others use its projection and the types of its documents', () => {
  const isProjection = (path: string, name: string) =>
    new RegExp(`^export const ${name}: (?:Projection<|readonly AnyProjection)`, 'm').test(
      readFileSync(path, 'utf8'),
    );
  const may = ({ to, values }: Imported) =>
    !to.startsWith('projections/') ||
    to === 'projections/projection.ts' ||
    values.every((name) => isProjection(to, name));
  expect(strays(/^src\//, may)).toEqual([]);
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

test('the map in the docs has every folder of src', () => {
  const page = readFileSync('docs/developing.md', 'utf8');
  const inSrc = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(inSrc.map(({ name }) => `src/${name}/`).filter((path) => !page.includes(`\`${path}`))).toEqual([]);
});
