// Erasing over HTTP: the record is gone for good, and so is whatever was stored with its values.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { naiveCsvs } from '../../support/random/naive-fold';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import { pause } from '../../../src/supervision/pause';
import { App, ownLog, startApp } from '../../support/servers/app';
import { unzipped } from '../../support/unzip';

interface Job {
  id: string;
  status: string;
  position: string;
  fileStatus?: string;
  withdrawn?: boolean;
  sha256?: string;
}
interface Entry {
  id: string;
  summary: string;
  erased?: boolean;
  changes?: Record<string, unknown>;
  target?: { label?: string };
}

const CONTACTS = '/crm/v3/objects/contacts';
const BACKUPS = '/backups/v1/backups';
const SECRET = 'quite-unforgettable';

describe('Erasing a record', () => {
  let app: App;

  beforeAll(async () => {
    // Compared with a fold of the whole log.
    app = await startApp(ownLog);
    await app.setUpTwoFactor();
  });
  afterAll(() => app.close());

  const create = async (properties: Record<string, string>) =>
    (await app.ok('POST', CONTACTS, { properties })).id;
  const erase = (objectId: string, idProperty?: string) =>
    app.api('POST', `${CONTACTS}/gdpr-delete`, { objectId, ...(idProperty && { idProperty }) });

  async function until<T>(read: () => Promise<T>, holds: (state: T) => boolean): Promise<T> {
    for (let tries = 0; ; tries++) {
      const state = await read();
      if (holds(state) || tries > 300) return state;
      await pause(50);
    }
  }
  const ended = (path: string) =>
    until(
      () => app.ok<Job>('GET', path),
      ({ status }) => !['QUEUED', 'RUNNING', 'PLANNING'].includes(status),
    );
  const backedUp = async () => ended(`${BACKUPS}/${(await app.ok('POST', BACKUPS)).id}`);

  async function zipOf(id: string): Promise<Map<string, string>> {
    const response = await fetch(`${app.url}${BACKUPS}/${id}/file`, {
      headers: { authorization: `Bearer ${app.admin.token}` },
    });
    const files = await unzipped(Buffer.from(await response.arrayBuffer()));
    return new Map([...files].map(([name, bytes]) => [name, bytes.toString('utf8')]));
  }

  const textOf = async (id: string) => [...(await zipOf(id)).values()].join('\n');
  const stored = () => readdirSync(join(app.dataDir, 'files'), { recursive: true }).map(String);

  test('leaves nothing to be read, by id or by value, and its values are free', async () => {
    const id = await create({ email: `${SECRET}@read.example`, city: SECRET });
    expect((await erase(id)).status).toBe(204);
    expect((await erase(id)).status).toBe(204);
    expect((await app.api('GET', `${CONTACTS}/${id}`)).status).toBe(404);
    expect((await app.api('GET', `${CONTACTS}/${id}?archived=true`)).status).toBe(404);
    expect((await app.api('GET', `${CONTACTS}/${SECRET}@read.example?idProperty=email`)).status).toBe(404);
    const refused = await app.api('PATCH', `${CONTACTS}/${id}`, { properties: { city: 'x' } });
    expect([refused.status, refused.body.subCategory]).toEqual([404, 'RECORD_ERASED']);
    const found = await app.ok('POST', `${CONTACTS}/search`, { query: SECRET });
    expect(found.results).toEqual([]);
    expect((await erase('4711')).status).toBe(404);
    await create({ email: `${SECRET}@read.example` });
    expect((await erase(`${SECRET}@read.example`, 'email')).status).toBe(204);
  });

  test('takes those with it that were merged into it, whichever id is named', async () => {
    const [kept, other] = [await create({ email: 'kept@erase.example' }), await create({ city: SECRET })];
    await app.ok('POST', `${CONTACTS}/merge`, { primaryObjectId: kept, objectIdToMerge: other });
    expect((await erase(other)).status).toBe(204);
    for (const id of [kept, other]) expect((await app.api('GET', `${CONTACTS}/${id}`)).status).toBe(404);
    const types = (await app.events()).filter(({ type }) => type === 'record.erased.v1');
    expect(types.map(({ data }) => (data as { recordId: string }).recordId)).toEqual(
      expect.arrayContaining([kept, other]),
    );
  });

  test('works on archived records and on other types', async () => {
    const id = await create({ city: SECRET });
    await app.ok('DELETE', `${CONTACTS}/${id}`);
    expect((await erase(id)).status).toBe(204);
    expect((await app.api('GET', `${CONTACTS}/${id}?archived=true`)).status).toBe(404);
    const deal = await app.ok('POST', '/crm/v3/objects/deals', { properties: { dealname: SECRET } });
    const answer = await app.api('POST', '/crm/v3/objects/deals/gdpr-delete', { objectId: deal.id });
    expect(answer.status).toBe(204);
  });

  test('withdraws the ZIPs that hold it; built again they are without it and say so', async () => {
    const before = await backedUp();
    const id = await create({ email: `${SECRET}@zip.example`, firstname: 'Zoe' });
    const other = await create({ email: 'stays@zip.example' });
    const holding = await backedUp();
    expect(await textOf(holding.id)).toContain(`${SECRET}@zip.example`);
    await app.ok('POST', `${CONTACTS}/gdpr-delete`, { objectId: id });

    const withdrawn = await until(
      () => app.ok<Job>('GET', `${BACKUPS}/${holding.id}`),
      (backup) => backup.withdrawn === true,
    );
    expect(withdrawn).toMatchObject({ status: 'COMPLETED', fileStatus: 'EXPIRED', withdrawn: true });
    expect(await app.ok('GET', `${BACKUPS}/${before.id}`)).toMatchObject({ fileStatus: 'AVAILABLE' });
    const refused = await app.api('GET', `${BACKUPS}/${holding.id}/file`);
    expect([refused.status, refused.body.subCategory]).toEqual([404, 'BACKUP_WITHDRAWN']);
    await until(
      async () => stored(),
      (names) => !names.some((name) => name.includes(holding.id)),
    );
    expect(stored().filter((name) => name.includes(holding.id))).toEqual([]);

    await app.ok('POST', `${BACKUPS}/${holding.id}/rebuild`);
    const again = await ended(`${BACKUPS}/${holding.id}`);
    expect(again).toMatchObject({ status: 'COMPLETED', fileStatus: 'AVAILABLE' });
    expect(again.withdrawn).toBeUndefined();
    const files = await zipOf(holding.id);
    const manifest = JSON.parse(files.get('manifest.json')!) as { erased?: Record<string, number> };
    files.delete('manifest.json');
    files.delete('definitions.json');
    expect(Object.fromEntries(files)).toEqual(
      await naiveCsvs(app.engine.eventStore, BigInt(holding.position), (type) =>
        standardProperties(type).keys(),
      ),
    );
    expect([...files.values()].join()).not.toContain(SECRET);
    expect([...files.values()].join()).toContain(other);
    expect(manifest.erased).toEqual({ contacts: 1 });
    // Of a position at which nobody was erased since, the manifest says nothing.
    const now = await zipOf((await backedUp()).id);
    expect(now.get('manifest.json')).not.toContain('erased');
  });

  test('withdraws plans that hold it, and no plan made later does', async () => {
    const id = await create({ email: `${SECRET}@plan.example`, city: 'Rome' });
    const backup = await backedUp();
    await app.ok('PATCH', `${CONTACTS}/${id}`, { properties: { city: 'Milan' } });
    const asked = {
      source: { backupId: backup.id },
      objects: [{ objectType: 'contacts', properties: ['city'], recordIds: [id] }],
    };
    const plan = await ended(`/restores/v1/plans/${(await app.ok('POST', '/restores/v1/plans', asked)).id}`);
    expect(plan).toMatchObject({ status: 'READY', summary: { records: 1 } });
    await app.ok('POST', `${CONTACTS}/gdpr-delete`, { objectId: id });
    const path = `/restores/v1/plans/${plan.id}`;
    expect(
      await until(
        () => app.ok<Job>('GET', path),
        ({ status }) => status === 'EXPIRED',
      ),
    ).toMatchObject({ status: 'EXPIRED', withdrawn: true });
    expect((await app.api('GET', `${path}/changes`)).body.subCategory).toBe('PLAN_WITHDRAWN');
    const executed = await app.api('POST', `${path}/execute`, {
      confirm: { changesData: true, overwritesValues: true },
      totp: app.totp(),
    });
    expect([executed.status, executed.body.subCategory]).toEqual([409, 'PLAN_WITHDRAWN']);
    const next = await ended(`/restores/v1/plans/${(await app.ok('POST', '/restores/v1/plans', asked)).id}`);
    expect(next).toMatchObject({
      status: 'READY',
      summary: { records: 0, missing: 1, gone: { merged: 0, purged: 0, erased: 1 } },
    });
  });

  test('withdraws the files of exports that hold it', async () => {
    const id = await create({ email: `${SECRET}@export.example`, city: 'Oslo' });
    const { id: taskId } = await app.ok('POST', '/crm/v3/exports/export/async', {
      ...{ exportType: 'VIEW', format: 'CSV', exportName: 'People', objectType: 'contacts' },
      ...{ objectProperties: ['email'], language: 'EN', associatedObjectType: [] },
    });
    const path = `/crm/v3/exports/export/async/tasks/${taskId}/status`;
    const done = await until(
      () => app.ok<Job>('GET', path),
      ({ status }) => status === 'COMPLETE',
    );
    expect(done.status).toBe('COMPLETE');
    const kept = () => stored().filter((name) => name.includes(`exports/${taskId}-`));
    expect(kept()).toHaveLength(1);
    await app.ok('POST', `${CONTACTS}/gdpr-delete`, { objectId: id });
    await until(
      async () => kept(),
      (names) => names.length === 0,
    );
    expect(kept()).toEqual([]);
  });

  test('a withdrawal that a stop came before goes on after it', async () => {
    const id = await create({ email: `${SECRET}@stop.example` });
    const backup = await backedUp();
    await app.ok('POST', `${CONTACTS}/gdpr-delete`, { objectId: id });
    await app.restart();
    const found = await until(
      () => app.ok<Job>('GET', `${BACKUPS}/${backup.id}`),
      ({ withdrawn }) => withdrawn === true,
    );
    expect(found).toMatchObject({ fileStatus: 'EXPIRED', withdrawn: true });
    await until(
      async () => app.events(),
      (events) =>
        events.some(({ type, data }) => type === 'erasure.completed.v1' && JSON.stringify(data).includes(id)),
    );
  });

  test('the audit log tells of it, and shows none of its values any more', async () => {
    const id = await create({ email: `${SECRET}@audit.example`, city: SECRET });
    await app.ok('PATCH', `${CONTACTS}/${id}`, { properties: { city: `${SECRET}-2` } });
    const { results: shown } = await app.ok<{ results: Entry[] }>('GET', `/audit/v1/entries?targetId=${id}`);
    expect(JSON.stringify(shown)).toContain(SECRET);
    await app.ok('POST', `${CONTACTS}/gdpr-delete`, { objectId: id });
    const { results } = await app.ok<{ results: Entry[] }>('GET', `/audit/v1/entries?targetId=${id}`);
    expect(results.map(({ summary }) => summary)).toEqual([
      'Erased a contact',
      'Changed city of a contact',
      'Created a contact',
    ]);
    expect(JSON.stringify(results)).not.toContain(SECRET);
    for (const { id: entryId } of results) {
      const entry = await app.ok<Entry>('GET', `/audit/v1/entries/${entryId}`);
      expect(entry.erased).toBe(true);
      expect(JSON.stringify(entry)).not.toContain(SECRET);
    }
  });
});
