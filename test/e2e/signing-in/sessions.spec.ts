// The sessions of a person: seen, ended one by one or all at once, and ended by not being used.
import type { SessionGrant } from '../../../src/identity/grants';
import { type App, adminEmail, adminPassword, ownLog, startApp } from '../../support/servers/app';

const ROUTE = '/auth/v1/sessions';
const HOUR = 3_600_000;

let app: App;
beforeAll(async () => void (app = await startApp(ownLog)));
afterAll(() => app.close());

interface Session {
  readonly id: string;
  readonly as: { readonly authorization: string };
}
async function begin(userAgent = 'curl/8.5'): Promise<Session> {
  const credentials = { email: adminEmail, password: adminPassword };
  const { accessToken } = await app.ok<{ accessToken: string }>('POST', '/auth/v1/login', credentials, {
    'user-agent': userAgent,
  });
  return { id: accessToken.split('-')[2]!, as: { authorization: `Bearer ${accessToken}` } };
}
const statusOf = async ({ as }: Session) => (await app.api('GET', ROUTE, undefined, as)).status;
const listed = async ({ as }: Session) => (await app.ok('GET', ROUTE, undefined, as)).results;

test('sessions are listed with their device, their last use, and which of them asks', async () => {
  const before = new Date().toISOString();
  const [one, other] = [await begin(), await begin('Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0')];
  const found = new Map((await listed(one)).map((session) => [session.id, session]));
  expect(found.get(one.id)).toMatchObject({ current: true });
  expect(found.get(other.id)).toMatchObject({ current: false, ip: '127.0.0.1' });
  expect(found.get(other.id)?.device).not.toBeNull();
  expect(String(found.get(one.id)?.lastUsedAt) >= before).toBe(true);
  expect(await app.ok('GET', `${ROUTE}/${one.id}`, undefined, other.as)).toMatchObject({ current: false });
});

test('all end at once but for the one that asks, and that one too where nothing is said', async () => {
  const [one, other] = [await begin(), await begin()];
  expect((await app.api('DELETE', `${ROUTE}?others=maybe`, undefined, one.as)).status).toBe(400);
  expect((await app.api('DELETE', `${ROUTE}?others=true`, undefined, one.as)).status).toBe(204);
  expect([await statusOf(one), await statusOf(other)]).toEqual([200, 401]);
  expect((await listed(one)).map(({ id }) => id)).toEqual([one.id]);
  const another = await begin();
  expect((await app.api('DELETE', ROUTE, undefined, one.as)).status).toBe(204);
  expect([await statusOf(one), await statusOf(another)]).toEqual([401, 401]);
  expect(await statusOf(await begin())).toBe(200);
});

test('one that was not used for two hours counts no more, is not listed, and its end is told', async () => {
  const [idle, used] = [await begin(), await begin()];
  const { vault } = app.engine;
  const lastUsedAt = new Date(Date.now() - 3 * HOUR).toISOString();
  await vault.change<SessionGrant>('session', idle.id, (grant) => grant && { ...grant, lastUsedAt });
  const ids = (await listed(used)).map(({ id }) => id);
  expect([ids.includes(idle.id), ids.includes(used.id)]).toEqual([false, true]);
  const answer = await app.api('GET', ROUTE, undefined, idle.as);
  expect(answer).toMatchObject({ status: 401, body: { subCategory: 'TOKEN_EXPIRED' } });
  const rows = await app.ok('GET', `/audit/v1/entries?targetId=${idle.id}`, undefined, used.as);
  expect(rows.results).toMatchObject([{ action: 'REJECT', summary: 'Refused: the token had expired' }]);
});

test('one that is used goes on, and its use is noted', async () => {
  const session = await begin();
  const { vault } = app.engine;
  const before = new Date(Date.now() - HOUR).toISOString();
  await vault.change<SessionGrant>(
    'session',
    session.id,
    (grant) => grant && { ...grant, lastUsedAt: before },
  );
  expect(await statusOf(session)).toBe(200);
  const lastUse = async () => (await vault.get<SessionGrant>('session', session.id))!.lastUsedAt!;
  while ((await lastUse()) === before);
  expect(await statusOf(session)).toBe(200);
});
