// Taking back what one cause did, over HTTP: an import, a key, one act, and the undo itself; later edits by others stay.
import { randomUUID } from 'node:crypto';
import { pause } from '../../../src/supervision/pause';
import { importCsv } from '../../support/importing';
import { type App, ownLog, startApp } from '../../support/servers/app';

interface Job {
  readonly id: string;
  readonly status: string;
}
interface Plan extends Job {
  readonly summary: Readonly<Record<string, unknown>>;
  readonly source: object;
}
interface Row {
  readonly objectType: string;
  readonly recordId: string;
  readonly kind: string;
  readonly changes: Readonly<Record<string, { from: string | null; to: string | null }>>;
  readonly leftAlone?: object;
}
interface Restore extends Job {
  readonly outcomes: Readonly<Record<string, number>>;
}

const host = `${randomUUID().slice(0, 8)}.test`;
let app: App;
beforeAll(async () => {
  app = await startApp(ownLog);
  await app.setUpTwoFactor();
});
afterAll(() => app.close());

async function ended<T extends Job>(path: string): Promise<T> {
  for (;;) {
    const job = await app.ok<T>('GET', path);
    if (!['PLANNING', 'QUEUED', 'RUNNING'].includes(job.status)) return job;
    await pause(50);
  }
}

async function planned(cause: object, more: object = {}): Promise<Plan> {
  const { id } = await app.ok<Job>('POST', '/restores/v1/plans/undo', { cause, ...more });
  const plan = await ended<Plan>(`/restores/v1/plans/${id}`);
  expect(plan).toMatchObject({ status: 'READY', source: { undo: cause } });
  return plan;
}

const rowsOf = async ({ id }: Job) =>
  (await app.ok<{ results: Row[] }>('GET', `/restores/v1/plans/${id}/changes?limit=200`)).results;

/** A code may be used once: of three in half a minute, the next comes when time goes on. */
async function code(): Promise<string> {
  for (let next = app.codes!.next(); ; next = app.codes!.next()) {
    if (next !== undefined) return next;
    await pause(500);
  }
}

async function executed({ id }: Job): Promise<Restore> {
  const { restoreId } = await app.ok<{ restoreId: string }>('POST', `/restores/v1/plans/${id}/execute`, {
    confirm: { changesData: true, overwritesValues: true },
    totp: await code(),
  });
  const restore = await ended<Restore>(`/restores/v1/restores/${restoreId}`);
  expect(restore.status).toBe('COMPLETED');
  return restore;
}

const create = async (properties: object) =>
  (await app.ok<{ id: string }>('POST', '/crm/v3/objects/contacts', { properties })).id;
const update = (id: string, properties: object, token?: string) =>
  app.ok(
    'PATCH',
    `/crm/v3/objects/contacts/${id}`,
    { properties },
    token ? { authorization: `Bearer ${token}` } : {},
  );
const cityOf = async (id: string) =>
  (
    await app.ok<{ properties: { city: string | null } }>(
      'GET',
      `/crm/v3/objects/contacts/${id}?properties=city`,
    )
  ).properties.city;
const isLive = async (id: string) => (await app.api('GET', `/crm/v3/objects/contacts/${id}`)).status === 200;

test('an import is undone but for what others have gone on with, and the undo is undone', async () => {
  const [old, other] = [
    await create({ email: `old@${host}`, city: 'Oslo' }),
    await create({ email: `other@${host}`, city: 'Oslo' }),
  ];
  const csv = `email,city\nold@${host},Bergen\nother@${host},Bergen\nnew@${host},Bergen\nkept@${host},Bergen\n`;
  const imported = await importCsv(app, {
    ...{ csv, type: '0-1', operation: 'UPSERT', columns: { email: 'email', city: 'city' } },
    key: { column: 'email', type: 'HUBSPOT_ALTERNATE_ID' },
  });
  const found = async (email: string) =>
    (await app.ok<{ id: string }>('GET', `/crm/v3/objects/contacts/${email}?idProperty=email`)).id;
  const [made, kept] = [await found(`new@${host}`), await found(`kept@${host}`)];
  // People have gone on working.
  await update(other, { city: 'Tromsø' });
  await update(kept, { city: 'Bodø' });

  const plan = await planned({ importId: imported.id });
  expect(plan.summary).toMatchObject({ records: 2, changes: 1, archived: 1, leftAlone: 2 });
  const rows = new Map((await rowsOf(plan)).map((row) => [row.recordId, row]));
  expect(rows.get(old)).toMatchObject({ kind: 'update', changes: { city: { from: 'Bergen', to: 'Oslo' } } });
  expect(rows.get(made)).toMatchObject({ kind: 'archive' });
  expect(rows.get(other)).toMatchObject({ changes: {}, leftAlone: { properties: ['city'] } });
  expect(rows.get(kept)).toMatchObject({ changes: {}, leftAlone: { because: 'CHANGED_SINCE' } });

  const undone = await executed(plan);
  expect(undone.outcomes).toMatchObject({ changed: 1, archived: 1, drifted: 0, refused: 0 });
  expect([await cityOf(old), await cityOf(other), await cityOf(kept), await isLive(made)]).toEqual([
    'Oslo',
    'Tromsø',
    'Bodø',
    false,
  ]);

  const { results } = await app.ok<{ results: { id: string; importName: string }[] }>(
    'GET',
    '/crm/v3/imports',
  );
  const listed = results.find(({ importName }) => importName === 'Data Restore - Contact')!;
  const asked = { cause: { importId: listed.id } };
  const byImport = await app.ok<Job>('POST', '/restores/v1/plans/undo', asked);
  expect(await ended<Plan>(`/restores/v1/plans/${byImport.id}`)).toMatchObject({
    ...{ status: 'READY', source: { undo: { restoreId: undone.id } } },
  });

  const back = await planned({ restoreId: undone.id });
  expect((await executed(back)).outcomes).toMatchObject({ changed: 1, recreated: 1 });
  expect([await cityOf(old), await isLive(made), await cityOf(made)]).toEqual(['Bergen', true, 'Bergen']);
});

test('what a key did in a window is undone: values, deletions and associations', async () => {
  const { id: keyId, token } = await app.ok<{ id: string; token: string }>('POST', '/auth/v1/api-keys', {
    name: 'a tool',
    scopes: ['crm.objects.read', 'crm.objects.write'],
  });
  const as = { authorization: `Bearer ${token}` };
  const [before, first, second] = [
    await create({ city: 'Oslo' }),
    await create({ city: 'Oslo' }),
    await create({ city: 'Oslo' }),
  ];
  const company = (
    await app.ok<{ id: string }>('POST', '/crm/v3/objects/companies', { properties: { name: 'Nordlys' } })
  ).id;
  await update(before, { city: 'Before' }, token);
  const from = String(await app.engine.eventStore.head());
  await update(first, { city: 'Once' }, token);
  await update(first, { city: 'Twice' }, token);
  await app.ok('DELETE', `/crm/v3/objects/contacts/${second}`, undefined, as);
  await app.ok(
    'PUT',
    `/crm/v4/objects/contacts/${first}/associations/default/companies/${company}`,
    undefined,
    as,
  );

  const plan = await planned({ apiKeyId: keyId }, { from: String(BigInt(from) + 1n) });
  expect(plan.summary).toMatchObject({ records: 2, changes: 1, recreated: 1, disassociated: 1 });
  await executed(plan);
  expect([await cityOf(before), await cityOf(first), await isLive(second)]).toEqual(['Before', 'Oslo', true]);
  const { results } = await app.ok('GET', `/crm/v4/objects/contacts/${first}/associations/companies`);
  expect(results).toEqual([]);
});

test('one row of the audit log is undone, and one request', async () => {
  const [one, another] = [await create({ city: 'Oslo' }), await create({ city: 'Oslo' })];
  await app.ok('POST', '/crm/v3/objects/contacts/batch/update', {
    inputs: [one, another].map((id) => ({ id, properties: { city: 'Wrong' } })),
  });
  type Entry = { id: string; action: string; causes: { commandId: string } };
  const { results } = await app.ok<{ results: Entry[] }>(
    'GET',
    `/audit/v1/entries?targetId=${one}&action=UPDATE`,
  );
  const asked = await app.ok<Job>('POST', `/audit/v1/entries/${results[0]!.id}/undo`);
  const plan = await ended<Plan>(`/restores/v1/plans/${asked.id}`);
  expect((await rowsOf(plan)).map(({ recordId }) => recordId)).toEqual([one]);

  const entry = await app.ok<Entry>('GET', `/audit/v1/entries/${results[0]!.id}`);
  const both = await planned({ commandId: entry.causes.commandId });
  expect(both.summary).toMatchObject({ records: 2, byObject: { contacts: 2 } });
});

test('what is not undone is told, by kinds', async () => {
  const property = {
    name: `p_${randomUUID().slice(0, 8)}`,
    label: 'P',
    type: 'string',
    fieldType: 'text',
    groupName: 'contactinformation',
  };
  await app.ok('POST', '/crm/v3/properties/contacts', property);
  const [one, another] = [await create({ city: 'Oslo' }), await create({ city: 'Bergen' })];
  await app.ok('POST', '/crm/v3/objects/contacts/merge', { primaryObjectId: one, objectIdToMerge: another });
  const plan = await planned({ userId: app.admin.id });
  expect(plan.summary.notUndone).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ action: 'MERGE' }),
      expect.objectContaining({ action: 'CREATE', category: 'PROPERTY' }),
    ]),
  );
  const row = (await rowsOf(plan)).find(({ recordId }) => recordId === one);
  expect(row).toMatchObject({ changes: {}, leftAlone: { because: 'MERGED' } });
});

test.each([
  [{ cause: {} }, 400, 'must name exactly one of'],
  [{ cause: { importId: '1', userId: '2' } }, 400, 'must name exactly one of'],
  [{ cause: { importId: '999' } }, 404, 'cause.importId: there is none'],
  [{ cause: { entryId: '99999999' } }, 404, 'cause.entryId: there is none'],
  [{ cause: { userId: '1' }, from: '5', to: '2' }, 400, 'to: lies before from'],
  [{ cause: { userId: '1' }, from: 'yesterday' }, 400, 'from: must be an ISO 8601 time'],
])('%j is refused with what is wrong', async (body, status, message) => {
  const answer = await app.api('POST', '/restores/v1/plans/undo', body);
  const said = `${answer.body.message} ${JSON.stringify(answer.body.errors)}`;
  expect([answer.status, said]).toEqual([status, expect.stringContaining(message)]);
});

test('a plan that undoes is withdrawn when a record in it is erased, one from the bin too', async () => {
  const id = await create({ email: `erased@${host}`, city: 'Oslo' });
  const { token, id: keyId } = await app.ok<{ id: string; token: string }>('POST', '/auth/v1/api-keys', {
    name: 'deletes',
    scopes: ['crm.objects.read', 'crm.objects.write'],
  });
  await update(id, { city: 'Bergen' }, token);
  await app.ok('DELETE', `/crm/v3/objects/contacts/${id}`, undefined, { authorization: `Bearer ${token}` });
  const plan = await planned({ apiKeyId: keyId });
  expect((await rowsOf(plan)).map(({ kind }) => kind)).toEqual(['recreate']);
  await app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: id });
  while ((await app.ok<Plan>('GET', `/restores/v1/plans/${plan.id}`)).status !== 'EXPIRED') await pause(50);
  expect((await app.api('GET', `/restores/v1/plans/${plan.id}/changes`)).status).toBe(409);
});
