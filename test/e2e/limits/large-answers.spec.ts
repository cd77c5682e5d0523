// What would be too large: of answers, what is given of them, and how it is told; of writes, that nothing is left.
import { randomUUID } from 'node:crypto';
import { eventsAfter } from '../../support/log';
import { App, ownLog, startApp, type AnyJson } from '../../support/servers/app';

interface RecordJson extends AnyJson {
  readonly properties: Record<string, string | null>;
  readonly propertiesWithHistory: Record<string, readonly { readonly value: string }[]>;
  readonly historySince?: string;
}
interface Batch extends AnyJson {
  readonly results: readonly (RecordJson & Readonly<Record<string, unknown>>)[];
  readonly errors?: readonly {
    readonly message: string;
    readonly category: string;
    readonly context: Readonly<Record<string, readonly string[]>>;
  }[];
}

let app: App;
const contacts = '/crm/v3/objects/contacts';
/** Properties of this run alone. */
const names = Array.from({ length: 70 }, (_, n) => `long_${randomUUID().slice(0, 6)}_${n}`);
const text = (mark: string): string => mark.padEnd(60_000, 'x');
const some = (from: number, to: number, mark: string) =>
  Object.fromEntries(names.slice(from, to).map((name) => [name, text(mark)]));

/** With values of nearly 4 MB, written in parts that fit into an event each. */
async function large(): Promise<string> {
  const { id } = await app.ok('POST', contacts, { properties: some(0, 15, 'a') });
  for (const from of [15, 30, 45])
    await app.ok('PATCH', `${contacts}/${id}`, { properties: some(from, from + 15, 'a') });
  return id;
}

beforeAll(async () => {
  app = await startApp(ownLog);
  const definition = { type: 'string', fieldType: 'text', groupName: 'contactinformation' };
  await app.ok('POST', '/crm/v3/properties/contacts/batch/create', {
    inputs: names.map((name) => ({ name, label: name, ...definition })),
  });
});
afterAll(() => app.close());

test('a record that would grow too large is refused, and may be made smaller', async () => {
  const id = await large();
  const grow = await app.api('PATCH', `${contacts}/${id}`, { properties: some(60, 70, 'b') });
  expect([grow.status, grow.body.subCategory]).toEqual([413, 'RECORD_TOO_LARGE']);
  expect(grow.body.message).toContain('4,194,304');
  await app.ok('PATCH', `${contacts}/${id}`, { properties: { [names[0]!]: '' } });
});

test('what no event takes is refused, and leaves nothing in the log, not even its key or a reserved address', async () => {
  const { id } = await app.ok('POST', contacts, { properties: { city: 'Bonn' } });
  const { id: other } = await app.ok('POST', contacts, { properties: some(0, 15, 'a') });
  await app.ok('PATCH', `${contacts}/${other}`, { properties: some(15, 20, 'a') });
  const before = await app.engine.eventStore.head();
  const email = `${randomUUID()}@example.com`;
  const properties = some(0, 20, 'a');
  const merge = { primaryObjectId: id, objectIdToMerge: other };
  for (const [method, path, body] of [
    ['PATCH', `${contacts}/${id}`, { properties }],
    ['PATCH', `${contacts}/${id}`, { properties: { ...properties, email } }],
    ['POST', contacts, { properties: { ...properties, email } }],
    ['POST', `${contacts}/merge`, merge],
  ] as const)
    for (const headers of [{}, { 'idempotency-key': randomUUID() }])
      expect((await app.api(method, path, body, headers)).status).toBe(413);
  expect((await eventsAfter(app.engine.eventStore, before)).map(({ type }) => type)).toEqual([]);
  await app.ok('POST', contacts, { properties: { email } });
  expect((await app.ok('GET', `${contacts}/${other}`)).id).toBe(other);
});

test('a batch read answers as many records as fit, and names the others', async () => {
  // Five fill an answer, and three more may be under way by then.
  const ids = await Promise.all(Array.from({ length: 10 }, () => large()));
  const inputs = ids.map((id) => ({ id }));
  const read = await app.api<Batch>('POST', `${contacts}/batch/read`, { inputs, properties: names });
  expect(read.status).toBe(207);
  const told = read.body.results.map(({ id }) => id);
  const [error] = read.body.errors!;
  expect(error).toMatchObject({ category: 'VALIDATION_ERROR' });
  expect([...told, ...error!.context.ids!].sort()).toEqual([...ids].sort());
  expect(told.length).toBeGreaterThan(3);
  const few = await app.api<Batch>('POST', `${contacts}/batch/read`, {
    inputs,
    properties: names.slice(0, 2),
  });
  expect([few.status, few.body.results.length]).toEqual([200, 10]);

  const updates = ids.map((id) => ({ id, properties: { city: 'Bonn' } }));
  const written = await app.ok<Batch>('POST', `${contacts}/batch/update`, { inputs: updates });
  expect(written.results.map(({ properties }) => properties.city)).toEqual(ids.map(() => 'Bonn'));
  expect(written.results[0]!.properties).toHaveProperty(names[0]!);
  expect(written.results[9]!.properties).toEqual({ city: 'Bonn' });
});

test('histories are told as far back as the request may look, and from when', async () => {
  const { id } = await app.ok('POST', contacts, { properties: { city: 'first' } });
  const { id: other } = await app.ok('POST', contacts, { properties: { city: 'other' } });
  for (let n = 0; n < 14; n++)
    await app.ok('PATCH', `${contacts}/${id}`, {
      properties: { city: `city ${n}`, ...some(0, 7, String(n)) },
    });
  const asked = `propertiesWithHistory=city`;
  const one = await app.ok<RecordJson>('GET', `${contacts}/${id}?${asked}`);
  const told = one.propertiesWithHistory.city!.map(({ value }) => value);
  expect(told).toEqual(Array.from({ length: told.length }, (_, n) => `city ${13 - n}`));
  expect(told.length).toBeLessThan(14);
  expect(typeof one.historySince).toBe('string');
  const inputs = [id, other].map((each) => ({ id: each }));
  const { results } = await app.ok<Batch>('POST', `${contacts}/batch/read`, {
    ...{ inputs, propertiesWithHistory: ['city'] },
  });
  const [shared, whole] = [id, other].map((each) => results.find((found) => found.id === each)!);
  expect(shared!.propertiesWithHistory.city!.length).toBeLessThanOrEqual(told.length);
  expect(whole!.propertiesWithHistory.city!.map(({ value }) => value)).toEqual(['other']);
  expect(whole).not.toHaveProperty('historySince');
});
