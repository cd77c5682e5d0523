import { Client } from '@hubspot/api-client';
import { App, ownLog, startApp, type AnyJson } from '../../support/servers/app';
import { eventsOfStream } from '../../support/log';

let app: App;
let client: Client;
beforeAll(async () => {
  app = await startApp(ownLog);
  client = new Client({
    accessToken: app.admin.token,
    basePath: app.url,
    limiterOptions: { minTime: 0, maxConcurrent: 100 },
    numberOfApiCallRetries: 0,
  });
});
afterAll(() => app.close());

const WRITERS = 100;
const objects = '/crm/v3/objects';
const all = <T>(work: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: WRITERS }, (_, n) => work(n)));

interface RecordJson extends AnyJson {
  readonly properties: Record<string, string | null>;
}

const get = (type: string, id: string, properties: string) =>
  app.ok<RecordJson>('GET', `${objects}/${type}/${id}?properties=${properties}`);

test('100 writers of one record lose no update, and none is refused', async () => {
  const names = Array.from({ length: WRITERS }, (_, n) => `writer_${n}`);
  const definitions = names.map((name) => ({
    name,
    label: name,
    type: 'string',
    fieldType: 'text',
    groupName: 'dealinformation',
  }));
  await app.ok('POST', '/crm/v3/properties/deals/batch/create', { inputs: definitions });
  const { id } = await app.ok('POST', `${objects}/deals`, { properties: { dealname: 'crowded' } });
  const update = (n: number) => ({ properties: { [names[n]!]: `by ${n}`, dealname: `by ${n}` } });
  await all((n) => client.crm.deals.basicApi.update(id, update(n)));
  const { properties } = await get('deals', id, [...names, 'dealname'].join());
  for (const [n, name] of names.entries()) expect(properties[name]).toBe(`by ${n}`);
  expect(properties.dealname).toMatch(/^by \d+$/);
  // The creation, and one event a writer.
  expect(await eventsOfStream(app.engine.eventStore, `deal-${id}`)).toHaveLength(1 + WRITERS);
});

test('100 writers of one property: each has its place in the history, the last one stands', async () => {
  const { id } = await app.ok('POST', `${objects}/deals`, { properties: { amount: '-1' } });
  await all((n) => client.crm.deals.basicApi.update(id, { properties: { amount: String(n) } }));
  const record = await client.crm.deals.basicApi.getById(id, ['amount'], ['amount']);
  const history = record.propertiesWithHistory!.amount!.map(({ value }) => value);
  expect(history).toHaveLength(1 + WRITERS);
  expect(new Set(history).size).toBe(1 + WRITERS);
  expect(record.properties.amount).toBe(history[0]);
});

test('100 writers with one revision in hand: one wins, the others learn that it moved on', async () => {
  const { id } = await app.ok('POST', `${objects}/deals`, { properties: { dealname: 'contested' } });
  const answers = await all((n) =>
    app.api('PATCH', `${objects}/deals/${id}`, { properties: { amount: String(n) } }, { 'if-match': '"0"' }),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(WRITERS - 1).fill(412)]);
  const winner = answers.findIndex(({ status }) => status === 200);
  expect((await get('deals', id, 'amount')).properties.amount).toBe(String(winner));
});

test('100 creators of one e-mail: one contact, and every refusal names it', async () => {
  const answers = await all((n) =>
    app.api('POST', `${objects}/contacts`, {
      properties: { email: n % 2 ? 'Race@Example.com' : 'race@example.com', firstname: `n${n}` },
    }),
  );
  const winners = answers.filter(({ status }) => status === 201);
  expect(winners).toHaveLength(1);
  const id = winners[0]!.body.id;
  for (const { status, body } of answers)
    if (status !== 201)
      expect([status, body.message]).toEqual([409, `Contact already exists. Existing ID: ${id}`]);
  expect((await app.ok('GET', `${objects}/contacts/race@example.com?idProperty=email`)).id).toBe(id);
  const found = await app.ok<AnyJson & { total: number }>('POST', `${objects}/contacts/search`, {
    query: 'race@example.com',
  });
  expect(found.total).toBe(1);
});

test('100 creators of one e-mail by the official client: 99 are told whose it is', async () => {
  const properties = { email: 'client.race@example.com' };
  const outcomes = await Promise.allSettled(
    Array.from({ length: WRITERS }, () =>
      client.crm.contacts.basicApi.create({ properties, associations: [] }),
    ),
  );
  const ids = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
  expect(ids).toHaveLength(1);
  for (const one of outcomes)
    if (one.status === 'rejected')
      expect(one.reason).toMatchObject({
        code: 409,
        body: { message: `Contact already exists. Existing ID: ${ids[0]}` },
      });
});

test('an e-mail handed round between contacts is held by exactly one at the end', async () => {
  const emails = ['x@example.com', 'y@example.com', 'z@example.com'];
  const contacts = await Promise.all(
    emails.map((email) => app.ok('POST', `${objects}/contacts`, { properties: { email } })),
  );
  await all(async (n) => {
    const { id } = contacts[n % 3]!;
    const email = n % 5 === 0 ? '' : emails[(n * 7) % 3];
    const { status } = await app.api('PATCH', `${objects}/contacts/${id}`, { properties: { email } });
    expect([200, 409]).toContain(status);
  });
  const now = await Promise.all(contacts.map(({ id }) => get('contacts', id, 'email')));
  const held = now.flatMap(({ properties }) => (properties.email ? [properties.email] : []));
  expect(new Set(held).size).toBe(held.length);
  for (const { id, properties } of now) {
    if (!properties.email) continue;
    const owner = await app.ok('GET', `${objects}/contacts/${properties.email}?idProperty=email`);
    expect(owner.id).toBe(id);
    const taken = await app.api('POST', `${objects}/contacts`, { properties: { email: properties.email } });
    expect(taken.body.message).toBe(`Contact already exists. Existing ID: ${id}`);
  }
  for (const email of emails.filter((one) => !held.includes(one)))
    expect((await app.api('POST', `${objects}/contacts`, { properties: { email } })).status).toBe(201);
});

test('100 repeats of one create under one Idempotency-Key make one record', async () => {
  const answers = await all(() =>
    app.api(
      'POST',
      `${objects}/contacts`,
      { properties: { email: 'single@example.com' } },
      {
        'idempotency-key': 'the-same',
      },
    ),
  );
  const ids = new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id));
  expect(ids.size).toBe(1);
  for (const { status } of answers) expect([201, 409]).toContain(status);
  expect((await app.ok('GET', `${objects}/contacts/single@example.com?idProperty=email`)).id).toBe(
    [...ids][0],
  );
});
