// Whoever acts through a key, an import or a restore is named with it in every row it caused, and found by it.
import { randomUUID } from 'node:crypto';
import { pause } from '../../../src/supervision/pause';
import { adminEmail, startApp, type App } from '../../support/servers/app';
import { Bin } from '../../support/bin';
import { exportBody } from '../../support/exporting';
import { importForm } from '../../support/importing';

interface Row {
  readonly id: string;
  readonly category: string;
  readonly subCategory: string;
  readonly action: string;
  readonly actor: object;
  readonly target?: { readonly type: string; readonly id: string; readonly label?: string };
  readonly summary: string;
}
type Headers = Record<string, string>;

let app: App;
const bin = new Bin(() => app);
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** Oldest first. */
const rows = async (query: string): Promise<Row[]> =>
  (await app.ok<{ results: Row[] }>('GET', `/audit/v1/entries?limit=200&sort=position&${query}`)).results;
const told = ({ category, subCategory, action }: Row) => `${category}/${subCategory} ${action}`;
const person = () => ({ userId: app.admin.id, email: adminEmail });

interface Key {
  readonly id: string;
  readonly headers: Headers;
  /** As rows of what it did itself show it, and as those of what it asked for do. */
  readonly actor: object;
  readonly via: object;
}
async function key(...scopes: string[]): Promise<Key> {
  const name = `Sync ${randomUUID()}`;
  const { id, token } = await app.ok<{ id: string; token: string }>('POST', '/auth/v1/api-keys', {
    name,
    scopes,
  });
  const headers = { authorization: `Bearer ${token}` };
  return { id, headers, actor: { type: 'apiKey', id, name, ...person() }, via: { type: 'apiKey', id, name } };
}

async function ended(
  path: string,
  headers?: Headers,
): Promise<{ id: string; status?: string; state?: string }> {
  for (;;) {
    const job = await app.ok<{ id: string; status?: string; state?: string }>(
      'GET',
      path,
      undefined,
      headers,
    );
    if (!['QUEUED', 'RUNNING', 'PLANNING', 'STARTED', 'PROCESSING'].includes(job.status ?? job.state!))
      return job;
    await pause(50);
  }
}

async function imported(csv: string, name: string, headers?: Headers): Promise<string> {
  const form = importForm({ type: '0-1', columns: { Mail: 'email', First: 'firstname' }, csv, name });
  const { id } = await app.ok('POST', '/crm/v3/imports', form, headers);
  expect((await ended(`/crm/v3/imports/${id}`)).state).toBe('DONE');
  return id;
}

test('a key is named in what it does, and found by itself, its person and their address', async () => {
  const sync = await key('crm.objects.contacts.write');
  const { id } = await app.ok('POST', '/crm/v3/objects/contacts', { properties: {} }, sync.headers);
  await app.ok('PATCH', `/crm/v3/objects/contacts/${id}`, { properties: { firstname: 'Ada' } });
  const all = await rows(`targetId=${id}`);
  expect(all.map(told)).toEqual(['CRM_OBJECT/CONTACT CREATE', 'PROPERTY_VALUE/contacts UPDATE']);
  expect(all.map(({ actor }) => actor)).toEqual([
    sync.actor,
    { type: 'user', id: app.admin.id, ...person() },
  ]);
  expect(await rows(`actor=${sync.id}`)).toEqual([all[0]]);
  for (const who of [
    app.admin.id,
    adminEmail,
    adminEmail.toUpperCase(),
    `${sync.id},${app.admin.id}`,
    `1,${adminEmail}`,
  ])
    expect(await rows(`actor=${encodeURIComponent(who)}&targetId=${id}`)).toEqual(all);
  expect(await rows(`actor=${sync.id},1&targetId=${id}&userId=${app.admin.id}`)).toEqual([all[0]]);
  for (const nobody of ['1', 'nobody@example.com', 'x@y.z,1']) {
    const { results, unmatched } = await app.ok<{ results: Row[]; unmatched: object }>(
      'GET',
      `/audit/v1/entries?actor=${nobody}`,
    );
    expect([results, unmatched]).toEqual([[], { actor: nobody.split(',') }]);
  }
  // A value that others have, and nothing that all of it fits, is none that is wrong.
  const others = await app.ok<object>(
    'GET',
    `/audit/v1/entries?actor=${sync.id}&property=firstname,frstname&targetId=${id}`,
  );
  expect(others).toEqual({ results: [], unmatched: { property: ['frstname'] } });
  const [created] = await rows(`targetId=${sync.id}`);
  expect(created).toMatchObject({ target: { type: 'api-keys', id: sync.id }, action: 'CREATE' });
});

test('what became of a key is told by its name', async () => {
  const gone = await key('crm.objects.contacts.read');
  await app.ok('DELETE', `/auth/v1/api-keys/${gone.id}`);
  const [, revoked] = await rows(`targetId=${gone.id}`);
  expect(revoked).toMatchObject({
    action: 'REVOKE',
    target: { label: expect.stringMatching(/^Sync /) as string },
  });
});

test('an import is named with the person who asked for it, in exactly what it did', async () => {
  const mail = () => `${randomUUID()}@actors.test`;
  const other = await imported(`Mail,First\n${mail()},Other\n`, 'Autumn fair');
  const id = await imported(`Mail,First\n${mail()},Ada\n${mail()},Grace\n`, 'Spring fair');
  const own = await rows(`actor=${id}`);
  const actor = { type: 'import', id, name: 'Spring fair', ...person() };
  expect(own.map((row) => row.actor)).toEqual(own.map(() => actor));
  expect(own.map(told).sort()).toEqual([
    'CRM_OBJECT/CONTACT CREATE',
    'CRM_OBJECT/CONTACT CREATE',
    'SECURITY_ACTIVITY/IMPORT UPDATE',
  ]);
  expect(await rows(`source=IMPORT&actor=${other},${id}`)).toHaveLength(own.length + 2);
  const [asked] = await rows(`targetType=imports&targetId=${id}`);
  expect(asked).toMatchObject({
    actor: { type: 'user', id: app.admin.id },
    target: { label: 'Spring fair' },
  });
});

test('an import that a key asked for names the key, and is found by either', async () => {
  const sync = await key('crm.import', 'crm.objects.contacts.write', 'crm.objects.contacts.read');
  const id = await imported(`Mail,First\n${randomUUID()}@actors.test,Ada\n`, 'Nightly', sync.headers);
  const actor = { type: 'import', id, name: 'Nightly', ...person(), via: sync.via };
  const own = await rows(`actor=${id}`);
  expect(own.map((row) => row.actor)).toEqual([actor, actor]);
  const byKey = await rows(`actor=${sync.id}`);
  expect(byKey.map(told)).toEqual(['SECURITY_ACTIVITY/IMPORT IMPORT', ...own.map(told)]);
  expect(byKey[0]!.actor).toEqual(sync.actor);
});

test('a restore is named in exactly what it did, by its own id and by those it has among the imports', async () => {
  const id = await bin.create('companies', { name: `Acme ${randomUUID()}` });
  const backup = await app.ok('POST', '/backups/v1/backups', { objectTypes: ['companies'] });
  await ended(`/backups/v1/backups/${backup.id}`);
  await app.ok('PATCH', `/crm/v3/objects/companies/${id}`, { properties: { name: 'Wrong' } });
  const plan = await app.ok('POST', '/restores/v1/plans', {
    source: { backupId: backup.id },
    objects: [{ objectType: 'companies', properties: ['name'], recordIds: [id] }],
  });
  await ended(`/restores/v1/plans/${plan.id}`);
  await app.setUpTwoFactor();
  const { restoreId } = await app.ok<{ restoreId: string }>('POST', `/restores/v1/plans/${plan.id}/execute`, {
    confirm: { changesData: true, overwritesValues: true },
    totp: app.totp(),
  });
  expect((await ended(`/restores/v1/restores/${restoreId}`)).status).toBe('COMPLETED');
  const own = await rows(`actor=${restoreId}`);
  const actor = { type: 'restore', id: restoreId, name: 'Data Restore - Company', ...person() };
  expect(own.map((row) => row.actor)).toEqual(own.map(() => actor));
  expect(own.map(told)).toEqual(['PROPERTY_VALUE/companies UPDATE', 'SECURITY_ACTIVITY/RESTORE UPDATE']);
  const listed = await app.ok<{ results: { id: string; importName: string }[] }>('GET', '/crm/v3/imports');
  const entry = listed.results.find(({ importName }) => importName === 'Data Restore - Company')!;
  expect(await rows(`actor=${entry.id}`)).toEqual(own.slice(0, 1));
});

test('a restore from the recycle bin that a key asked for names the key', async () => {
  const sync = await key('crm.objects.companies.write', 'crm.objects.companies.read');
  const name = `Binned ${randomUUID()}`;
  const [id] = await bin.binned('companies', [{ name }]);
  const filters = [{ propertyName: 'name', operator: 'EQ', value: name }];
  const job = await bin.restore('companies', { filterGroups: [{ filters }] }, sync.headers);
  await bin.ended(job.body.id);
  const actor = {
    type: 'restore',
    id: job.body.id,
    name: 'Restore from the recycle bin',
    ...person(),
    via: sync.via,
  };
  const own = await rows(`actor=${job.body.id}`);
  expect(own.map((row) => row.actor)).toEqual([actor, actor]);
  expect(own[0]).toMatchObject({ action: 'RESTORE', target: { id } });
  expect((await rows(`actor=${sync.id}`)).slice(1)).toEqual(own);
});

test('a backup that a key asks for and fetches is told as its doing, the end of the job too', async () => {
  const sync = await key('backups');
  const { id } = await app.ok('POST', '/backups/v1/backups', { objectTypes: ['tasks'] }, sync.headers);
  await ended(`/backups/v1/backups/${id}`, sync.headers);
  await app.ok('GET', `/backups/v1/backups/${id}/file`, undefined, sync.headers);
  const own = await rows(`actor=${sync.id}`);
  expect(own.map(({ summary }) => summary)).toEqual([
    'Asked for a backup',
    'A backup is ready',
    'Downloaded a backup',
  ]);
  const job = { type: 'system', id: 'backups', ...person(), via: sync.via };
  expect(own.map((row) => row.actor)).toEqual([sync.actor, job, sync.actor]);
});

test('an export that a key asks for and fetches, from the audit log too, is told as its doing', async () => {
  const sync = await key('crm.export', 'crm.objects.tasks.read', 'audit.read');
  const body = exportBody('tasks', ['hs_task_subject']);
  const { id } = await app.ok('POST', '/crm/v3/exports/export/async', body, sync.headers);
  await app.ok('GET', `/crm/v3/exports/export/${id}/progress`, undefined, sync.headers);
  await app.ok('GET', `/crm/v3/exports/export/${id}/file`, undefined, sync.headers);
  const [asked] = await rows(`targetId=${id}`);
  await app.ok('GET', `/audit/v1/entries/${asked!.id}/file`, undefined, sync.headers);
  const own = await rows(`actor=${sync.id}`);
  expect(own.map(({ action }) => action)).toEqual(['EXPORT', 'UPDATE', 'DOWNLOAD', 'DOWNLOAD']);
  const job = { type: 'system', id: 'exports', ...person(), via: sync.via };
  expect(own.map((row) => row.actor)).toEqual([sync.actor, job, sync.actor, sync.actor]);
});

test('what an erasure leads to is told in the name of whoever erased', async () => {
  const name = `Erased ${randomUUID()}`;
  const id = await bin.create('contacts', { firstname: name });
  const firm = await bin.create('companies', { name });
  await app.ok('PUT', `/crm/v4/objects/contacts/${id}/associations/default/companies/${firm}`);
  const exported = await app.ok(
    'POST',
    '/crm/v3/exports/export/async',
    exportBody('contacts', ['firstname']),
  );
  await app.ok('GET', `/crm/v3/exports/export/${exported.id}/progress`);
  const backup = await app.ok('POST', '/backups/v1/backups', { objectTypes: ['contacts'] });
  await ended(`/backups/v1/backups/${backup.id}`);
  const eraser = await key('crm.objects.contacts.erase');
  await app.ok('POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: id }, eraser.headers);
  while (!(await app.ok<{ withdrawn?: true }>('GET', `/backups/v1/backups/${backup.id}`)).withdrawn)
    await pause(50);
  const own = await rows(`actor=${eraser.id}`);
  expect(own.map(told)).toEqual(
    expect.arrayContaining(['DATA_PRIVACY_REQUEST/ERASURE DELETE', 'SECURITY_ACTIVITY/BACKUP DELETE']),
  );
  const withdrawn = own.find(({ subCategory }) => subCategory === 'BACKUP');
  expect(withdrawn).toMatchObject({
    actor: { type: 'system', id: 'erasures', ...person(), via: eraser.via },
  });
});
