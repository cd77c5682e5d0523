import { App, ownLog, startApp } from '../../support/servers/app';
import { objects, recordCalls, type RecordJson } from '../../support/servers/record-calls';

let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
});
afterAll(() => app.close());

const { create, get } = recordCalls(() => app);
const head = () => app.engine.eventStore.head();

describe('a record', () => {
  test('is created, read, changed and archived under any name of its type', async () => {
    const { id, properties } = await create('companies', { name: 'Ganjaflex', annualrevenue: 1e3 });
    expect(properties).toMatchObject({ name: 'Ganjaflex', annualrevenue: '1000', hs_object_id: id });
    for (const type of ['companies', 'company', '0-2', 'COMPANIES'])
      expect((await get(type, id)).body.properties.name).toBe('Ganjaflex');
    const changed = await app.api<RecordJson>('PATCH', `${objects}/companies/${id}`, {
      properties: { name: 'Ganja Flex', annualrevenue: '' },
    });
    expect(changed.body.properties).toMatchObject({ name: 'Ganja Flex', annualrevenue: null });
    expect(BigInt(changed.headers.get('x-strata-position')!)).toBe(await head());
    expect((await app.api('DELETE', `${objects}/companies/${id}`)).status).toBe(204);
    expect((await app.api('DELETE', `${objects}/companies/${id}`)).status).toBe(204);
    expect((await get('companies', id)).status).toBe(404);
    expect((await get('companies', id, '?archived=true')).body).toMatchObject({ id, archived: true });
  });

  test('keeps strings verbatim', async () => {
    const description = ' \u0065\u0301 "quoted", ; 😀\r\n\u0000 ';
    const { id } = await create('companies', { description });
    expect((await get('companies', id, '?properties=description')).body.properties.description).toBe(
      description,
    );
  });

  test('returns the properties that are asked for, and the usual ones where none are', async () => {
    const { id } = await create('deals', { dealname: 'A', amount: '1' });
    expect(Object.keys((await get('deals', id)).body.properties)).toEqual([
      'amount',
      'closedate',
      'createdate',
      'dealname',
      'dealstage',
      'hs_lastmodifieddate',
      'hs_object_id',
      'pipeline',
    ]);
    const asked = await get('deals', id, '?properties=amount,dealtype&properties=nope');
    expect(asked.body.properties).toMatchObject({ amount: '1', dealtype: null });
    expect(asked.body.properties).not.toHaveProperty('nope');
  });

  test('shows every value a property has had, the newest first', async () => {
    const { id } = await create('tickets', { subject: 'one' });
    for (const subject of ['two', '', 'three'])
      await app.ok('PATCH', `${objects}/tickets/${id}`, { properties: { subject } });
    const { body } = await get('tickets', id, '?propertiesWithHistory=subject');
    const history = body.propertiesWithHistory.subject!;
    expect(history.map(({ value }) => value)).toEqual(['three', '', 'two', 'one']);
    expect(history[0]).toMatchObject({ sourceType: 'API', updatedByUserId: Number(app.admin.id) });
  });

  test('a write that changes nothing writes nothing, and says so by the same revision', async () => {
    const { id } = await create('products', { name: 'GTXPro', price: '4821' });
    const before = await head();
    const same = await app.api('PATCH', `${objects}/products/${id}`, {
      properties: { price: '4821', hs_sku: '' },
    });
    expect([same.status, same.headers.get('etag'), await head()]).toEqual([200, '"0"', before]);
  });

  test('is not written over a revision that has moved on', async () => {
    const { id } = await create('tasks', { hs_task_subject: 'Call' });
    const patch = (etag: string, hs_task_subject: string) =>
      app.api('PATCH', `${objects}/tasks/${id}`, { properties: { hs_task_subject } }, { 'if-match': etag });
    const first = await patch('"0"', 'Call back');
    expect([first.status, first.headers.get('etag')]).toEqual([200, '"1"']);
    expect((await patch('"0"', 'Lost')).status).toBe(412);
    expect((await patch('nonsense', 'Lost')).status).toBe(400);
    expect((await get('tasks', id, '?properties=hs_task_subject')).headers.get('etag')).toBe('"1"');
  });

  test('repeated under an Idempotency-Key is the same record', async () => {
    const key = { 'idempotency-key': 'create-once' };
    const email = 'once@example.com';
    const first = await create('contacts', { email }, key);
    await app.ok('PATCH', `${objects}/contacts/${first.id}`, { properties: { email: 'moved@example.com' } });
    const other = await create('contacts', { email });
    const before = await head();
    expect(await create('contacts', { email }, key)).toEqual(first);
    expect(await head()).toBe(before);
    expect(other.id).not.toBe(first.id);
  });

  test.each([
    ['an unknown property', 'contacts', { nope: 'x' }, 'PROPERTY_DOESNT_EXIST'],
    ['a read-only property', 'contacts', { createdate: '2024-05-01' }, 'READ_ONLY_VALUE'],
    ['a wrong number', 'deals', { amount: 'secret-amount' }, 'INVALID_NUMBER'],
    ['a wrong option', 'deals', { dealstage: 'secret-stage' }, 'INVALID_OPTION'],
    ['a lone surrogate', 'deals', { dealname: '\ud800' }, 'INVALID_CHARACTERS'],
  ])('with %s is refused by its name, and nothing is written', async (_, type, properties, code) => {
    const before = await head();
    const { status, body } = await app.api('POST', `${objects}/${type}`, { properties });
    expect(status).toBe(400);
    expect(body).toMatchObject({ category: 'VALIDATION_ERROR', errors: [{ code }] });
    expect(body.message).toContain(Object.keys(properties)[0]);
    expect(JSON.stringify(body)).not.toContain('secret');
    expect(await head()).toBe(before);
  });

  test('of an unknown type, id or shape is refused', async () => {
    const type = await app.api('POST', `${objects}/spaceships`, { properties: {} });
    expect([type.status, type.body.message]).toEqual([400, 'Unable to infer object type from: spaceships']);
    for (const id of ['1', '9999999999999999', 'x', '../contacts'])
      expect((await get('contacts', encodeURIComponent(id))).status).toBe(404);
    for (const body of [{ properties: [] }, { properties: { email: {} } }, {}])
      expect((await app.api('PATCH', `${objects}/contacts/1`, body)).status).toBe(400);
    expect((await app.api('PATCH', `${objects}/contacts/1`, { properties: { city: 'x' } })).status).toBe(404);
    expect((await app.api('DELETE', `${objects}/contacts/1`)).status).toBe(404);
    const associations = [{ to: { id: '1' }, types: [] }];
    expect((await app.api('POST', `${objects}/contacts`, { properties: {}, associations })).status).toBe(400);
  });

  test('too large to be stored is refused, the record stays', async () => {
    const { id } = await create('companies', { name: 'Small' });
    const long = 'x'.repeat(65_536);
    const names = [
      'description',
      'about_us',
      'address',
      'address2',
      'city',
      'state',
      'zip',
      'country',
      'timezone',
    ];
    const many = [...names, 'industry', 'website', 'phone', 'twitterhandle', 'founded_year', 'name'];
    const properties = Object.fromEntries(
      many.map((name) => [name, `${long.slice(0, -1)}é`.replaceAll('x', '€')]),
    );
    expect((await app.api('PATCH', `${objects}/companies/${id}`, { properties })).status).toBe(413);
    expect((await get('companies', id)).body.properties.name).toBe('Small');
  });
});

describe('an e-mail', () => {
  test('is held by one contact, whatever its case; the refusal names that contact', async () => {
    const { id } = await create('contacts', { email: 'Ada@Example.com' });
    const second = await app.api('POST', `${objects}/contacts`, {
      properties: { email: ' ada@example.COM' },
    });
    expect([second.status, second.body.message, second.body.category]).toEqual([
      409,
      `Contact already exists. Existing ID: ${id}`,
      'CONFLICT',
    ]);
    expect((await get('contacts', 'ADA@example.com', '?idProperty=email')).body.id).toBe(id);
  });

  test('is free again once it was given up or its contact archived', async () => {
    const { id } = await create('contacts', { email: 'free@example.com' });
    await app.ok('PATCH', `${objects}/contacts/free%40example.com?idProperty=email`, {
      properties: { email: 'new@example.com' },
    });
    await create('contacts', { email: 'free@example.com' });
    await app.ok('DELETE', `${objects}/contacts/${id}`);
    await create('contacts', { email: 'new@example.com' });
  });
});

test('an API key writes and reads what its scopes allow', async () => {
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    name: 'deals only',
    scopes: ['crm.objects.deals.read', 'crm.objects.deals.write', 'crm.schemas.deals.read'],
  });
  const as = { authorization: `Bearer ${token}` };
  const { id } = await create('deals', { dealname: 'by key' }, as);
  expect((await app.api('GET', `${objects}/0-3/${id}`, undefined, as)).status).toBe(200);
  expect((await app.api('GET', '/crm/v3/properties/deals', undefined, as)).status).toBe(200);
  expect((await app.api('GET', `${objects}/contacts`, undefined, as)).status).toBe(403);
  expect((await app.api('DELETE', '/crm/v3/properties/deals/x', undefined, as)).status).toBe(403);
});
