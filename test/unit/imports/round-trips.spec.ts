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
import { everyField, hostileOptions, option, valueOf } from '../../support/imports/hostile';
import { at } from '../../support/spec';

type Definitions = ReadonlyMap<string, PropertyDefinition>;
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

const writable = (definitions: Definitions) =>
  [...definitions.values()].filter(
    ({ readOnlyValue, type, options, externalOptions }) =>
      !readOnlyValue && (type !== 'enumeration' || externalOptions || options.length > 0),
  );

function records(definitions: Definitions): fc.Arbitrary<RecordAt[]> {
  const values = Object.fromEntries(
    writable(definitions).map((one) => [one.name, valueOf(one, ['71', '72'])]),
  );
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
  [
    'a type of the account with every kind of property',
    new Map([
      ...standardProperties('machine'),
      ...everyField.map(
        ({ name, ...part }) => [name, define(name, part as Partial<PropertyDefinition>)] as const,
      ),
    ]),
  ],
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
    { numRuns: definitions.has('several') ? 40 : definitions.has('f_json_text') ? 20 : 6 },
  );
});
