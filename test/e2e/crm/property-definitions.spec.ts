// Property definitions and groups over HTTP and through HubSpot's own client.
import { Client } from '@hubspot/api-client';
import { App, ownLog, startApp } from '../../support/servers/app';

let app: App;
let client: Client;
const path = '/crm/v3/properties/contacts';
const property = {
  ...{ name: 'colour', label: 'Colour', type: 'string', fieldType: 'text' },
  groupName: 'contactinformation',
};

beforeAll(async () => {
  // The definitions of contacts are the account's, all of them.
  app = await startApp(ownLog);
  client = new Client({ accessToken: app.admin.token, basePath: app.url, limiterOptions: { minTime: 0 } });
});
afterAll(() => app.close());

test("HubSpot's own client makes, lists, changes and archives groups", async () => {
  const { groupsApi, coreApi } = client.crm.properties;
  const made = await groupsApi.create('contacts', { name: 'colours', label: 'Colours', displayOrder: 2 });
  expect(made).toMatchObject({ name: 'colours', label: 'Colours', displayOrder: 2, archived: false });
  expect((await groupsApi.update('contacts', 'colours', { label: 'Shades' })).label).toBe('Shades');
  expect((await groupsApi.getByName('contacts', 'colours')).label).toBe('Shades');
  expect((await groupsApi.getAll('contacts')).results.map(({ name }) => name)).toEqual([
    'contactinformation',
    'colours',
  ]);
  await coreApi.create('contacts', { ...property, name: 'eye_colour', groupName: 'colours' } as never);
  await expect(groupsApi.archive('contacts', 'colours')).rejects.toMatchObject({ code: 409 });
  await coreApi.update('contacts', 'eye_colour', { groupName: 'contactinformation' });
  await groupsApi.archive('contacts', 'colours');
  await expect(groupsApi.getByName('contacts', 'colours')).rejects.toMatchObject({ code: 404 });
});

test('a property in an unknown group is refused, alone, in a batch and on a change', async () => {
  const lost = { ...property, groupName: 'nowhere' };
  const calls = [
    await app.api('POST', path, lost),
    await app.api('POST', `${path}/batch/create`, { inputs: [{ ...property, name: 'ok' }, lost] }),
  ];
  await app.ok('POST', path, { ...property, name: 'moving' });
  calls.push(await app.api('PATCH', `${path}/moving`, { groupName: 'nowhere' }));
  expect(calls.map(({ status, body }) => [status, body.errors?.[0]?.in])).toEqual(
    ['groupName', 'inputs[1].groupName', 'groupName'].map((place) => [400, place]),
  );
  expect((await app.api('GET', `${path}/ok`)).status).toBe(404);
});

test('a definition is answered with every field it was given', async () => {
  const given = {
    ...{ name: 'salary', label: 'Salary', type: 'number', fieldType: 'number' },
    ...{ groupName: 'contactinformation', description: 'A year', displayOrder: 3, formField: true },
    ...{ numberDisplayHint: 'currency', showCurrencySymbol: true, currencyPropertyName: 'currency' },
  };
  await app.ok('POST', path, given);
  const read = await app.ok<Record<string, unknown>>('GET', `${path}/salary`);
  expect(read).toMatchObject({
    ...given,
    ...{ archived: false, calculated: false, externalOptions: false, hubspotDefined: false },
    ...{ hasUniqueValue: false, hidden: false, options: [], dataSensitivity: 'non_sensitive' },
    modificationMetadata: {
      archivable: true,
      readOnlyDefinition: false,
      readOnlyOptions: false,
      readOnlyValue: false,
    },
    createdUserId: app.admin.id,
    updatedUserId: app.admin.id,
  });
  // What was read can be sent back.
  expect((await app.api('PATCH', `${path}/salary`, { ...read, label: 'Pay' })).status).toBe(200);
});

test.each([
  ['another name', { name: 'pay' }, 'name'],
  ['another sensitivity', { dataSensitivity: 'sensitive' }, 'dataSensitivity'],
  ['uniqueness', { hasUniqueValue: true }, 'hasUniqueValue'],
  ['a formula', { calculationFormula: '1 + 1' }, 'calculationFormula'],
  ['a field that is not known', { colour: 'red' }, 'colour'],
  ['a label that is no text', { label: 'broken \ud800' }, 'label'],
])('a change to %s is refused by its field', async (_, change, field) => {
  await app.api('POST', path, { ...property, name: 'fixed' });
  const refused = await app.api('PATCH', `${path}/fixed`, change);
  expect([refused.status, refused.body.errors?.[0]?.in]).toEqual([400, field]);
});

test('what has a formula is refused: values are not calculated', async () => {
  const formula = { ...property, name: 'double', type: 'number', fieldType: 'calculation_equation' };
  for (const body of [formula, { ...property, name: 'double', calculationFormula: 'amount * 2' }])
    expect((await app.api('POST', path, body)).status).toBe(400);
});

test('sensitive ones are listed where they are asked for, and names narrow a list', async () => {
  await app.ok('POST', path, { ...property, name: 'blood_group', dataSensitivity: 'sensitive' });
  const list = async (query: string) =>
    (await app.ok('GET', `${path}?${query}`)).results.map(({ name }) => name);
  expect(await list('')).not.toContain('blood_group');
  expect(await list('dataSensitivity=sensitive')).toEqual(['blood_group']);
  expect(await list('locale=de-de&properties=email,lastname')).toEqual(['email', 'lastname']);
  const get = async (query: string) => (await app.api('GET', `${path}/blood_group${query}`)).status;
  expect([await get(''), await get('?dataSensitivity=sensitive')]).toEqual([200, 200]);
  expect(await get('?dataSensitivity=non_sensitive')).toBe(404);
  expect((await app.api('GET', `${path}?dataSensitivity=secret`)).status).toBe(400);
});

test("HubSpot's own client works on definitions in batches", async () => {
  const { batchApi } = client.crm.properties;
  const inputs = ['first', 'second'].map((name) => ({ ...property, name: `batch_${name}` }));
  const created = await batchApi.create('contacts', { inputs: inputs as never });
  expect([created.status, created.results.length]).toEqual(['COMPLETE', 2]);
  const names = inputs.map(({ name }) => ({ name }));
  const asked = { inputs: names, dataSensitivity: 'non_sensitive' as never };
  expect((await batchApi.read('contacts', { ...asked, archived: false })).results).toHaveLength(2);
  await batchApi.archive('contacts', { inputs: names });
  const gone = await batchApi.read('contacts', { ...asked, archived: true });
  expect(gone.results.map(({ archived }) => archived)).toEqual([true, true]);
});

test('whoever may read records may read what their properties are, and not change it', async () => {
  const key = { name: 'reader', scopes: ['crm.objects.contacts.read'] };
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', key);
  const headers = { authorization: `Bearer ${token}` };
  expect((await app.api('GET', path, undefined, headers)).status).toBe(200);
  expect((await app.api('GET', '/crm/v3/properties/deals', undefined, headers)).status).toBe(403);
  expect((await app.api('POST', path, { ...property, name: 'own' }, headers)).status).toBe(403);
});

test('a choice of several that begins with ; is added to those chosen already', async () => {
  const options = ['red', 'green', 'blue'].map((value) => ({ label: value, value, hidden: false }));
  const colours = { ...property, name: 'colours_liked', type: 'enumeration', fieldType: 'checkbox', options };
  await app.ok('POST', path, colours);
  interface Record {
    readonly id: string;
    readonly properties: { readonly colours_liked: string };
  }
  const objects = '/crm/v3/objects/contacts';
  const write = (colours_liked: string, id = '') =>
    app.ok<Record>(id ? 'PATCH' : 'POST', `${objects}/${id}`, { properties: { colours_liked } });
  const { id } = await write('red;green');
  expect((await write(';blue;red', id)).properties.colours_liked).toBe('red;green;blue');
  expect((await write('blue', id)).properties.colours_liked).toBe('blue');
});

test('a name of an API key that is no text is refused', async () => {
  const body = { name: 'broken \ud800', scopes: ['crm.import'] };
  expect((await app.api('POST', '/auth/v1/api-keys', body)).status).toBe(400);
});
