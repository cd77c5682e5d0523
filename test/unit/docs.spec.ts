// The tables of the docs say what the code says (`node scripts/docs-tables.js` writes them), and links lead somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { docsTables } from '../support/tables';

/** Cells without the padding that the formatter gives them; no rule under the heading. */
const rows = (lines: readonly string[]): string[][] =>
  lines.filter((line) => line.startsWith('| `')).map((line) => line.split('|').map((cell) => cell.trim()));

/** Lines between the marks of a section. */
function section(file: string, name: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.slice(lines.indexOf(`<!-- ${name} -->`), lines.indexOf(`<!-- /${name} -->`));
}

test.each(docsTables)(
  '$file has the table $name as `node scripts/docs-tables.js` writes it',
  ({ file, name, lines }) => {
    expect(rows(lines()).length).toBeGreaterThan(0);
    expect(rows(section(file, name))).toEqual(rows(lines()));
  },
);

const pages = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
];

test.each(pages.filter((page) => page.endsWith('.md')))('every link of %s to a file leads to one', (page) => {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(
    ([, path]) => path!,
  );
  expect(links.filter((path) => !existsSync(join(dirname(page), path)))).toEqual([]);
});

test('the README is one that is read: at most 200 lines', () => {
  expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThanOrEqual(200);
});

test('decisions have numbers of their own', () => {
  const numbers = readdirSync('docs/decisions').map((name) => name.slice(0, 4));
  expect(numbers.filter((number, at) => numbers.indexOf(number) !== at)).toEqual([]);
});
