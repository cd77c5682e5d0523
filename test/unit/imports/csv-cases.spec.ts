// CSV as people have it: what becomes of every row of many small files.
import { csvCases } from '../../support/imports/csv-cases';
import { definitions, owners } from '../../support/imports/csv-account';
import { fileOf, knownBy, readCsv } from '../../support/imports/csv-read';

const known = knownBy(() => definitions, owners);

test('there are many of them, and none is there twice', () => {
  expect(new Set(csvCases.map(({ name }) => name)).size).toBe(csvCases.length);
  expect(csvCases.length).toBeGreaterThanOrEqual(60);
});

test.each(csvCases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
  const { page, bytes } = fileOf(one);
  const read = await readCsv(bytes, page, known);
  const problems = read.problems.map((problem) => `${problem.in} ${problem.message}`).join('\n');
  if (one.refused) return expect(problems).toMatch(one.refused);
  expect(problems).toBe('');
  if (one.as) expect([read.format!.encoding, read.format!.delimiter]).toEqual(one.as);
  const ends = [...read.rows].map(([number, [row]]) => {
    const errors = row!.errors.map(({ type }) => type).join(' ');
    return [number, errors === '' ? row!.values : errors];
  });
  expect(Object.fromEntries(ends)).toEqual(one.rows);
  // In one piece it is the same.
  expect((await readCsv(bytes, page, known, bytes.length)).rows).toEqual(read.rows);
});
