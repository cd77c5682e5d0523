// Sensitive values are masked for API keys without the scope, in every answer, and cannot be found or written by them.
import { App, ownLog, startApp, type AnyJson } from '../../support/servers/app';
import { ended } from '../../support/importing';

interface RecordJson extends AnyJson {
  readonly properties: Record<string, string | null>;
  readonly propertiesWithHistory: Record<string, readonly unknown[]>;
}

let app: App;
let id: string;
let empty: string;
const objects = '/crm/v3/objects/contacts';
const SECRET = 'blood group AB negative';
const MASK = '********';

/** Headers of a key that may read and write contacts, and has some more scopes. */
async function keyWith(...scopes: string[]): Promise<Record<string, string>> {
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    name: scopes.join() || 'plain',
    scopes: ['crm.objects.read', 'crm.objects.write', 'audit.read', 'crm.import', ...scopes],
  });
  return { authorization: `Bearer ${token}` };
}

beforeAll(async () => {
  // Nobody else has defined or defines these.
  app = await startApp(ownLog);
  const define = (name: string, dataSensitivity: string, more = {}) =>
    app.ok('POST', '/crm/v3/properties/contacts', {
      ...{ name, label: name, type: 'string', fieldType: 'text', groupName: 'contactinformation' },
      ...{ dataSensitivity, ...more },
    });
  await define('health', 'sensitive');
  await define('national_id', 'highly_sensitive', { hasUniqueValue: true });
  const properties = { email: 'ada@example.com', health: SECRET, national_id: 'AB 123' };
  ({ id } = await app.ok('POST', objects, { properties }));
  ({ id: empty } = await app.ok('POST', objects, { properties: { email: 'bob@example.com' } }));
});
afterAll(() => app.close());

const asked = '?properties=email,health,national_id&propertiesWithHistory=health';

test('a person who is super admin sees them', async () => {
  const read = await app.ok<RecordJson>('GET', `${objects}/${id}${asked}`);
  expect(read.properties).toMatchObject({ health: SECRET, national_id: 'AB 123' });
  expect(read.propertiesWithHistory.health).toHaveLength(1);
});

test('a key without the scope gets the mask in every answer, whether there is a value or not', async () => {
  const key = await keyWith();
  for (const record of [id, empty]) {
    const one = await app.ok<RecordJson>('GET', `${objects}/${record}${asked}`, undefined, key);
    expect(one.properties).toMatchObject({ health: MASK, national_id: MASK });
    expect(one.propertiesWithHistory.health).toEqual([]);
  }
  const answers = [
    await app.ok('GET', `${objects}${asked}`, undefined, key),
    await app.ok('POST', `${objects}/search`, { properties: ['health', 'national_id'] }, key),
    await app.ok(
      'POST',
      `${objects}/batch/read`,
      { inputs: [{ id }], properties: ['health'], propertiesWithHistory: ['health'] },
      key,
    ),
    await app.ok('PATCH', `${objects}/${id}`, { properties: { city: 'Bonn' } }, key),
    await app.ok('POST', `${objects}/batch/update`, { inputs: [{ id, properties: { city: 'Ulm' } }] }, key),
  ];
  for (const answer of answers) expect(JSON.stringify(answer)).not.toMatch(/AB negative|AB 123/);
});

test('each level has a scope of its own, for a type or for all', async () => {
  const sensitive = await keyWith('crm.objects.contacts.sensitive.read');
  const read = await app.ok<RecordJson>('GET', `${objects}/${id}${asked}`, undefined, sensitive);
  expect(read.properties).toMatchObject({ health: SECRET, national_id: MASK });
  const both = await keyWith('crm.objects.sensitive.read', 'crm.objects.highly_sensitive.read');
  const all = await app.ok<RecordJson>('GET', `${objects}/${id}${asked}`, undefined, both);
  expect(all.properties).toMatchObject({ health: SECRET, national_id: 'AB 123' });
});

test.each([
  ['filter', { filterGroups: [{ filters: [{ propertyName: 'health', operator: 'HAS_PROPERTY' }] }] }],
  ['sort', { sorts: ['-health'] }],
])('a key without the scope cannot %s by them', async (_, body) => {
  const refused = await app.api('POST', `${objects}/search`, body, await keyWith());
  expect([refused.status, refused.body.category]).toEqual([403, 'MISSING_SCOPES']);
  expect(refused.body.message).toContain('crm.objects.contacts.sensitive.read');
});

test('a key without the scope cannot look records up by them', async () => {
  const key = await keyWith();
  const path = `${objects}/AB%20123?idProperty=national_id`;
  const calls = [
    await app.api('GET', path, undefined, key),
    await app.api('PATCH', path, { properties: { city: 'Rome' } }, key),
    await app.api(
      'POST',
      `${objects}/batch/read`,
      { idProperty: 'national_id', inputs: [{ id: 'AB 123' }] },
      key,
    ),
  ];
  expect(calls.map(({ status }) => status)).toEqual([403, 403, 403]);
  expect((await app.api('GET', path)).body.id).toBe(id);
});

test('a key without the write scope cannot write them, on any way', async () => {
  const key = await keyWith('crm.objects.sensitive.read');
  const properties = { health: 'fine' };
  const byMail = { id: 'ada@example.com', idProperty: 'email', properties };
  const calls = [
    await app.api('POST', objects, { properties }, key),
    await app.api('PATCH', `${objects}/${id}`, { properties }, key),
    await app.api('POST', `${objects}/batch/create`, { inputs: [{ properties }] }, key),
    await app.api('POST', `${objects}/batch/update`, { inputs: [{ id, properties }] }, key),
    await app.api('POST', `${objects}/batch/upsert`, { inputs: [byMail] }, key),
    await app.api('POST', '/crm/v3/imports', importOf('email,health\nada@example.com,fine\n'), key),
  ];
  expect(calls.map(({ status }) => status)).toEqual(calls.map(() => 403));
  for (const { body } of calls) expect(body.message).toContain('crm.objects.contacts.sensitive.write');
  const writer = await keyWith('crm.objects.contacts.sensitive.write');
  const written = await app.ok<RecordJson>('PATCH', `${objects}/${empty}`, { properties }, writer);
  expect(written.properties.health).toBe(MASK);
});

test('a restore plan masks them, too, and is not narrowed down by them', async () => {
  const key = await keyWith('restores');
  const asOf = String(await app.engine.eventStore.head());
  await app.ok('PATCH', `${objects}/${id}`, { properties: { health: 'changed', city: 'Linz' } });
  const filterGroups = [{ filters: [{ propertyName: 'health', operator: 'HAS_PROPERTY' }] }];
  const contacts = { objectType: 'contacts', properties: '*', recordIds: [id] };
  const ask = (object: object) =>
    app.api('POST', '/restores/v1/plans', { source: { asOf }, objects: [object] }, key);
  const { recordIds: _, ...all } = contacts;
  expect((await ask({ ...all, filterGroups })).status).toBe(403);
  const plan = await ask(contacts);
  expect(plan.status).toBe(202);
  await app.ok('GET', `/restores/v1/plans/${plan.body.id}/progress`);
  const { results } = await app.ok('GET', `/restores/v1/plans/${plan.body.id}/changes`, undefined, key);
  expect(results[0]!.changes).toMatchObject({
    health: { from: MASK, to: MASK },
    city: { from: 'Linz', to: 'Ulm' },
  });
});

test('a change of one is told in a category of its own', async () => {
  await app.ok('PATCH', `${objects}/${empty}`, { properties: { health: 'better', city: 'Graz' } });
  const rows = await app.ok('GET', `/audit/v1/entries?targetId=${empty}&category=SENSITIVE_PROPERTY_VALUE`);
  expect(rows.results[0]).toMatchObject({
    subCategory: 'contacts',
    summary: 'Changed city and a sensitive property of a contact',
  });
});

test('a custom object does not show or search by them', async () => {
  const schema = (more: object) => ({
    ...{ name: 'patient', labels: { singular: 'Patient', plural: 'Patients' }, associatedObjects: [] },
    ...{ primaryDisplayProperty: 'code', requiredProperties: [], searchableProperties: [], ...more },
    properties: [
      { name: 'code', label: 'Code', type: 'string', fieldType: 'text' },
      {
        ...{ name: 'illness', label: 'Illness', type: 'string', fieldType: 'text' },
        dataSensitivity: 'sensitive',
      },
    ],
  });
  for (const more of [{ primaryDisplayProperty: 'illness' }, { searchableProperties: ['illness'] }])
    expect((await app.api('POST', '/crm-object-schemas/v3/schemas', schema(more))).status).toBe(400);
});

test('the mask itself is never taken for a value', async () => {
  const refused = await app.api('PATCH', `${objects}/${id}`, { properties: { health: MASK } });
  expect(refused.status).toBe(400);
  await app.ok('PATCH', `${objects}/${id}`, { properties: { city: MASK } });
});

test('rows that an import refused are not shown to a key without the scope where they hold them', async () => {
  const { body } = await app.api('POST', '/crm/v3/imports', importOf(`email,health\nno address,${SECRET}\n`));
  const done = await ended(app, body.id);
  const path = `/crm/v3/imports/${done.id}/errors?includeRowData=true`;
  const rowOf = async (headers?: Record<string, string>) =>
    (await app.ok('GET', path, undefined, headers)).results[0]!.sourceData;
  expect(await rowOf()).toMatchObject({
    rowData: ['no address', SECRET],
    containsEncryptedProperties: false,
  });
  expect(await rowOf(await keyWith())).toMatchObject({
    rowData: [],
    containsEncryptedProperties: true,
  });
});

test('old and new values in the audit log are masked, too', async () => {
  const rows = await app.ok('GET', `/audit/v1/entries?targetId=${id}&sort=occurredAt`);
  const path = `/audit/v1/entries/${rows.results[0]!.id}`;
  interface Entry {
    readonly changes: Record<string, object>;
  }
  const seen = await app.ok<Entry>('GET', path);
  expect(seen.changes.health).toEqual({ from: null, to: SECRET });
  const masked = await app.ok<Entry>('GET', path, undefined, await keyWith());
  expect(masked.changes).toMatchObject({
    health: { from: MASK, to: MASK },
    national_id: { from: MASK, to: MASK },
    email: { from: null, to: 'ada@example.com' },
  });
});

function importOf(csv: string): FormData {
  const mapping = (columnName: string) => ({
    ...{ columnName, propertyName: columnName, columnObjectTypeId: '0-1' },
  });
  const request = {
    name: 'health',
    importOperations: { '0-1': 'UPSERT' },
    dateFormat: 'YEAR_MONTH_DAY',
    files: [
      {
        ...{ fileName: 'health.csv', fileFormat: 'CSV' },
        fileImportPage: { hasHeader: true, columnMappings: ['email', 'health'].map(mapping) },
      },
    ],
  };
  const form = new FormData();
  form.set('importRequest', JSON.stringify(request));
  form.set('files', new Blob([csv], { type: 'text/csv' }), 'health.csv');
  return form;
}
