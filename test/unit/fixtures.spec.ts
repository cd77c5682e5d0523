// Files under test/fixtures that are copies of published ones are those, wherever the published ones are at hand.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = resolve(__dirname, '../../..');
const fixtures = join(root, 'test/fixtures');
const shared = join(root, '../shared');

/** Fixture (a file, or a folder for all its files) and where it was copied from. */
const copies = [
  ['audit-taxonomy.json', 'audit-taxonomy.json'],
  ['crm-sales', 'data/crm-sales'],
  ['hubspot-api', 'reference/hubspot-api'],
] as const;

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((one) => one.isFile())
    .map((one) => relative(folder, join(one.parentPath, one.name)));

const files = copies.flatMap(([copy, source]) =>
  copy.includes('.')
    ? [[copy, source] as const]
    : filesIn(join(fixtures, copy)).map((name) => [join(copy, name), join(source, name)] as const),
);
// Where nothing is published beside the repository, there is nothing to compare with.
const published = files.filter(([, source]) => existsSync(join(shared, source)));

test('every copy is still published, where any is', () =>
  expect([0, files.length]).toContain(published.length));

if (published.length > 0)
  test.each(published)('%s is a copy of %s', (copy, source) =>
    expect(readFileSync(join(fixtures, copy)).equals(readFileSync(join(shared, source)))).toBe(true),
  );
