// What clients are told while a store is out of reach: the two stores fail here as their adapters say that they do.
import { StoreUnavailable } from '../../../src/store-unavailable';
import { type App, startApp } from '../../support/servers/app';

let app: App;
let id: string;

/** Until the returned function is called, these methods of an object answer as a server does that is not there. */
function cut(target: object, ...methods: string[]): () => void {
  const gone = () => Promise.reject(new StoreUnavailable('EventStoreDB'));
  Object.assign(target, Object.fromEntries(methods.map((method) => [method, gone])));
  return () => {
    for (const method of methods) delete (target as Record<string, unknown>)[method];
  };
}

beforeAll(async () => {
  app = await startApp();
  ({ id } = await app.ok('POST', '/crm/v3/objects/contacts', { properties: { city: 'London' } }));
});
afterAll(() => app.close());

const contact = () => `/crm/v3/objects/contacts/${id}`;

test('a write is answered 503, and says that its outcome is unknown and how to repeat it', async () => {
  const mend = cut(app.engine.eventStore, 'append');
  const answer = await app.api('PATCH', contact(), { properties: { city: 'Paris' } });
  mend();
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.body).toMatchObject({ status: 'error', category: 'STORE_UNAVAILABLE' });
  expect(answer.body.message).toMatch(/not known.*Idempotency-Key/);
});

test('a write that was carried out though its answer was lost is carried out once when it is repeated', async () => {
  const { eventStore } = app.engine;
  const append = eventStore.append.bind(eventStore);
  // The first append to the record is stored, and its answer lost.
  eventStore.append = async (...asked) => {
    const appended = await append(...asked);
    if (asked[0] !== `contact-${id}`) return appended;
    delete (eventStore as { append?: unknown }).append;
    throw new StoreUnavailable('EventStoreDB');
  };
  const key = { 'idempotency-key': `outage-${id}` };
  const before = (await eventStore.read(`contact-${id}`)).events.length;
  const change = { properties: { city: 'Rome' } };
  expect((await app.api('PATCH', contact(), change, key)).status).toBe(503);
  expect((await app.api('PATCH', contact(), change, key)).status).toBe(200);
  expect((await eventStore.read(`contact-${id}`)).events).toHaveLength(before + 1);
});

test.each([
  ['the log', () => cut(app.engine.eventStore, 'read', 'readAll', 'head'), contact],
  [
    'the read models',
    () => cut(app.engine.documents, 'find', 'getSome', 'getMany', 'checkpoint'),
    () => '/crm/v3/objects/contacts',
  ],
])('a read that needs %s is answered 503 and says when to try again', async (_, broken, path) => {
  const mend = broken();
  const answer = await app.api('GET', path());
  mend();
  expect(answer.status).toBe(503);
  expect(answer.body).toMatchObject({ category: 'STORE_UNAVAILABLE' });
  expect(answer.body.message).not.toMatch(/Idempotency-Key/);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  await app.ok('GET', path());
});
