// Imports that associate: several files, several object types in a row, keys of records from before.
import { ownLog, startApp, type App } from '../../support/servers/app';
import { allRecords, ended, steps, type ImportAnswer } from '../../support/importing';

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
});
afterAll(() => app.close());

type Mapping = Readonly<Record<string, unknown>>;
const column = (columnObjectTypeId: string, columnName: string, more: Mapping): Mapping => ({
  ...{ columnObjectTypeId, columnName },
  ...more,
});
const property = (type: string, name: string, propertyName: string, more: Mapping = {}) =>
  column(type, name, { propertyName, ...more });

interface FileOf {
  readonly csv: string;
  readonly columns: readonly Mapping[];
}

async function start(files: Readonly<Record<string, FileOf>>, more: Mapping = {}): Promise<string> {
  const form = new FormData();
  const request = {
    name: 'Several',
    files: Object.entries(files).map(([fileName, { columns }]) => ({
      ...{ fileName, fileFormat: 'CSV', fileImportPage: { hasHeader: true, columnMappings: columns } },
    })),
    ...more,
  };
  form.append('importRequest', JSON.stringify(request));
  for (const [name, { csv }] of Object.entries(files))
    form.append('files', new Blob([csv], { type: 'text/csv' }), name);
  return (await app.ok<ImportAnswer>('POST', '/crm/v3/imports', form)).id;
}
const imported = async (files: Readonly<Record<string, FileOf>>, more?: Mapping): Promise<ImportAnswer> =>
  ended(app, await start(files, more));

interface Associated {
  readonly results: readonly {
    readonly toObjectId: number | string;
    readonly associationTypes: readonly { readonly label: string | null; readonly typeId: number }[];
  }[];
}
/** Label or number of every association of a record, by the id of the other. */
async function associatedWith(type: string, id: string, toType: string): Promise<Record<string, unknown[]>> {
  const { results } = await app.ok<Associated>('GET', `/crm/v4/objects/${type}/${id}/associations/${toType}`);
  return Object.fromEntries(
    results.map(({ toObjectId, associationTypes }) => [
      String(toObjectId),
      associationTypes.map(({ label, typeId }) => label ?? typeId).sort(),
    ]),
  );
}
const idBy = async (type: string, name: string, value: string): Promise<string> => {
  const found = await allRecords(app, type, [name]);
  return found.find(({ properties }) => properties[name] === value)!.id;
};
const errorsOf = async (id: string) =>
  (
    await app.ok<{
      results: {
        errorType: string;
        objectType?: string;
        objectTypeId?: string;
        knownColumnNumber?: number;
        sourceData: { lineNumber: number; fileId: number };
      }[];
    }>('GET', `/crm/v3/imports/${id}/errors`)
  ).results;

test('a row of two object types makes both and associates them, with the label it names', async () => {
  const { id, metadata } = await imported({
    'both.csv': {
      columns: [
        property('0-1', 'Email', 'email'),
        property('0-2', 'Domain', 'domain', { columnType: 'HUBSPOT_ALTERNATE_ID' }),
        property('0-2', 'Company', 'name'),
        column('0-1', 'Label', { columnType: 'FLEXIBLE_ASSOCIATION_LABEL', toColumnObjectTypeId: '0-2' }),
      ],
      csv: [
        'Email,Domain,Company,Label',
        'ada@one.test,one.test,One,primary',
        'bob@one.test,one.test,One,',
        'eve@two.test,two.test,Two,Nemesis',
        'solo@three.test,,,',
        'wrong,four.test,Four,',
      ].join('\n'),
    },
  });
  expect(metadata.counters).toMatchObject({
    ...{ TOTAL_ROWS: 5, CREATED_CONTACTS: 4, CREATED_COMPANIES: 3, CREATED_OBJECTS: 7 },
    ...{ UNCHANGED_OBJECTS: 1, CREATED_ASSOCIATIONS: 3, ASSOCIATION_ERRORS: 1, ERRORS: 2 },
  });
  const one = await idBy('companies', 'domain', 'one.test');
  const ada = await idBy('contacts', 'email', 'ada@one.test');
  const bob = await idBy('contacts', 'email', 'bob@one.test');
  expect(await associatedWith('companies', one, 'contacts')).toEqual({
    [ada]: [280, 'Primary'],
    [bob]: [280],
  });
  expect(await errorsOf(id)).toMatchObject([
    { errorType: 'ASSOCIATION_LABEL_NOT_FOUND', knownColumnNumber: 4, sourceData: { lineNumber: 4 } },
    { errorType: 'INVALID_EMAIL', objectType: 'CONTACT', objectTypeId: '0-1', sourceData: { lineNumber: 6 } },
  ]);
});

test('rows of two files are associated by a common column, whichever file comes first', async () => {
  const { id, metadata, state } = await imported({
    'firms.csv': {
      columns: [
        property('0-2', 'Domain', 'domain', { columnType: 'HUBSPOT_ALTERNATE_ID' }),
        column('0-2', 'Email', {
          ...{ toColumnObjectTypeId: '0-1', propertyName: null },
          foreignKeyType: { associationTypeId: 280, associationCategory: 'HUBSPOT_DEFINED' },
        }),
      ],
      csv: 'Domain,Email\nf1.test,joe@f.test; ann@f.test\nf2.test,nobody@f.test\nf3.test,\nf4.test,joe@f.test\n',
    },
    'people.csv': {
      columns: [
        property('0-1', 'First', 'firstname'),
        property('0-1', 'Email', 'email', { associationIdentifierColumn: true }),
      ],
      csv: 'First,Email\nJoe,joe@f.test\nAnn,ann@f.test\n',
    },
  });
  expect(state).toBe('DONE');
  expect(metadata.counters).toMatchObject({
    ...{ TOTAL_ROWS: 6, CREATED_COMPANIES: 4, CREATED_CONTACTS: 2 },
    ...{ CREATED_ASSOCIATIONS: 3, ASSOCIATION_ERRORS: 1, EMPTY_ASSOCIATIONS: 1, ERRORS: 1 },
  });
  const [joe, ann] = [
    await idBy('contacts', 'email', 'joe@f.test'),
    await idBy('contacts', 'email', 'ann@f.test'),
  ];
  const first = await idBy('companies', 'domain', 'f1.test');
  expect(Object.keys(await associatedWith('companies', first, 'contacts')).sort()).toEqual([joe, ann].sort());
  expect(Object.keys(await associatedWith('contacts', joe, 'companies'))).toHaveLength(2);
  expect(await errorsOf(id)).toMatchObject([
    { errorType: 'ASSOCIATION_RECORD_NOT_FOUND', sourceData: { lineNumber: 3, fileId: 0 } },
    { errorType: 'NO_OBJECT_ID_FROM_ASSOCIATION_IDENTIFIER', sourceData: { lineNumber: 4 } },
  ]);
});

test('records of before are named by id, by name, or by the key of their own type', async () => {
  const create = async (type: string, properties: Record<string, string>) =>
    (await app.ok('POST', `/crm/v3/objects/${type}`, { properties })).id;
  const company = await create('companies', { name: 'Globex' });
  await create('companies', { name: 'Twice' });
  await create('companies', { name: 'Twice' });
  const ceo = await create('contacts', { email: 'ceo@globex.test' });
  const columns = [
    property('0-1', 'Email', 'email'),
    column('0-1', 'Company ID', {
      columnType: 'HUBSPOT_OBJECT_ID',
      foreignKeyType: { associationTypeId: 1 },
    }),
    column('0-1', 'Company', { toColumnObjectTypeId: '0-2', propertyName: 'name' }),
    column('0-1', 'Boss', { columnType: 'ASSOCIATION_KEYS', propertyName: 'email' }),
  ];
  const { id } = await imported({
    'team.csv': {
      columns,
      csv: [
        'Email,Company ID,Company,Boss',
        `w1@globex.test,${company},gLOBEX,CEO@globex.test`,
        `w2@globex.test,12,Twice,w1@globex.test`,
        `w3@globex.test,x,Globecks,w4@globex.test`,
      ].join('\n'),
    },
  });
  const w1 = await idBy('contacts', 'email', 'w1@globex.test');
  expect(await associatedWith('contacts', w1, 'companies')).toEqual({ [company]: [279, 'Primary'] });
  expect(Object.keys(await associatedWith('contacts', w1, 'contacts'))).toHaveLength(2);
  expect(Object.keys(await associatedWith('contacts', ceo, 'contacts'))).toEqual([w1]);
  const errors = (await errorsOf(id)).map(({ errorType, sourceData, knownColumnNumber }) => [
    ...[sourceData.lineNumber, knownColumnNumber, errorType],
  ]);
  expect(errors).toEqual([
    [3, 2, 'UNKNOWN_ASSOCIATION_RECORD_ID'],
    [3, 3, 'DUPLICATE_ASSOCIATION_ID'],
    [4, 2, 'INVALID_ASSOCIATION_IDENTIFIER'],
    [4, 3, 'ASSOCIATION_RECORD_NOT_FOUND'],
    [4, 4, 'ASSOCIATION_RECORD_NOT_FOUND'],
  ]);
});

test('the same files once more change nothing', async () => {
  const files = {
    'a.csv': {
      columns: [
        property('0-1', 'Email', 'email'),
        property('0-2', 'Domain', 'domain', { columnType: 'HUBSPOT_ALTERNATE_ID' }),
      ],
      csv: 'Email,Domain\nx1@again.test,again.test\nx2@again.test,again.test\n',
    },
  };
  const first = await imported(files);
  expect(first.metadata.counters).toMatchObject({ CREATED_OBJECTS: 3, CREATED_ASSOCIATIONS: 2 });
  const again = await imported(files);
  expect(again.metadata.counters).toMatchObject({ CREATED_OBJECTS: 0, UNCHANGED_OBJECTS: 4, ERRORS: 0 });
  expect(again.metadata.counters).not.toHaveProperty('CREATED_ASSOCIATIONS');
});

test('rows of a custom object need what its schema requires, and are associated with contacts', async () => {
  await app.ok('POST', '/crm-object-schemas/v3/schemas', {
    name: 'car',
    labels: { singular: 'Car', plural: 'Cars' },
    properties: [
      { name: 'plate', label: 'Plate', type: 'string', fieldType: 'text', hasUniqueValue: true },
      { name: 'maker', label: 'Maker', type: 'string', fieldType: 'text' },
    ],
    requiredProperties: ['plate'],
    searchableProperties: ['plate'],
    primaryDisplayProperty: 'plate',
    associatedObjects: ['CONTACT'],
  });
  await app.ok('POST', '/crm/v3/objects/contacts', { properties: { email: 'driver@car.test' } });
  const { id, metadata } = await imported({
    'cars.csv': {
      columns: [
        property('car', 'Plate', 'plate', { columnType: 'HUBSPOT_ALTERNATE_ID' }),
        property('car', 'Maker', 'maker'),
        column('car', 'Driver', { toColumnObjectTypeId: '0-1' }),
      ],
      csv: 'Plate,Maker,Driver\nB 1,Fiat,driver@car.test\n,Saab,driver@car.test\nB 2,Audi,other@car.test\n',
    },
  });
  expect(metadata.counters).toMatchObject({ CREATED_CAR: 2, CREATED_ASSOCIATIONS: 1, ERRORS: 2 });
  expect((await errorsOf(id)).map(({ errorType }) => errorType)).toEqual([
    ...['MISSING_REQUIRED_PROPERTY', 'ASSOCIATION_RECORD_NOT_FOUND'],
  ]);
});

test('an import that is restarted while it associates goes on there, and counts every pair once', async () => {
  const count = 1_500;
  const row = (n: number) => `n${n}@many.test,m${n % 10}.test`;
  const id = await start({
    'people.csv': {
      columns: [property('0-1', 'Email', 'email'), column('0-1', 'Domain', { toColumnObjectTypeId: '0-2' })],
      csv: ['Email,Domain', ...Array.from({ length: count }, (_, n) => row(n))].join('\n'),
    },
    'firms.csv': {
      columns: [property('0-2', 'Domain', 'domain', { associationIdentifierColumn: true })],
      csv: ['Domain', ...Array.from({ length: 9 }, (_, n) => `m${n}.test`)].join('\n'),
    },
  });
  // Two thirds of the steps are about rows that are gone through twice; the first half of them makes records.
  let total = 0;
  for await (const step of steps(app, id)) {
    total = step.total;
    if (step.done > (count + 9) / 2 + 20) break;
  }
  expect(total).toBeLessThanOrEqual(count + 11);
  await app.restart();
  const done = await ended(app, id);
  expect(done).toMatchObject({ state: 'DONE' });
  expect(done.metadata.counters).toMatchObject({
    ...{ TOTAL_ROWS: count + 9, CREATED_CONTACTS: count, CREATED_COMPANIES: 9 },
    ...{ CREATED_ASSOCIATIONS: count * 0.9, ASSOCIATION_ERRORS: count * 0.1 },
  });
  const first = await idBy('companies', 'domain', 'm0.test');
  expect(Object.keys(await associatedWith('companies', first, 'contacts')).length).toBeGreaterThan(0);
  expect((await app.engine.files.list(`imports/${id}`)).sort()).toEqual([expect.stringMatching(/^errors\./)]);
});
