// Links to files: shown as what they are in what is done with them, found by it, and dead with what made them.
import { randomUUID } from 'node:crypto';
import type { ApiKeyGrant, SessionGrant } from '../../../src/identity/grants';
import { adminEmail, adminPassword, startApp, type AnyJson, type App } from '../../support/servers/app';
import { demoted } from '../../support/servers/demoted';
import { exportBody } from '../../support/exporting';

interface Row {
  readonly action: string;
  readonly subCategory: string;
  readonly summary: string;
  readonly actor: { readonly type: string; readonly id: string };
}

let app: App;
let backupId: string;
let exportId: string;
beforeAll(async () => {
  app = await startApp();
  backupId = (await app.ok('POST', '/backups/v1/backups', { objectTypes: ['contacts'] })).id;
  await app.ok('GET', `/backups/v1/backups/${backupId}/progress`);
  const body = { ...exportBody('contacts', ['firstname']), exportName: 'People' };
  exportId = (await app.ok('POST', '/crm/v3/exports/export/async', body)).id;
  await app.ok('GET', `/crm/v3/exports/export/${exportId}/progress`);
});
afterAll(() => app.close());

const as = (token: string) => ({ authorization: `Bearer ${token}` });
const person = () => ({ userId: app.admin.id, email: adminEmail });
const rows = async (query: string): Promise<Row[]> =>
  (await app.ok<{ results: Row[] }>('GET', `/audit/v1/entries?limit=200&sort=position&${query}`)).results;

async function logIn(): Promise<{ id: string; token: string }> {
  const { accessToken: token } = await app.ok<{ accessToken: string }>('POST', '/auth/v1/login', {
    ...{ email: adminEmail, password: adminPassword },
  });
  return { id: token.split('-')[2]!, token };
}
async function newKey(more: object = {}): Promise<{ id: string; token: string; name: string }> {
  const name = `Fetcher ${randomUUID()}`;
  const scopes = ['backups', 'crm.export', 'crm.objects.contacts.read'];
  return {
    ...(await app.ok<{ id: string; token: string }>('POST', '/auth/v1/api-keys', { name, scopes, ...more })),
    name,
  };
}

/** One of each kind. */
async function linksBy(
  token: string,
): Promise<{ backup: string; exported: string; id: string; expiresAt: string }> {
  const path = `/backups/v1/backups/${backupId}/download-link`;
  const { id, url, expiresAt } = await app.ok<{ id: string; url: string; expiresAt: string }>(
    'POST',
    path,
    undefined,
    as(token),
  );
  const status = `/crm/v3/exports/export/async/tasks/${exportId}/status`;
  const { result } = await app.ok<{ result: string }>('GET', status, undefined, as(token));
  return { backup: url, exported: result, id, expiresAt };
}
async function opened(url: string): Promise<{ status: number; subCategory?: string }> {
  const response = await fetch(url);
  const text = await response.text();
  const { subCategory } = response.status < 400 ? ({} as AnyJson) : (JSON.parse(text) as AnyJson);
  return { status: response.status, ...(subCategory !== undefined && { subCategory }) };
}
const dead = { status: 403, subCategory: 'LINK_MAKER_ENDED' };

test('what is fetched by a link is told as the link’s doing, by name, with the key that made it', async () => {
  const key = await newKey();
  const { backup, exported, id } = await linksBy(key.token);
  expect([await opened(backup), await opened(exported)]).toEqual([{ status: 200 }, { status: 200 }]);
  const via = { type: 'apiKey', id: key.id, name: key.name };
  const [made, ...fetched] = (await rows(`actor=${key.id}`)).slice(-3);
  expect(made).toMatchObject({
    action: 'SHARE',
    subCategory: 'BACKUP',
    actor: { type: 'apiKey', id: key.id },
  });
  expect(fetched).toMatchObject([
    {
      action: 'DOWNLOAD',
      actor: { type: 'link', id, name: `Link to the backup ${backupId}`, ...person(), via },
    },
    { action: 'DOWNLOAD', actor: { type: 'link', name: 'Link to People', ...person(), via } },
  ]);
  expect(fetched[1]!.actor.id).not.toBe(id);
  expect(await rows(`actor=${id}`)).toEqual([fetched[0]]);
  expect(await rows(`actor=${fetched[1]!.actor.id}`)).toEqual([fetched[1]]);
  const withId = await app.ok<{ results: { id: string }[] }>(
    'GET',
    `/audit/v1/entries?actor=${key.id}&action=SHARE`,
  );
  const { changes } = await app.ok<{ changes: object }>('GET', `/audit/v1/entries/${withId.results[0]!.id}`);
  expect(changes).toMatchObject({ linkId: { to: id } });
});

test('a link that a session made is told as the link’s doing for its person', async () => {
  const { backup, id } = await linksBy(app.admin.token);
  expect(await opened(backup)).toEqual({ status: 200 });
  const [fetched] = await rows(`actor=${id}`);
  expect(fetched).toMatchObject({ action: 'DOWNLOAD', actor: { type: 'link', id, ...person() } });
  expect(fetched!.actor).not.toHaveProperty('via');
  expect(await rows(`actor=${app.admin.id}`)).toContainEqual(fetched);
});

test('a link is refused once its key is revoked, and that leaves a trace', async () => {
  const key = await newKey();
  const { backup, exported, id } = await linksBy(key.token);
  await app.ok('DELETE', `/auth/v1/api-keys/${key.id}`);
  expect([await opened(backup), await opened(exported)]).toEqual([dead, dead]);
  const refused = (await rows(`actor=${key.id}`)).filter(({ action }) => action === 'REJECT');
  expect(refused).toMatchObject([
    { subCategory: 'API_KEY', actor: { type: 'link', id, via: { id: key.id } } },
  ]);
});

test('a link is refused once its session is ended, by logging out or from another one', async () => {
  for (const end of [
    ({ token }: { token: string }) => app.ok('POST', '/auth/v1/logout', undefined, as(token)),
    ({ id }: { id: string }) => app.ok('DELETE', `/auth/v1/sessions/${id}`),
  ]) {
    const session = await logIn();
    const { backup, exported } = await linksBy(session.token);
    expect(await opened(backup)).toEqual({ status: 200 });
    await end(session);
    expect([await opened(backup), await opened(exported)]).toEqual([dead, dead]);
  }
});

test('a link ends no later than its session or its key, and is refused when that has expired', async () => {
  const soon = new Date(Date.now() + 60_000).toISOString();
  const key = await newKey({ expiresAt: soon });
  const byKey = await linksBy(key.token);
  expect(byKey.expiresAt).toBe(soon);
  const session = await logIn();
  const bySession = await linksBy(session.token);
  const past = { expiresAt: new Date(Date.now() - 1_000).toISOString() };
  const { vault } = app.engine;
  const keyGrant = (await vault.get<ApiKeyGrant>('api-key', key.id))!;
  await vault.put<ApiKeyGrant>('api-key', key.id, { ...keyGrant, ...past });
  const sessionGrant = (await vault.get<SessionGrant>('session', session.id))!;
  await vault.put<SessionGrant>('session', session.id, { ...sessionGrant, ...past });
  for (const { backup, exported } of [byKey, bySession])
    expect([await opened(backup), await opened(exported)]).toEqual([dead, dead]);
  await vault.remove('session', session.id);
  expect(await opened(bySession.backup)).toEqual(dead);
});

test('a link to a backup opens nothing once its maker is no super admin any more', async () => {
  const { backup, exported } = await linksBy((await logIn()).token);
  const answers = await demoted(app, async () => [await opened(backup), await opened(exported)]);
  expect(answers).toEqual([{ status: 403, subCategory: 'LINK_EXPIRED' }, { status: 200 }]);
});

test('a link is good for its file and its maker alone', async () => {
  const [one, other] = [await linksBy(app.admin.token), await linksBy((await newKey()).token)];
  const makerOf = (url: string) => new URL(url).searchParams.get('by')!;
  for (const url of [one.backup, one.exported]) {
    expect(await opened(url.replace(makerOf(url), makerOf(other.backup)))).toMatchObject({
      status: 403,
      subCategory: 'LINK_EXPIRED',
    });
    expect(await opened(url.replace(/by=[^&]+/, 'by=nobody'))).toMatchObject({
      status: 403,
      subCategory: 'LINK_EXPIRED',
    });
  }
  expect((await opened(one.backup.replace(backupId, '1'))).status).toBe(403);
});
