// A key that may write and not read learns nothing from the answers to its writes but what it has written itself.
import { randomUUID } from 'node:crypto';
import { App, startApp, type AnyJson } from '../../support/servers/app';

interface RecordJson extends AnyJson {
  readonly properties: Record<string, string | null>;
}

let app: App;
let id: string;
const writer: Record<string, string> = {};
const objects = '/crm/v3/objects/contacts';
const definitions = '/crm/v3/properties/contacts';
/** Of this run alone. */
const moods = `moods_${randomUUID().slice(0, 8)}`;

/** As the key that may only write. */
const write = <T = RecordJson>(method: string, path: string, body: object, headers = {}): Promise<T> =>
  app.ok<T>(method, path, body, { ...writer, ...headers });

beforeAll(async () => {
  app = await startApp();
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    name: 'writer',
    scopes: ['crm.objects.write', 'crm.schemas.write'],
  });
  writer.authorization = `Bearer ${token}`;
  const options = ['sun', 'moon', 'rain'].map((value) => ({ label: value, value }));
  await app.ok('POST', definitions, {
    ...{ name: moods, label: 'Moods', type: 'enumeration', fieldType: 'checkbox', options },
    ...{ groupName: 'contactinformation', description: 'how they feel' },
  });
});
beforeEach(async () => {
  const properties = { firstname: 'Ada', city: 'London', [moods]: 'sun;moon' };
  ({ id } = await app.ok('POST', objects, { properties }));
});
afterAll(() => app.close());

test('an update answers id, times and the values written, as they are kept', async () => {
  const changed = await write('PATCH', `${objects}/${id}`, { properties: { numemployees: '5', city: '' } });
  expect(changed).toEqual({
    id,
    properties: { numemployees: '5', city: null },
    createdAt: expect.any(String) as unknown,
    updatedAt: expect.any(String) as unknown,
    archived: false,
  });
  expect((await write('PATCH', `${objects}/${id}`, { properties: {} })).properties).toEqual({});
  expect(
    (await app.ok<RecordJson>('PATCH', `${objects}/${id}`, { properties: {} })).properties,
  ).toMatchObject({ firstname: 'Ada' });
});

test('so do a creation, batches and upserts', async () => {
  const properties = { lastname: 'Byron' };
  expect((await write('POST', objects, { properties })).properties).toEqual(properties);
  const email = `${id}@example.com`;
  const inputs = [{ id, properties }];
  const answers = [
    await write('POST', `${objects}/batch/create`, { inputs: [{ properties: { ...properties, email } }] }),
    await write('POST', `${objects}/batch/update`, { inputs }),
    await write('POST', `${objects}/batch/upsert`, {
      inputs: [{ id: email, idProperty: 'email', properties }],
    }),
  ];
  expect(answers.map(({ results }) => results.map((one) => one.properties))).toEqual([
    [{ ...properties, email }],
    [properties],
    [properties],
  ]);
});

test('choices added to those made before are not shown among them', async () => {
  const added = await write('PATCH', `${objects}/${id}`, { properties: { [moods]: ';rain', city: 'Bonn' } });
  expect(added.properties).toEqual({ city: 'Bonn' });
  const read = await app.ok<RecordJson>('GET', `${objects}/${id}?properties=${moods}`);
  expect(read.properties[moods]).toBe('sun;moon;rain');
});

test('a repeat answers what it did, not what others have written since', async () => {
  const once = () =>
    write('PATCH', `${objects}/${id}`, { properties: { city: 'Rome' } }, { 'Idempotency-Key': `rome-${id}` });
  expect((await once()).properties).toEqual({ city: 'Rome' });
  await app.ok('PATCH', `${objects}/${id}`, { properties: { city: 'Oslo', firstname: 'Eve' } });
  expect((await once()).properties).toEqual({ city: 'Rome' });
});

test('a merge shows no value', async () => {
  const other = await app.ok('POST', objects, { properties: { lastname: 'Lovelace' } });
  const merged = await write('POST', `${objects}/merge`, { primaryObjectId: id, objectIdToMerge: other.id });
  expect(merged).toMatchObject({ id, properties: {} });
});

test('nobody is told the name of the record that stands in the way of one from the bin', async () => {
  const email = `${id}@example.com`;
  await app.ok('PATCH', `${objects}/${id}`, { properties: { email } });
  await app.ok('DELETE', `${objects}/${id}`);
  await app.ok('POST', objects, { properties: { email, firstname: 'Mallory' } });
  const restore = (headers?: Record<string, string>) =>
    app.api('POST', '/recycle-bin/v1/contacts/restore', { ids: [id] }, headers);
  expect(JSON.stringify((await restore()).body)).toContain('existingObjectName');
  expect(JSON.stringify((await restore(writer)).body)).not.toContain('existingObjectName');
});

test('labels that stood between two records before are not shown', async () => {
  const { id: companyId } = await app.ok('POST', '/crm/v3/objects/companies', {
    properties: { name: 'Acme' },
  });
  const labels = '/crm/v4/associations/contacts/companies/labels';
  const define = async (name: string) =>
    (
      await app.ok<{ results: { typeId: number; label: string | null }[] }>('POST', labels, {
        ...{ name, label: name },
      })
    ).results.find(({ label }) => label === name)!.typeId;
  const spec = (associationTypeId: number) => [{ associationCategory: 'USER_DEFINED', associationTypeId }];
  const [boss, friend] = [await define(`boss_${id}`), await define(`friend_${id}`)];
  const path = `/crm/v4/objects/contacts/${id}/associations/companies/${companyId}`;
  await app.ok('PUT', path, spec(boss));
  const added = await write<{ labels: string[] }>('PUT', path, spec(friend));
  expect(added.labels).toEqual([`friend_${id}`]);
  const batch = { inputs: [{ from: { id }, to: { id: companyId }, types: spec(friend) }] };
  const { results } = await write('POST', '/crm/v4/associations/contacts/companies/batch/create', batch);
  expect(results.map((one) => one.labels)).toEqual([[`friend_${id}`]]);
  expect((await app.ok<{ labels: string[] }>('PUT', path, spec(friend))).labels).toHaveLength(2);
});

test('definitions show what was said of them just now', async () => {
  const empty = await write<AnyJson & { name: string }>('PATCH', `${definitions}/${moods}`, {});
  expect(Object.keys(empty).sort()).toEqual(['archived', 'createdAt', 'name', 'updatedAt']);
  expect(await write('PATCH', `${definitions}/${moods}`, { label: 'Mood' })).toMatchObject({ label: 'Mood' });
  const pipeline = await app.ok('POST', '/crm/v3/pipelines/deals', {
    ...{ label: `Own ${id}`, displayOrder: 9 },
    stages: [{ label: 'First', displayOrder: 0, metadata: { probability: '0.5' } }],
  });
  const changed = await write('PATCH', `/crm/v3/pipelines/deals/${pipeline.id}`, { displayOrder: 8 });
  expect(Object.keys(changed).sort()).toEqual(['archived', 'createdAt', 'displayOrder', 'id', 'updatedAt']);
});
