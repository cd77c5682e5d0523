// What leaves can come back, over the API: every form of an export, and a backup, imported again, changes nothing.
import { parse } from 'csv-parse/sync';
import type { PropertyOption, PropertyType } from '../../../src/crm/properties/property.events';
import { objectTypes } from '../../../src/crm/schemas/object-type.vocabulary';
import { App, ownLog, startApp } from '../../support/servers/app';
import { csvOf, exportBody, exported } from '../../support/exporting';
import { importCsv } from '../../support/importing';
import { hostileSchema, hostileValues } from '../../support/imports/hostile-type';
import { unzipped } from '../../support/unzip';

interface Property {
  readonly name: string;
  readonly type: PropertyType;
  readonly fieldType: string;
  readonly options: readonly PropertyOption[];
  readonly referencedObjectType?: string;
  readonly modificationMetadata: { readonly readOnlyValue: boolean };
}

const hostile = [
  '=1+1',
  "'=1+1",
  "''+x",
  '-5',
  ' =x',
  'a;b,c|d\te',
  '"q" \n\r\n x',
  "'Twas",
  '\u0000',
  '\ufeff+1',
];
const option = (value: string, label: string) => ({ value, label });
const options = [
  option('a', 'b'),
  option('b', '=B'),
  option('c', 'one;two'),
  option('d', 'alike'),
  option('e', 'alike'),
];
const own = [
  { name: 'x_text', type: 'string', fieldType: 'text', label: '=Sum' },
  { name: 'x_area', type: 'string', fieldType: 'textarea', label: 'Alike' },
  { name: 'x_html', type: 'string', fieldType: 'html', label: 'Alike' },
  { name: 'x_number', type: 'number', fieldType: 'number' },
  { name: 'x_date', type: 'date', fieldType: 'date' },
  { name: 'x_time', type: 'datetime', fieldType: 'date' },
  {
    name: 'x_bool',
    type: 'bool',
    fieldType: 'booleancheckbox',
    options: [option('true', 'No'), option('false', 'Yes')],
  },
  { name: 'x_select', type: 'enumeration', fieldType: 'select', options },
  { name: 'x_radio', type: 'enumeration', fieldType: 'radio', options },
  { name: 'x_several', type: 'enumeration', fieldType: 'checkbox', options },
  { name: 'x_phone', type: 'phone_number', fieldType: 'phonenumber' },
  { name: 'x_json', type: 'json', fieldType: 'text' },
];

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
});
afterAll(() => app.close());

function valueOf(property: Property, n: number): string | undefined {
  const { name, type, fieldType, options: all, referencedObjectType } = property;
  const of = <T>(values: readonly T[]): T => values[n % values.length]!;
  if (name === 'email') return of([`=a${n}@x.test`, `+b${n}@x.test`, `c'${n}@x.test`]);
  if (/domain|additional_emails/.test(name)) return undefined;
  if (referencedObjectType === 'OWNER') return app.admin.id;
  switch (type) {
    case 'number':
      return of(['-5', '0.50', '123456789012345678901234567890', '7']);
    case 'date':
      return of(['2024-02-29', '0999-01-01']);
    case 'datetime':
      return of(['2024-03-04T05:06:07.089Z', '1969-12-31T23:59:59.999Z']);
    case 'bool':
      return of(['true', 'false']);
    case 'phone_number':
      return of(['+49 30 1', '-1', '(030) 1']);
    case 'json':
      return of(['-1', '"=1"', '{"a":[1,"\\n"]}']);
    case 'enumeration':
      if (all.length === 0) return undefined;
      return fieldType === 'checkbox' ? all.map(({ value }) => value).join(';') : of(all).value;
    case 'string':
      return of(hostile);
  }
}

const RECORDS = 10;

/** A type of the account, with every kind of property. */
const CUSTOM = 'machine';
async function defineCustom(): Promise<string> {
  const schema = hostileSchema(CUSTOM);
  return (await app.ok<{ objectTypeId: string }>('POST', '/crm-object-schemas/v3/schemas', schema))
    .objectTypeId;
}

async function addOwn(objectType: string): Promise<void> {
  // The type's definitions have been read before the first of ours is made.
  await app.ok('POST', `/crm/v3/objects/${objectType}/search`, { limit: 1 });
  const groups = await app.ok('GET', `/crm/v3/properties/${objectType}/groups`);
  const groupName = groups.results[0]!['name'] as string;
  const inputs = own.map((property) => ({ label: property.name, groupName, ...property }));
  await app.ok('POST', `/crm/v3/properties/${objectType}/batch/create`, { inputs });
}

/** Values of a record, but for its pipeline. */
function valuesOf(properties: readonly Property[], n: number) {
  const values = properties.map((property) => [property.name, valueOf(property, n)] as const);
  const stage = /stage$|pipeline$/;
  return Object.fromEntries(values.filter(([name, value]) => value !== undefined && !stage.test(name)));
}

describe.each([...objectTypes.map(({ name }) => name), CUSTOM])('%s', (objectType) => {
  let properties: Property[] = [];
  let names: string[] = [];
  let type = objectType;

  beforeAll(async () => {
    if (objectType === CUSTOM) type = await defineCustom();
    else await addOwn(objectType);
    const all = await app.ok<{ results: Property[] }>('GET', `/crm/v3/properties/${objectType}`);
    properties = all.results.filter(({ modificationMetadata }) => !modificationMetadata.readOnlyValue);
    names = properties.map(({ name }) => name);
    const inputs = Array.from({ length: RECORDS }, (_, n) => ({
      properties:
        objectType === CUSTOM ? hostileValues(properties, n, app.admin.id) : valuesOf(properties, n),
    }));
    await app.ok('POST', `/crm/v3/objects/${objectType}/batch/create`, { inputs });
  });

  /** Imports a file by the ids in its first column, its other columns by what heads them. */
  async function again(csv: string, columns: readonly string[]) {
    const [header] = parse(csv, { bom: true, to: 1, record_delimiter: '\r\n' }) as [string[]];
    const mapped = header.map((name, n) => [name, columns[n]!] as const);
    const done = await importCsv(app, {
      ...{ csv, type, operation: 'UPDATE' },
      columns: Object.fromEntries(
        mapped.filter(([, name]) => name === 'hs_object_id' || names.includes(name)),
      ),
    });
    const errors = await app.ok('GET', `/crm/v3/imports/${done.id}/errors?includeRowData=true`);
    expect(errors.results).toEqual([]);
    expect(done.metadata.counters).toMatchObject({ TOTAL_ROWS: RECORDS, UNCHANGED_OBJECTS: RECORDS });
  }

  test.each([[['NAMES', 'VALUES']], [['NAMES']], [['VALUES']], [[]]])(
    'an export with internal %j changes nothing',
    async (exportInternalValuesOptions) => {
      const { id } = await exported(app, exportBody(objectType, names, { exportInternalValuesOptions }));
      await again(await csvOf(app, id), ['hs_object_id', ...names]);
    },
  );

  test('a backup changes nothing', async () => {
    const { id } = await app.ok('POST', '/backups/v1/backups', { objectTypes: [objectType] });
    await app.ok('GET', `/backups/v1/backups/${id}/progress`);
    const response = await app.send('GET', `/backups/v1/backups/${id}/file`);
    const zip = await unzipped(Buffer.from(await response.arrayBuffer()));
    const csv = zip.get(`${objectType}.csv`)!.toString();
    const [header] = parse(csv, { to: 1, record_delimiter: '\r\n' }) as [string[]];
    await again(csv, header);
  });
});

test('an export with the ids of associated records, imported again, associates nothing anew', async () => {
  const create = async (objectType: string, properties: object) =>
    (await app.ok('POST', `/crm/v3/objects/${objectType}`, { properties })).id;
  const ids = [await create('companies', { name: '=One' }), await create('companies', { name: 'Two' })];
  const of = await create('contacts', { email: 'linked@x.test' });
  for (const id of ids)
    await app.ok('PUT', `/crm/v4/objects/contact/${of}/associations/default/company/${id}`);
  const filters = [{ propertyName: 'email', operator: 'EQ', value: 'linked@x.test' }];
  const body = exportBody('contacts', ['email'], {
    ...{ associatedObjectType: 'COMPANY', publicCrmSearchRequest: { filters } },
    includePrimaryDisplayPropertyForAssociatedObjects: true,
  });
  const { id } = await exported(app, body);
  const done = await importCsv(app, {
    ...{ type: '0-1', operation: 'UPDATE', csv: await csvOf(app, id) },
    columns: { hs_object_id: 'hs_object_id', email: 'email' },
    also: [
      {
        ...{ columnObjectTypeId: '0-1', columnName: 'Associated Company IDs', toColumnObjectTypeId: '0-2' },
        columnType: 'HUBSPOT_OBJECT_ID',
      },
    ],
  });
  expect(done.metadata.counters).toMatchObject({ TOTAL_ROWS: 1, UNCHANGED_OBJECTS: 1, ERRORS: 0 });
  expect(done.metadata.counters['CREATED_ASSOCIATIONS'] ?? 0).toBe(0);
});
