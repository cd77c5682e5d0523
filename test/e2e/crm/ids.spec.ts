// Record ids: given once, drawn anew where they are taken, and ordered as numbers wherever records are listed.
import { randomUUID } from 'node:crypto';
import { createRecord, record } from '../../../src/crm/records/record.decider';
import { recordStream } from '../../../src/crm/records/record.vocabulary';
import { ID_BLOCKS, idBlocks } from '../../../src/eventsourcing/ids';
import { Streams } from '../../../src/eventsourcing/streams';
import { type App, startApp } from '../../support/servers/app';
import { exportBody, rowsOf } from '../../support/exporting';
import { importCsv, type Importing } from '../../support/importing';
import { meta } from '../../support/spec';
import { unzipped } from '../../support/unzip';

const CONTACTS = '/crm/v3/objects/contacts';
interface Written {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly new?: boolean;
}

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const mail = (name: string) => `${name}-${randomUUID()}@ids.test`;

/** What was brought in under an id of its own. */
const bringIn = (objectType: string, recordId: string, values: Record<string, string> = {}) =>
  // As another process does: what this one knows of the stream is nothing.
  new Streams(app.engine.eventStore, app.engine.codec).change(
    record,
    recordStream(objectType, recordId),
    (state) => createRecord(state, { objectType, recordId, values, at: new Date().toISOString() }),
    { ...meta, commandId: randomUUID() },
  );
/** Contacts under the ids that this process draws next. */
async function takeNext(count: number): Promise<string[]> {
  const last = Number(await app.engine.ids.draw());
  const ids = Array.from({ length: count }, (_, n) => String(last + 1 + n));
  for (const id of ids) await bringIn('contacts', id, { firstname: 'Brought in' });
  return ids;
}
const namesOf = async (ids: readonly string[]) => {
  const found = await Promise.all(ids.map((id) => app.ok<Written>('GET', `${CONTACTS}/${id}`)));
  return found.map(({ properties }) => properties['firstname']);
};
const create = (email: string, headers?: Record<string, string>) =>
  app.ok<Written>('POST', CONTACTS, { properties: { email, firstname: 'New' } }, headers);

describe('a new id', () => {
  test('has 11 to 15 digits and is greater than those before', async () => {
    const ids: number[] = [];
    for (let n = 0; n < 3; n++) ids.push(Number((await create(mail('new'))).id));
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    for (const id of ids) expect(String(id)).toMatch(/^\d{11,15}$/);
  });

  test('that is taken is drawn again', async () => {
    const taken = await takeNext(3);
    const email = mail('single');
    const { id } = await create(email);
    expect(taken).not.toContain(id);
    expect(await namesOf(taken)).toEqual(taken.map(() => 'Brought in'));
    expect((await app.ok<Written>('GET', `${CONTACTS}/${email}?idProperty=email`)).id).toBe(id);
  });

  test('that is taken is drawn again for each record of a batch, and its associations go with it', async () => {
    const company = await app.ok<Written>('POST', '/crm/v3/objects/companies', { properties: { name: 'A' } });
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }];
    const taken = await takeNext(2);
    const inputs = [0, 1, 2].map(() => ({
      properties: { email: mail('batch') },
      associations: [{ to: { id: company.id }, types }],
    }));
    const { results } = await app.ok<{ results: Written[] }>('POST', `${CONTACTS}/batch/create`, { inputs });
    const ids = results.map(({ id }) => id);
    expect(new Set([...ids, ...taken]).size).toBe(5);
    const linked = await app.ok<{ results: { toObjectId: number | string }[] }>(
      'GET',
      `/crm/v4/objects/companies/${company.id}/associations/contacts`,
    );
    expect(linked.results.map(({ toObjectId }) => String(toObjectId)).sort()).toEqual([...ids].sort());
  });

  test('that is taken is drawn again once for all repeats of a request', async () => {
    const [taken] = await takeNext(1);
    const [email, key] = [mail('keyed'), { 'idempotency-key': randomUUID() }];
    const first = await create(email, key);
    expect(first.id).not.toBe(taken);
    expect((await create(email, key)).id).toBe(first.id);

    const [other] = await takeNext(1);
    const upsert = { id: mail('upserted'), idProperty: 'email', properties: { firstname: 'New' } };
    const again = { 'idempotency-key': randomUUID() };
    for (let repeat = 0; repeat < 2; repeat++) {
      const { results } = await app.ok<{ results: Written[] }>(
        ...(['POST', `${CONTACTS}/batch/upsert`, { inputs: [upsert] }, again] as const),
      );
      expect(results).toEqual([expect.objectContaining({ new: true })]);
      expect(results[0]!.id).not.toBe(other);
    }
  });

  test('that is taken is drawn again for the rows of an import', async () => {
    const blocks = await app.engine.streams.load(idBlocks, ID_BLOCKS);
    const taken = [0, 2].map((n) => String(blocks.state.next + n));
    for (const id of taken) await bringIn('contacts', id, { firstname: 'Brought in' });
    const mails = [0, 1, 2].map(() => mail('row'));
    const done = await importCsv(app, {
      ...{ type: '0-1', columns: { Mail: 'email' }, operation: 'CREATE' },
      csv: ['Mail', ...mails, ''].join('\n'),
    });
    expect(done.metadata.counters).toMatchObject({ CREATED_OBJECTS: 3 });
    expect(await namesOf(taken)).toEqual(taken.map(() => 'Brought in'));
    for (const one of mails)
      expect(taken).not.toContain((await app.ok<Written>('GET', `${CONTACTS}/${one}?idProperty=email`)).id);
  });
});

test('an id with leading zeros names no record', async () => {
  const { id } = await create(mail('zeros'));
  const zeros = `0${id}`;
  for (const [method, path, body] of [
    ['GET', zeros, undefined],
    ['PATCH', zeros, { properties: { firstname: 'X' } }],
    ['DELETE', zeros, undefined],
    ['POST', 'merge', { primaryObjectId: id, objectIdToMerge: zeros }],
    ['POST', 'gdpr-delete', { objectId: zeros }],
  ] as const)
    expect(await app.api(method, `${CONTACTS}/${path}`, body)).toMatchObject({ status: 404 });
  const read = await app.api<{ results: unknown[] }>('POST', `${CONTACTS}/batch/read`, {
    inputs: [{ id: zeros }],
  });
  expect(read).toMatchObject({ status: 207, body: { results: [] } });
  expect(await namesOf([id])).toEqual(['New']);
  expect(await app.engine.eventStore.read(recordStream('contacts', zeros))).toMatchObject({ events: [] });
});

describe('ids of all lengths are ordered as numbers', () => {
  const name = `ids_${randomUUID().slice(0, 8)}`;
  const objects = `/crm/v3/objects/${name}`;
  // Those of before had 16 digits.
  const old = `2${String(Date.now()).padStart(15, '0')}`;
  const ids = ['7', '9', '10', '101', '99999999999', '100000000000', '999999999999999', old];
  let company = '';

  beforeAll(async () => {
    const labels = { singular: name, plural: `${name}s` };
    const properties = [{ name: 'title', label: 'Title', type: 'string', fieldType: 'text' }];
    await app.ok('POST', '/crm-object-schemas/v3/schemas', {
      ...{ name, labels, properties, primaryDisplayProperty: 'title', associatedObjects: ['COMPANY'] },
      requiredProperties: [],
    });
    for (const id of [...ids].sort()) await bringIn(name, id, { title: id });
    const made = await app.ok<Written>('POST', '/crm/v3/objects/companies', { properties: { name } });
    company = made.id;
    const inputs = [...ids].sort().map((id) => ({ from: { id: company }, to: { id } }));
    await app.ok('POST', `/crm/v4/associations/companies/${name}/batch/associate/default`, { inputs });
  });

  /** Ids of all pages. */
  async function paged<T>(ask: (after?: string) => Promise<T & Page>, idsOf: (page: T) => string[]) {
    const found: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await ask(after);
      found.push(...idsOf(page));
      after = page.paging?.next.after;
      if (after === undefined) return found;
    }
  }
  interface Page {
    readonly paging?: { readonly next: { readonly after: string } };
  }
  const search = (body: object) =>
    paged(
      (after) =>
        app.ok<{ results: Written[] } & Page>('POST', `${objects}/search`, { limit: 3, after, ...body }),
      ({ results }) => results.map(({ id }) => id),
    );
  const where = (operator: string, value: string) =>
    search({ filterGroups: [{ filters: [{ propertyName: 'hs_object_id', operator, value }] }] });

  test('in lists', async () => {
    const ask = (after?: string) =>
      app.ok<{ results: Written[] } & Page>('GET', `${objects}?limit=3${after ? `&after=${after}` : ''}`);
    expect(await paged(ask, ({ results }) => results.map(({ id }) => id))).toEqual(ids);
  });

  test('in searches', async () => {
    expect(await search({})).toEqual(ids);
    const sorted = (direction: string) => search({ sorts: [{ propertyName: 'hs_object_id', direction }] });
    expect(await sorted('ASCENDING')).toEqual(ids);
    expect(await sorted('DESCENDING')).toEqual([...ids].reverse());
    expect(await where('GT', '10')).toEqual(ids.slice(3));
    expect(await where('LTE', '99999999999')).toEqual(ids.slice(0, 5));
    expect(await where('EQ', '101')).toEqual(['101']);
    expect(await where('NEQ', '101')).toEqual(ids.filter((id) => id !== '101'));
  });

  test('among what a record is associated with', async () => {
    const ask = (after?: string) =>
      app.ok<{ results: { toObjectId: number | string }[] } & Page>(
        'GET',
        `/crm/v4/objects/companies/${company}/associations/${name}?limit=3${after ? `&after=${after}` : ''}`,
      );
    const found = await paged(ask, ({ results }) => results.map(({ toObjectId }) => String(toObjectId)));
    expect(found).toEqual(ids);
  });

  test('in exports', async () => {
    const first = (rows: string[][]) => rows.slice(1).map(([id]) => id);
    expect(first(await rowsOf(app, exportBody(name, ['title'])))).toEqual(ids);
    const sort = [{ propertyName: 'hs_object_id', order: 'DESC' }];
    const down = exportBody(name, ['title'], { publicCrmSearchRequest: { filters: [], sorts: sort } });
    expect(first(await rowsOf(app, down))).toEqual([...ids].reverse());
    const companies = exportBody('COMPANY', ['name'], {
      associatedObjectType: [name],
      publicCrmSearchRequest: {
        filters: [{ propertyName: 'name', operator: 'EQ', value: name }],
      },
    });
    expect((await rowsOf(app, companies))[1]![2]).toBe(ids.join(';'));
  });

  test('in backups, associations among them, and in plans', async () => {
    const { id } = await app.ok('POST', '/backups/v1/backups', { objectTypes: [name, 'companies'] });
    await app.ok('GET', `/backups/v1/backups/${id}/progress`);
    const file = await fetch(`${app.url}/backups/v1/backups/${id}/file`, {
      headers: { authorization: `Bearer ${app.admin.token}` },
    });
    const zip = await unzipped(Buffer.from(await file.arrayBuffer()));
    const column = (csv: string, n: number) =>
      zip
        .get(csv)!
        .toString()
        .split('\r\n')
        .slice(1, -1)
        .map((line) => line.split(',')[n]!);
    expect(column(`${name}.csv`, 0)).toEqual(ids);
    // Companies have others, too.
    expect(column('associations.csv', 3).filter((id) => ids.includes(id))).toEqual(ids);

    for (const one of ids) await app.ok('PATCH', `${objects}/${one}`, { properties: { title: 'changed' } });
    const objectsOf = [{ objectType: name, properties: ['title'] }];
    const plan = await app.ok('POST', '/restores/v1/plans', { source: { backupId: id }, objects: objectsOf });
    await app.ok('GET', `/restores/v1/plans/${plan.id}/progress`);
    const { results } = await app.ok<{ results: { recordId: string }[] }>(
      'GET',
      `/restores/v1/plans/${plan.id}/changes`,
    );
    expect(results.map(({ recordId }) => recordId)).toEqual(ids);
  });
});

test('what has ids of before stands behind what was asked for later', async () => {
  const id = `2${String(Date.now()).padStart(15, '0')}`;
  const at = new Date().toISOString();
  const requested = {
    backupId: id,
    position: '0',
    asOf: at,
    objectTypes: null,
    sensitive: null,
    dueAt: null,
  };
  await app.engine.eventStore.append(
    `backup-${id}`,
    [
      { id: randomUUID(), type: 'backup.requested.v2', data: requested, meta: { ...meta, at } },
      { id: randomUUID(), type: 'backup.cancelled.v1', data: { backupId: id }, meta: { ...meta, at } },
    ],
    -1,
  );
  const later = await app.ok('POST', '/backups/v1/backups', { objectTypes: ['contacts'] });
  const listed = await app.ok('GET', '/backups/v1/backups?limit=200');
  const own = listed.results.map((one) => one.id).filter((one) => one === id || one === later.id);
  expect(own).toEqual([later.id, id]);
});

describe('ids in a file that are not those of its records', () => {
  const byId = (csv: string, more: Partial<Importing> = {}): Importing => ({
    ...{ type: '0-1', columns: { Id: 'hs_object_id', First: 'firstname' }, operation: 'UPDATE' },
    ...{ key: { column: 'Id', type: 'HUBSPOT_OBJECT_ID' }, csv },
    ...more,
  });
  const errorsOf = async (id: string) => {
    const { results } = await app.ok<{ results: { errorType: string; errorMessage?: string }[] }>(
      'GET',
      `/crm/v3/imports/${id}/errors`,
    );
    return results.map(({ errorType, errorMessage }) => `${errorType}: ${errorMessage}`);
  };
  const rounded = 'has been rounded by a spreadsheet';
  // Of before: 16 digits, of which spreadsheets keep 15.
  const longIds = (last: string) =>
    Array.from({ length: 9 }, (_, n) => `2${String(Date.now() + n).padStart(14, '0')}${last}`);

  test('are refused by name where a spreadsheet has rounded them, and listed where nobody has them', async () => {
    const { id } = await create(mail('file'));
    const done = await importCsv(
      app,
      byId(`Id,First\n${id},After\n1.23457E+15,X\n"1,2E+11",X\n7001234567890120,X\n`),
    );
    expect(done.metadata.counters).toMatchObject({ UPDATED_OBJECTS: 1, ERRORS: 3 });
    expect(await errorsOf(done.id)).toEqual([
      expect.stringMatching(`INVALID_OBJECT_ID: .*${rounded}`),
      expect.stringMatching(`INVALID_OBJECT_ID: .*${rounded}`),
      'INVALID_OBJECT_ID: No record has this id',
    ]);
  });

  test('change no other record, though they are the ids of one', async () => {
    const ids = longIds('0');
    for (const id of ids) await bringIn('contacts', id, { firstname: 'Before' });
    const done = await importCsv(app, byId(['Id,First', ...ids.map((id) => `${id},After`), ''].join('\n')));
    expect(done.metadata.counters).toMatchObject({ ERRORS: ids.length });
    expect((await errorsOf(done.id))[0]).toMatch(rounded);
    expect(new Set(await namesOf(ids))).toEqual(new Set(['Before']));
  });

  test('are not suspected where one of the column ends otherwise', async () => {
    const ids = [...longIds('0').slice(0, 8), longIds('5')[0]!];
    for (const id of ids) await bringIn('contacts', id, { firstname: 'Before' });
    const done = await importCsv(app, byId(['Id,First', ...ids.map((id) => `${id},After`), ''].join('\n')));
    expect(done.metadata.counters).toMatchObject({ UPDATED_OBJECTS: ids.length });
  });

  test('are told apart where they name what a record is associated with', async () => {
    const company = (value: string) => `${mail('linked')},${value}\n`;
    const done = await importCsv(app, {
      ...{ type: '0-1', columns: { Mail: 'email' }, operation: 'CREATE' },
      also: [
        {
          ...{ columnObjectTypeId: '0-1', toColumnObjectTypeId: '0-2', columnName: 'Company' },
          ...{ columnType: 'HUBSPOT_OBJECT_ID', propertyName: null },
        },
      ],
      csv: `Mail,Company\n${company('1.2E+11')}${company('0123')}${company('7001234567890120')}`,
    });
    expect(done.metadata.counters).toMatchObject({ CREATED_OBJECTS: 3 });
    expect(await errorsOf(done.id)).toEqual([
      expect.stringMatching(`INVALID_ASSOCIATION_IDENTIFIER: .*${rounded}`),
      'INVALID_ASSOCIATION_IDENTIFIER: The record id is not a number',
      expect.stringMatching('UNKNOWN_ASSOCIATION_RECORD_ID: '),
    ]);
  });
});
