// What leaves can come back: every form of an export, and a backup, read again as an import reads it, gives the values
// that it was made of.
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import * as backup from '../../../src/backups/archives/csv';
import type { PropertyDefinition } from '../../../src/crm/properties/property.events';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import { canonical } from '../../../src/crm/properties/values/values';
import { objectTypes } from '../../../src/crm/schemas/object-type.vocabulary';
import { columnsOf } from '../../../src/exports/files/export-columns';
import * as exported from '../../../src/exports/files/export-csv';
import { BYTE_ORDER_MARK } from '../../../src/files/csv-cells';
import type { RecordAt } from '../../../src/point-in-time/record-at';
import { define, knownBy, readCsv } from '../../support/imports/csv-read';
import { at } from '../../support/spec';

type Definitions = ReadonlyMap<string, PropertyDefinition>;
const option = (value: string, label: string) => ({ value, label, displayOrder: 0, hidden: false });
const hostileOptions = [
  ...[option('a', 'b'), option('b', 'B'), option('c', '=1+1'), option('d', "'=1+1"), option('e', ' blank ')],
  ...[
    option('f', 'one;two'),
    option('g', 'alike'),
    option('h', 'alike'),
    option('i', ''),
    option('j', 'true'),
  ],
  ...[option('true', 'no'), option('l', 'L'), option('L', 'l'), option('m', 'm\n"m"'), option('n', ';n')],
];
/** A property of every type, with labels that could be taken for others. */
const hostile = [
  define('text', { label: '=Sum(A1)' }),
  define('area', { fieldType: 'textarea', label: 'Alike' }),
  define('html', { fieldType: 'html', label: 'Alike' }),
  define('code', { hasUniqueValue: true, label: '' }),
  define('count', { type: 'number', fieldType: 'number', label: 'text' }),
  define('day', { type: 'date', fieldType: 'date', label: ' day' }),
  define('moment', { type: 'datetime', fieldType: 'date', label: 'mo"ment' }),
  define('choice', { type: 'enumeration', fieldType: 'select', options: hostileOptions, label: 'a,b;c' }),
  define('round', { type: 'enumeration', fieldType: 'radio', options: hostileOptions }),
  define('several', { type: 'enumeration', fieldType: 'checkbox', options: hostileOptions }),
  define('agreed', {
    ...{ type: 'bool', fieldType: 'booleancheckbox' },
    options: [option('true', 'No'), option('false', 'Yes')],
  }),
  define('phone', { type: 'phone_number', fieldType: 'phonenumber' }),
  define('data', { type: 'json' }),
  define('owner', {
    ...{ type: 'enumeration', fieldType: 'select', externalOptions: true, referencedObjectType: 'OWNER' },
  }),
];

const character = fc.constantFrom(
  ...[
    '"',
    "'",
    ',',
    ';',
    '|',
    '\t',
    '\r',
    '\n',
    ' ',
    '=',
    '+',
    '-',
    '@',
    '\uff1d',
    '\u0000',
    '\ufeff',
    '\u00a0',
  ],
  ...['a', '1', 'é', '😀', '.', '<', '\u200b', '\\'],
);
const hostileText = fc.oneof(
  fc.string({ unit: character, minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    '********',
    '=HYPERLINK("x")',
    "'=1",
    "''+1",
    ' ',
    'NULL',
    '1E5',
    '007',
    '2024-01-31',
    'strata:export',
  ),
);
const number = fc.oneof(
  fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
  fc.constantFrom('0', '-0.5', '007', '1.50', '-1', '0.000000000000000000001'),
);
const time = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const word = fc.string({
  unit: fc.constantFrom('a', '=', '+', '-', "'", '|', '!', '{'),
  minLength: 1,
  maxLength: 4,
});

/** A value as it is kept. */
function valueOf({
  type,
  fieldType,
  options,
  name,
  referencedObjectType,
}: PropertyDefinition): fc.Arbitrary<string> {
  switch (type) {
    case 'number':
      return number;
    case 'date':
      return time.map((day) => day.toISOString().slice(0, 10));
    case 'datetime':
      return time.map((moment) => moment.toISOString());
    case 'bool':
      return fc.constantFrom('true', 'false');
    case 'phone_number':
      return fc.constantFrom('+49 30 1', '-1', '(030) 1', '+1', '1;ext=2');
    case 'json':
      return fc.oneof(fc.json(), fc.constantFrom('-1', ' -1e5 ', '"=1"', '[\n1,\t";"]'));
    case 'enumeration': {
      if (referencedObjectType === 'OWNER') return fc.constantFrom('71', '72');
      const values = options.map(({ value }) => value);
      if (fieldType !== 'checkbox') return fc.constantFrom(...values);
      return fc.subarray(values, { minLength: 1 }).map((chosen) => chosen.join(';'));
    }
    case 'string':
      if (name === 'email') return word.map((local) => `${local}@example.com`);
      if (name === 'domain') return fc.constantFrom('example.com', 'xn--mnchen-3ya.de', 'x');
      return fieldType === 'phonenumber' ? hostileText.map((text) => text.trim() || '+1') : hostileText;
  }
}

const writable = (definitions: Definitions) =>
  [...definitions.values()].filter(
    ({ readOnlyValue, type, options, externalOptions }) =>
      !readOnlyValue && (type !== 'enumeration' || externalOptions || options.length > 0),
  );

function records(definitions: Definitions): fc.Arbitrary<RecordAt[]> {
  const values = Object.fromEntries(writable(definitions).map((one) => [one.name, valueOf(one)]));
  const one = fc.record(values, { requiredKeys: [] });
  return fc.array(one, { minLength: 1, maxLength: 4 }).map((all) =>
    all.map((of, n) => ({
      ...{ objectType: 'contacts', recordId: String(100_000 + n), values: of as Record<string, string> },
      ...{ createdAt: at, updatedAt: at, archived: false, archivedAt: null, revision: 0 },
    })),
  );
}

/** What an import reads in a file, its columns by their headers as they stand there. */
async function comesBack(text: string, names: readonly string[], definitions: Definitions, made: RecordAt[]) {
  const [header] = parse(text, { bom: true, to: 1, record_delimiter: '\r\n' }) as [string[]];
  const columnMappings = names.flatMap((propertyName, n) => {
    const isId = propertyName === 'hs_object_id';
    if (!isId && definitions.get(propertyName)?.readOnlyValue !== false) return [];
    return [{ columnObjectTypeId: '0-1', columnName: header[n]!, propertyName }];
  });
  const known = knownBy(() => definitions);
  const read = await readCsv(Buffer.from(text), { fileImportPage: { columnMappings } }, known, 1_000);
  expect(read.problems).toEqual([]);
  expect([...read.rows.values()]).toHaveLength(made.length);
  for (const [n, [row]] of [...read.rows.values()].entries()) {
    expect(row!.errors).toEqual([]);
    expect(row!.key).toBe(made[n]!.recordId);
    const kept = Object.entries(row!.values).map(([name, value]) => {
      const result = canonical(definitions.get(name)!, value);
      return [name, result.ok ? result.value : result.code];
    });
    expect(Object.fromEntries(kept)).toEqual(made[n]!.values);
  }
}

const both = [true, false];
const forms = both.flatMap((labelledColumns) =>
  both.map((labelledValues) => ({ labelledColumns, labelledValues })),
);
const request = {
  ...{ masked: [], filterGroups: [], sorts: [], query: null },
  associated: { types: [], labels: false, all: false },
};

const idProperty = standardProperties('contacts').get('hs_object_id')!;
const cases: [string, Definitions][] = [
  ...objectTypes.map(({ name }): [string, Definitions] => [name, standardProperties(name)]),
  ['a type of hostile properties', new Map([idProperty, ...hostile].map((one) => [one.name, one]))],
];

test.each(cases)('%s: every export and a backup come back as they were', async (_, definitions) => {
  const names = [...definitions.keys()].filter((name) => name !== 'hs_object_id');
  await fc.assert(
    fc.asyncProperty(records(definitions), async (made) => {
      for (const form of forms) {
        const columns = columnsOf({ ...request, properties: names, ...form }, definitions);
        const lines = made.map((one) => exported.recordLine(columns, one));
        const text = BYTE_ORDER_MARK + exported.headerLine(columns) + lines.join('');
        await comesBack(
          text,
          columns.map(({ property }) => property),
          definitions,
          made,
        );
      }
      const all = ['hs_object_id', ...names];
      await comesBack(backup.headerLine(all) + backup.csvLines(all, made), all, definitions, made);
    }),
    { numRuns: definitions.has('several') ? 40 : 6 },
  );
});
