// CSV as people have it: what becomes of every row of many small files.
import { csvCases } from '../../support/imports/csv-cases';
import { define, knownBy, readCsv } from '../../support/imports/csv-read';

const option = (value: string, label: string) => ({ value, label, displayOrder: 0, hidden: false });
const choices = { type: 'enumeration', fieldType: 'select' } as const;
const colours = [option('r', 'Red'), option('b', 'Dark blue')];
const yesNo = (yes: string, no: string) => ({
  ...({ type: 'bool', fieldType: 'booleancheckbox' } as const),
  options: [option('true', yes), option('false', no)],
});
const definitions = new Map(
  [
    ...[define('name'), define('city'), define('note'), define('email', { hasUniqueValue: true })],
    define('phone', { type: 'phone_number', fieldType: 'phonenumber' }),
    define('data', { type: 'json' }),
    define('amount', { type: 'number', fieldType: 'number' }),
    define('born', { type: 'date', fieldType: 'date' }),
    define('met', { type: 'datetime', fieldType: 'date' }),
    define('colour', { ...choices, options: colours }),
    define('colours', { ...choices, fieldType: 'checkbox', options: colours }),
    define('size', { ...choices, options: [option('small', 'large'), option('large', 'Small')] }),
    define('stage', { ...choices, options: [option('won_a', 'Won'), option('won_b', 'Won')] }),
    define('agreed', yesNo('Agreed', 'Refused')),
    define('opposed', yesNo('No', 'Yes')),
    define('owner', { ...choices, externalOptions: true, referencedObjectType: 'OWNER' }),
  ].map((one) => [one.name, one]),
);
const owner = (id: string, email: string, firstName: string, lastName: string, archived = false) => ({
  ...{ id, email, firstName, lastName, archived },
});
const owners = [
  owner('71', 'ada@firm.test', 'Ada', 'Byron'),
  owner('72', 'bob@firm.test', 'Bob', 'Berg'),
  ...[owner('73', 'cy@firm.test', 'Cy', 'Twin'), owner('74', 'cyd@firm.test', 'Cy', 'Twin')],
  owner('75', 'gone@firm.test', 'Gone', 'Person', true),
];
const known = knownBy(() => definitions, owners);

test('there are many of them, and none is there twice', () => {
  expect(new Set(csvCases.map(({ name }) => name)).size).toBe(csvCases.length);
  expect(csvCases.length).toBeGreaterThanOrEqual(60);
});

test.each(csvCases.map((one) => [one.name, one] as const))('%s', async (_, one) => {
  const { file, columns, asked, hasHeader = true } = one;
  const columnMappings = Object.entries(columns).map(([columnName, propertyName]) => ({
    ...{ columnObjectTypeId: '0-1', columnName, propertyName },
  }));
  const { columnMappings: mapped = columnMappings, ...more } = (asked ?? {}) as { columnMappings?: object[] };
  const page = { ...more, fileImportPage: { hasHeader, columnMappings: mapped } };
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
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
