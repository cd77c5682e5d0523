// With a cooling-off an erased record reads as erased at once, can be brought back exactly until it is due, and is erased
// for good after that.
import { randomUUID } from 'node:crypto';
import { erasures } from '../../../projections/erasures';
import { recordDocumentId } from '../../../src/crm/records/record.vocabulary';
import { pause } from '../../../src/supervision/pause';
import { ownLog, startApp, type App } from '../../support/servers/app';
import { exportBody } from '../../support/exporting';
import { unzipped } from '../../support/unzip';
import { client } from '../../support/client-surface';

const CONTACTS = '/crm/v3/objects/contacts';
const ERASURES = '/privacy/v1/erasures';
const DAY_MS = 86_400_000;

interface Erasure {
  readonly recordId: string;
  readonly status: string;
  readonly requestedAt: string;
  readonly requestedBy: string;
  readonly dueAt: string;
}
interface Entry {
  readonly id: string;
  readonly action: string;
  readonly erased?: boolean;
  readonly actor: object;
}

let app: App;
beforeAll(async () => {
  app = await startApp({ ERASURE_DELAY: '7d' });
});
afterAll(() => app.close());

const create = async (properties: Record<string, string>, type = 'contacts') =>
  (await app.ok('POST', `/crm/v3/objects/${type}`, { properties })).id;
const erase = (objectId: string, type = 'contacts') =>
  app.ok('POST', `/crm/v3/objects/${type}/gdpr-delete`, { objectId });
const cancel = (id: string, type = 'contacts') => app.api('POST', `${ERASURES}/${type}/${id}/cancel`);
const erasureOf = (id: string, type = 'contacts') => app.ok<Erasure>('GET', `${ERASURES}/${type}/${id}`);
const typesOf = async (id: string) =>
  (await app.engine.streams.history(`contact-${id}`)).map(({ type }) => String(type));

async function exported(): Promise<string> {
  const { id } = await app.ok(
    'POST',
    '/crm/v3/exports/export/async',
    exportBody('contacts', ['city', 'email']),
  );
  await app.ok('GET', `/crm/v3/exports/export/${id}/progress`);
  return app.ok<string>('GET', `/crm/v3/exports/export/${id}/file`);
}
async function backedUp(asOf?: string): Promise<{ id: string; text: string }> {
  const { id } = await app.ok('POST', '/backups/v1/backups', asOf === undefined ? {} : { asOf });
  await app.ok('GET', `/backups/v1/backups/${id}/progress`);
  const headers = { authorization: `Bearer ${app.admin.token}` };
  const response = await fetch(`${app.url}/backups/v1/backups/${id}/file`, { headers });
  const files = await unzipped(Buffer.from(await response.arrayBuffer()));
  files.delete('manifest.json');
  files.delete('definitions.json');
  return { id, text: [...files].map(([name, bytes]) => `${name}\n${bytes.toString('utf8')}`).join('\n') };
}

/** What a restore of one contact's city would come to. */
async function planned(backupId: string, recordId: string): Promise<object> {
  const { id } = await app.ok('POST', '/restores/v1/plans', {
    source: { backupId },
    objects: [{ objectType: 'contacts', properties: ['city'], recordIds: [recordId] }],
  });
  await app.ok('GET', `/restores/v1/plans/${id}/progress`);
  return (await app.ok<{ summary: object }>('GET', `/restores/v1/plans/${id}`)).summary;
}

/** All that there is to be seen of a contact, but for its revision, which only rises. */
async function seen(id: string, firm: string, word: string) {
  const read = (path: string) => app.api<unknown>('GET', path).then(({ status, body }) => ({ status, body }));
  const path = `${CONTACTS}/${id}?propertiesWithHistory=city,email&associations=companies`;
  const search = await app.ok('POST', `${CONTACTS}/search`, { query: word, properties: ['city', 'email'] });
  const filters = [{ propertyName: 'city', operator: 'EQ', value: word }];
  const filtered = await app.ok('POST', `${CONTACTS}/search`, { filterGroups: [{ filters }] });
  const batch = await app.ok('POST', `${CONTACTS}/batch/read`, { inputs: [{ id }], properties: ['city'] });
  const own = (results: readonly { id: string }[]) => results.filter((one) => one.id === id);
  // Where the log is shared there are contacts of others, too, and some come and go meanwhile.
  const among = async (list: string) => {
    const found: object[] = [];
    for (let after = ''; ;) {
      const { results, paging } = await app.ok('GET', `${list}${after}`);
      found.push(...own(results));
      if (!paging) return found;
      after = `&after=${encodeURIComponent(paging.next.after)}`;
    }
  };
  const backup = (await backedUp()).text.split('\r\n').filter((line) => line.includes(id));
  return {
    one: withoutId(await read(path)),
    archivedOne: withoutId(await read(`${path}&archived=true`)),
    byEmail: withoutId(await read(`${CONTACTS}/${word}@wait.example?idProperty=email`)),
    search: own(search.results),
    filtered: own(filtered.results),
    batch: batch.results,
    listed: await among(`${CONTACTS}?limit=100`),
    archived: await among(`${CONTACTS}?limit=100&archived=true`),
    binned: await among('/recycle-bin/v1/contacts?limit=200'),
    associated: (await app.ok('GET', `/crm/v4/objects/companies/${firm}/associations/contacts`)).results,
    exported: (await exported()).includes(word),
    backup,
  };
}
/** A refusal names its request. */
const withoutId = ({ status, body }: { status: number; body: unknown }) =>
  status < 400 ? { status, body } : { status };

async function known(word: string): Promise<{ id: string; firm: string }> {
  const id = await create({ email: `${word}@wait.example`, city: 'Rome' });
  await app.ok('PATCH', `${CONTACTS}/${id}`, { properties: { city: word } });
  const firm = await create({ name: 'Firm' }, 'companies');
  await app.ok('PUT', `/crm/v4/objects/contacts/${id}/associations/default/companies/${firm}`);
  return { id, firm };
}

test.each(['live', 'archived'])('a %s record reads as erased at once, and is back exactly', async (state) => {
  const word = `w${randomUUID().slice(0, 8)}`;
  const { id, firm } = await known(word);
  if (state === 'archived') await app.ok('DELETE', `${CONTACTS}/${id}`);
  const before = await seen(id, firm, word);
  expect([before.one.status, before.archivedOne.status]).toEqual(state === 'live' ? [200, 404] : [404, 200]);
  expect([
    before.listed.length,
    before.binned.length,
    before.archived.length,
    before.associated.length,
  ]).toEqual(state === 'live' ? [1, 0, 0, 1] : [0, 1, 1, 0]);
  const earlier = await app.engine.eventStore.head();
  const stored = await backedUp();
  await erase(id);

  const gone = await seen(id, firm, word);
  expect(gone).toMatchObject({
    one: { status: 404 },
    archivedOne: { status: 404 },
    byEmail: { status: 404 },
  });
  const { search, filtered, batch, listed, archived, binned, associated } = gone;
  expect([search, filtered, batch, listed, archived, binned, associated].flat()).toEqual([]);
  expect([gone.exported, gone.backup]).toEqual([false, []]);
  const refused = await app.api('PATCH', `${CONTACTS}/${id}`, { properties: { city: 'x' } });
  expect([refused.status, refused.body.subCategory]).toEqual([404, 'RECORD_ERASED']);
  expect(
    (await app.api('POST', '/recycle-bin/v1/contacts/restore', { ids: [id] })).body.results,
  ).toMatchObject([{ outcome: 'refused' }]);
  const { results } = await app.ok<{ results: Entry[] }>('GET', `/audit/v1/entries?targetId=${id}`);
  for (const entry of results) {
    const told = await app.ok<Entry>('GET', `/audit/v1/entries/${entry.id}`);
    expect([told.erased, JSON.stringify(told).includes(word)]).toEqual([true, false]);
  }
  // What was, was: a state of before is whole until the erasure is carried out, and so is what was stored of it.
  if (state === 'live') expect((await backedUp(String(earlier))).text).toContain(word);
  expect(await app.ok('GET', `/backups/v1/backups/${stored.id}`)).toMatchObject({ fileStatus: 'AVAILABLE' });

  if (state === 'live')
    expect(await planned(stored.id, id)).toMatchObject({ records: 0, gone: { erased: 1 } });

  expect((await cancel(id)).status).toBe(200);
  expect(await seen(id, firm, word)).toEqual(before);
  expect(await erasureOf(id)).toMatchObject({ status: 'CANCELLED' });
});

test('what waits is listed with who asked and when it is due, for super admins in person', async () => {
  const word = `w${randomUUID().slice(0, 8)}`;
  const { id } = await known(word);
  const asked = { name: 'eraser', scopes: ['crm.objects.erase'] };
  const key = await app.ok<{ id: string; token: string }>('POST', '/auth/v1/api-keys', asked);
  const headers = { authorization: `Bearer ${key.token}` };
  await app.ok('POST', `${CONTACTS}/gdpr-delete`, { objectId: id }, headers);
  // Asked again, by anybody, it is due when it was.
  await erase(id);
  const { results } = await app.ok<{ results: Erasure[] }>('GET', `${ERASURES}?status=WAITING&limit=200`);
  const found = results.find(({ recordId }) => recordId === id)!;
  expect(found).toMatchObject({ objectType: 'contacts', requestedBy: app.admin.id, keyId: key.id });
  expect(Date.parse(found.dueAt) - Date.parse(found.requestedAt)).toBe(7 * DAY_MS);
  expect(JSON.stringify(found)).not.toContain(word);
  for (const [method, path] of [
    ['GET', ERASURES],
    ['POST', `${ERASURES}/contacts/${id}/cancel`],
  ] as const)
    expect((await app.api(method, path, undefined, headers)).status).toBe(403);
});

test('when it is over the erasure is carried out, over a restart too, and what was stored follows', async () => {
  const own = await startApp({ ...ownLog, ERASURE_DELAY: '2s' });
  try {
    const id = (await own.ok('POST', CONTACTS, { properties: { city: 'Bern' } })).id;
    const backup = await own.ok('POST', '/backups/v1/backups', { objectTypes: ['contacts'] });
    await own.ok('GET', `/backups/v1/backups/${backup.id}/progress`);
    await own.ok('POST', `${CONTACTS}/gdpr-delete`, { objectId: id });
    await own.restart();
    const path = `${ERASURES}/contacts/${id}`;
    while ((await own.ok<Erasure>('GET', path)).status !== 'COMPLETED') await pause(50);
    expect(await own.ok('GET', `/backups/v1/backups/${backup.id}`)).toMatchObject({ withdrawn: true });
    const cancelled = await own.api('POST', `${path}/cancel`);
    expect([cancelled.status, cancelled.body.category]).toEqual([409, 'CONFLICT']);
    const rows = await own.ok<{ results: Entry[] }>(
      'GET',
      `/audit/v1/entries?category=DATA_PRIVACY_REQUEST&targetId=${id}&sort=position&includeNonUser=true`,
    );
    expect(rows.results).toMatchObject([
      { action: 'REQUEST', actor: { type: 'user', id: own.admin.id } },
      { action: 'DELETE', actor: { type: 'system', id: 'erasures', userId: own.admin.id } },
    ]);
  } finally {
    await own.close();
  }
});

test('what was merged into a record waits and comes back with it, whichever id is named', async () => {
  const word = `w${randomUUID().slice(0, 8)}`;
  const { id, firm } = await known(word);
  const other = await create({ city: word, firstname: 'Other' });
  await app.ok('POST', `${CONTACTS}/merge`, { primaryObjectId: id, objectIdToMerge: other });
  const before = [await seen(id, firm, word), await app.ok('GET', `${CONTACTS}/${other}`)];
  await erase(other);
  for (const one of [id, other]) {
    expect((await app.api('GET', `${CONTACTS}/${one}`)).status).toBe(404);
    expect((await typesOf(one)).at(-1)).toBe('record.erasure-requested.v1');
  }
  const { results } = await app.ok<{ results: Erasure[] }>('GET', `${ERASURES}?status=WAITING&limit=200`);
  expect(results.map(({ recordId }) => recordId)).not.toContain(other);
  expect(await cancel(other)).toMatchObject({ status: 200, body: { recordId: id, status: 'CANCELLED' } });
  expect([await seen(id, firm, word), await app.ok('GET', `${CONTACTS}/${other}`)]).toEqual(before);
});

test('its unique values are free meanwhile; who has taken one stands in the way of its coming back', async () => {
  const email = `${randomUUID()}@wait.example`;
  const id = await create({ email });
  await erase(id);
  const next = await create({ email });
  const refused = await app.api<{ message: string }>('POST', `${ERASURES}/contacts/${id}/cancel`);
  expect([refused.status, refused.body.message]).toEqual([
    409,
    `Contact already exists. Existing ID: ${next}`,
  ]);
  await app.ok('PATCH', `${CONTACTS}/${next}`, { properties: { email: '' } });
  expect((await cancel(id)).status).toBe(200);
  const back = await app.ok<{ id: string }>('GET', `${CONTACTS}/${email}?idProperty=email`);
  expect(back.id).toBe(id);
  expect((await app.api('POST', CONTACTS, { properties: { email } })).status).toBe(409);
});

test('one that was asked for before and not carried out goes on over a restart without a delay', async () => {
  const id = await create({ city: 'Bern' });
  await erase(id);
  const waiting = (await erasureOf(id)).dueAt;
  await app.restart();
  expect((await erasureOf(id)).dueAt).toBe(waiting);
  const found = await app.engine.readModels.get(erasures, recordDocumentId('contacts', id), {});
  expect(found).toMatchObject({ status: 'WAITING', of: null });
  expect((await cancel(id)).status).toBe(200);
  expect((await cancel(id)).status).toBe(200);
  expect((await cancel('4711')).status).toBe(404);
});

test('HubSpot’s client erases, and finds nothing from then on', async () => {
  const { crm } = client(app, 13);
  const { id } = await crm.contacts.basicApi.create({ properties: { city: 'Graz' }, associations: [] });
  await crm.contacts.basicApi.purge({ objectId: id });
  await expect(crm.contacts.basicApi.getById(id)).rejects.toMatchObject({ code: 404 });
  expect((await crm.contacts.basicApi.getPage(100)).results.map((one) => one.id)).not.toContain(id);
  await expect(crm.contacts.basicApi.update(id, { properties: { city: 'x' } })).rejects.toMatchObject({
    ...{ code: 404, body: { subCategory: 'RECORD_ERASED' } },
  });
});
