// Custom object types: defined, used, changed and archived over HTTP.
import { eventsAfter } from '../../support/log';
import { ownLog, startApp, type App } from '../../support/servers/app';

let app: App;
// The types are the account's, all of them.
beforeAll(async () => (app = await startApp(ownLog)));
afterAll(() => app.close());

const SCHEMAS = '/crm-object-schemas/v3/schemas';
const plate = { name: 'plate', label: 'Plate', type: 'string', fieldType: 'text', hasUniqueValue: true };
const seats = { name: 'seats', label: 'Seats', type: 'number', fieldType: 'number' };
const bodyOf = (name: string, part: object = {}) => ({
  name,
  labels: { singular: 'Car', plural: 'Cars' },
  primaryDisplayProperty: 'plate',
  requiredProperties: ['plate'],
  searchableProperties: ['plate'],
  properties: [plate, seats],
  associatedObjects: [],
  ...part,
});
interface Schema {
  readonly id: string;
  readonly name: string;
  readonly objectTypeId: string;
  readonly fullyQualifiedName: string;
  readonly properties: readonly { readonly name: string }[];
  readonly associations: readonly { readonly fromObjectTypeId: string; readonly toObjectTypeId: string }[];
}
interface RecordAnswer {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
}
const define = (name: string, part?: object) => app.ok<Schema>('POST', SCHEMAS, bodyOf(name, part));
const create = (type: string, properties: object) =>
  app.api<{ id: string; errors?: { code: string }[] }>('POST', `/crm/v3/objects/${type}`, { properties });

test('a type is known by every one of its names as soon as it is defined', async () => {
  const schema = await define('car');
  expect(schema).toMatchObject({ name: 'car', requiredProperties: ['plate'], archived: false });
  expect(schema.properties.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['createdate', 'hs_createdate', 'hs_object_id', 'plate', 'seats']),
  );
  const { id } = (await create('car', { plate: 'ZH 1', seats: 5 })).body;
  for (const name of ['car', 'CAR', 'p_car', schema.objectTypeId, schema.fullyQualifiedName]) {
    const read = await app.ok<RecordAnswer>(
      'GET',
      `/crm/v3/objects/${name}/${id}?properties=plate,seats,hs_createdate`,
    );
    expect(read.properties).toMatchObject({ plate: 'ZH 1', seats: '5' });
    expect(read.properties.hs_createdate).toBe(read.properties.createdate);
    expect((await app.ok<Schema>('GET', `${SCHEMAS}/${name}`)).id).toBe(schema.id);
  }
  expect((await app.ok<{ results: Schema[] }>('GET', SCHEMAS)).results.map(({ name }) => name)).toEqual([
    'car',
  ]);
});

test('a record must have its required values from the beginning, and keeps them', async () => {
  await define('van');
  const refused = await create('van', { seats: 9 });
  expect(refused.status).toBe(400);
  expect(refused.body.errors).toMatchObject([{ code: 'REQUIRED_PROPERTY' }]);
  const { id } = (await create('van', { plate: 'BE 2' })).body;
  const cleared = await app.api('PATCH', `/crm/v3/objects/van/${id}`, { properties: { plate: '' } });
  expect(cleared.status).toBe(400);
  await app.ok('PATCH', `/crm/v3/objects/van/${id}`, { properties: { seats: 3 } });
  const batch = await app.api('POST', '/crm/v3/objects/van/batch/create', {
    inputs: [{ properties: { plate: 'BE 3' } }, { properties: { seats: 1 } }],
  });
  expect(batch.status).toBe(400);
  expect(await app.ok('GET', '/crm/v3/objects/van')).toMatchObject({ results: [{ id }] });
});

test('unique values are unique within the type, and find its records', async () => {
  await define('bus');
  const { id } = (await create('bus', { plate: 'GE 4' })).body;
  const taken = await create('bus', { plate: 'GE 4' });
  expect(taken.status).toBe(409);
  expect(JSON.stringify(taken.body)).toContain(id);
  expect(await app.ok('GET', '/crm/v3/objects/bus/GE%204?idProperty=plate')).toMatchObject({ id });
});

test('wrong schemas are refused by name, and leave nothing behind', async () => {
  const refused = async (body: object, about: string) => {
    const answer = await app.api('POST', SCHEMAS, body);
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([400, expect.stringContaining(about)]);
  };
  await refused(bodyOf('contact'), 'name');
  await refused(bodyOf('user'), 'name');
  await refused(bodyOf('ship', { requiredProperties: ['crew'] }), 'crew');
  await refused(bodyOf('ship', { properties: [plate, plate] }), 'plate');
  await refused(bodyOf('ship', { properties: [{ ...plate, type: 'colour' }] }), 'type');
  expect((await app.api('GET', '/crm/v3/objects/ship')).status).toBe(400);
  expect((await app.api('POST', SCHEMAS, bodyOf('CAR'))).status).toBe(409);
});

test('a type is changed, archived when it is empty, and comes back with its recycle bin', async () => {
  const schema = await define('tram');
  const { id } = (await create('tram', { plate: 'T 1' })).body;
  const changed = await app.ok('PATCH', `${SCHEMAS}/tram`, {
    labels: { plural: 'Trams' },
    description: 'On rails',
  });
  expect(changed).toMatchObject({ labels: { singular: 'Car', plural: 'Trams' }, description: 'On rails' });
  expect((await app.api('PATCH', `${SCHEMAS}/tram`, { requiredProperties: ['crew'] })).status).toBe(400);

  expect((await app.api('DELETE', `${SCHEMAS}/tram`)).status).toBe(409);
  await app.ok('DELETE', `/crm/v3/objects/tram/${id}`);
  await app.ok('DELETE', `${SCHEMAS}/tram`);
  expect((await app.api('GET', '/crm/v3/objects/tram')).status).toBe(400);
  expect(await app.ok('GET', `${SCHEMAS}?archived=true`)).toMatchObject({ results: [{ name: 'tram' }] });

  const again = await define('tram');
  expect(again.objectTypeId).toBe(schema.objectTypeId);
  expect(await app.ok('GET', '/crm/v3/objects/tram?archived=true')).toMatchObject({ results: [{ id }] });
});

test('a schema with one definition that cannot be written leaves none of the others behind', async () => {
  await define('ferry');
  await app.ok('DELETE', '/crm/v3/properties/ferry/seats');
  await app.ok('DELETE', `${SCHEMAS}/ferry`);
  const before = await app.engine.eventStore.head();
  const options = Array.from({ length: 3_000 }, (_, n) => ({
    value: `${n}`,
    label: `${n}`.padEnd(400, 'x'),
  }));
  const decks = { name: 'decks', label: 'Decks', type: 'enumeration', fieldType: 'select', options };
  const large = await app.api('POST', SCHEMAS, bodyOf('barge', { properties: [plate, seats, decks] }));
  const helm = { ...seats, name: 'helm' };
  const other = { ...seats, hasUniqueValue: true };
  const unlike = await app.api('POST', SCHEMAS, bodyOf('ferry', { properties: [plate, helm, other] }));
  expect([large.status, unlike.status]).toEqual([413, 400]);
  expect((await eventsAfter(app.engine.eventStore, before)).map(({ type }) => type)).toEqual([]);
});

test('a type has the association types it was defined with, and gets further ones', async () => {
  const schema = await define('boat', {
    associatedObjects: ['CONTACT', '0-2'],
    shouldCreateSameObjectAssociation: true,
  });
  const pairs = schema.associations.map(({ fromObjectTypeId, toObjectTypeId }) => [
    fromObjectTypeId,
    toObjectTypeId,
  ]);
  const id = schema.objectTypeId;
  expect(pairs).toEqual([
    [id, '0-1'],
    ['0-1', id],
    [id, '0-2'],
    ['0-2', id],
    [id, id],
  ]);

  const berth = { fromObjectTypeId: id, toObjectTypeId: '0-3', name: 'berth' };
  const defined = await app.ok<{ id: string }>('POST', `${SCHEMAS}/boat/associations`, berth);
  expect(defined).toMatchObject(berth);
  expect((await app.api('POST', `${SCHEMAS}/boat/associations`, berth)).status).toBe(409);
  expect(
    (await app.api('POST', `${SCHEMAS}/boat/associations`, { ...berth, fromObjectTypeId: '0-1' })).status,
  ).toBe(400);
  await app.ok('DELETE', `${SCHEMAS}/boat/associations/${defined.id}`);
  expect((await app.api('DELETE', `${SCHEMAS}/boat/associations/${defined.id}`)).status).toBe(404);
  expect((await app.ok<Schema>('GET', `${SCHEMAS}/boat`)).associations).toHaveLength(5);
});

test('types are the same after a restart', async () => {
  await app.restart();
  expect(await app.ok('GET', '/crm/v3/objects/car?properties=plate')).toMatchObject({
    results: [{ properties: { plate: 'ZH 1' } }],
  });
});
