// The tables of the README say what the code says (`node scripts/readme-tables.js` writes them).
import { readFileSync } from 'node:fs';
import { clientGapTable, indexTable, notServedTable, refusalTable, settingTable } from '../support/tables';

/** Cells without the padding that the formatter gives them; no rule under the heading. */
const rows = (lines: readonly string[]): string[][] =>
  lines.filter((line) => line.startsWith('| `')).map((line) => line.split('|').map((cell) => cell.trim()));

const readme = readFileSync('README.md', 'utf8').split('\n');

test('every setting has its row, with its default and its meaning', () => {
  const found = readme.filter((line) => /^\| `[A-Z_]+`\s+\|/.test(line));
  expect(rows(found)).toEqual(rows(settingTable()));
});

test('every refusal code has its row, with status, category and message', () => {
  const found = readme.filter((line) => /^\| `[a-z0-9-]+`\s+\| \d{3}\s+\|/.test(line));
  expect(rows(found)).toEqual(rows(refusalTable()));
});

/** Lines between the marks of a section. */
const section = (name: string): string[] =>
  readme.slice(readme.indexOf(`<!-- ${name} -->`), readme.indexOf(`<!-- /${name} -->`));

test('what of HubSpot’s API is not served is said, with the reason', () => {
  expect(rows(section('not-served'))).toEqual(rows(notServedTable()));
  expect(rows(section('client-gaps'))).toEqual(rows(clientGapTable()));
});

test('every object type has the row of its indexed properties', () => {
  expect(rows(section('indexes'))).toEqual(rows(indexTable()));
});
