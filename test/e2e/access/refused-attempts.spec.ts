// Who is refused something leaves a trace that the audit log shows, and that no flood makes long.
import { randomUUID } from 'node:crypto';
import type { RefusedEvents } from '../../../src/identity/identity.events';
import type { SessionGrant } from '../../../src/identity/grants';
import { adminEmail, adminPassword, startApp, type App } from '../../support/servers/app';

type Refused = RefusedEvents['access.refused.v1'];
type Entry = { category: string; subCategory: string; action: string; actor: object; summary: string };

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const as = (token: string) => ({ authorization: `Bearer ${token}` });
const newKey = (scopes: readonly string[]) =>
  app.ok<{ id: string; token: string }>('POST', '/auth/v1/api-keys', { name: 'refused', scopes });
const logIn = async () => {
  const credentials = { email: adminEmail, password: adminPassword };
  return (await app.ok<{ accessToken: string }>('POST', '/auth/v1/login', credentials)).accessToken;
};
const refusedOf = async (subject: string) =>
  (await app.events())
    .filter(({ stream }) => stream === `refused-${subject}`)
    .map(({ data, meta }) => ({ ...(data as Refused), by: meta.actor }));
/** The rows of the audit log that tell of refusals of a target. */
const rowsOf = async (targetId: string) =>
  (await app.ok<{ results: Entry[] }>('GET', `/audit/v1/entries?targetId=${targetId}&action=REJECT`)).results;

test('a key that lacks a scope is told with the scope, the route and the key, once however often it tries, and at whatever address', async () => {
  const { id, token } = await newKey(['crm.objects.contacts.read']);
  for (let i = 0; i < 100; i++) {
    const headers = { ...as(token), 'idempotency-key': randomUUID() };
    const version = ['objects/2026-03', 'objects/2026-09', 'v3/objects'][i % 3]!;
    const answer = await app.api('POST', `/crm/${version}/contacts`, { properties: {} }, headers);
    expect(answer.status).toBe(403);
  }
  expect((await app.events()).filter(({ meta }) => meta.actor.id === id)).toHaveLength(1);
  expect(await refusedOf(`apikey-${id}`)).toEqual([
    {
      ...{ kind: 'scope-missing', userId: app.admin.id, keyId: id },
      ...{ route: 'POST /crm/v3/objects/:objectType', scopes: ['crm.objects.contacts.write'] },
      by: { type: 'apiKey', id, userId: app.admin.id },
    },
  ]);
  expect(await rowsOf(id)).toMatchObject([
    {
      ...{ category: 'SECURITY_ACTIVITY', subCategory: 'API_KEY', action: 'REJECT' },
      summary: 'Refused: the API key lacks the scope crm.objects.contacts.write',
    },
  ]);
  const metrics = await app.ok<string>('GET', '/metrics');
  expect(metrics).toMatch(/strata_refused_attempts_total\{kind="scope-missing"\} 1\d\d\n/);
});

test('a key on a route for persons is told', async () => {
  const { id, token } = await newKey(['backups']);
  expect((await app.api('GET', '/auth/v1/sessions', undefined, as(token))).status).toBe(403);
  expect(await refusedOf(`apikey-${id}`)).toMatchObject([
    { kind: 'access-denied', route: 'GET /auth/v1/sessions' },
  ]);
  expect(await rowsOf(id)).toMatchObject([{ subCategory: 'PERMISSION' }]);
});

test('a revoked key that is used on is told', async () => {
  const { id, token } = await newKey(['backups']);
  await app.ok('DELETE', `/auth/v1/api-keys/${id}`);
  for (let i = 0; i < 5; i++)
    expect((await app.api('GET', '/backups/v1/backups', undefined, as(token))).status).toBe(401);
  expect(await refusedOf(`apikey-${id}`)).toMatchObject([{ kind: 'token-revoked', userId: app.admin.id }]);
  expect(await rowsOf(id)).toMatchObject([{ subCategory: 'API_KEY' }]);
});

test('an expired session that is used on is told', async () => {
  const token = await logIn();
  const id = token.split('-')[2]!;
  const grant = (await app.engine.vault.get<SessionGrant>('session', id))!;
  const over = { ...grant, expiresAt: '2024-05-01T10:00:00.000Z' };
  await app.engine.vault.put<SessionGrant>('session', id, over);
  expect((await app.api('GET', '/auth/v1/sessions', undefined, as(token))).status).toBe(401);
  const told = (await refusedOf(`user-${app.admin.id}`)).filter(({ sessionId }) => sessionId === id);
  expect(told).toMatchObject([{ kind: 'token-expired' }]);
  expect(await rowsOf(id)).toMatchObject([{ subCategory: 'SESSION' }]);
});

test('a token that is nobody’s is counted and writes nothing', async () => {
  const told = async () => (await refusedOf(`user-${app.admin.id}`)).length;
  const before = await told();
  for (const token of ['nonsense', `strata-key-1-${'0'.repeat(64)}`])
    expect((await app.api('GET', '/backups/v1/backups', undefined, as(token))).status).toBe(401);
  expect(await told()).toBe(before);
  expect(await app.ok<string>('GET', '/metrics')).toMatch(
    /strata_refused_attempts_total\{kind="token-unknown"\} 2\n/,
  );
});

test('who is refused for what they sent leaves nothing of their Idempotency-Key, and may use it for what is right', async () => {
  const contacts = '/crm/v3/objects/contacts';
  const key = { 'idempotency-key': randomUUID() };
  const properties = { email: `${randomUUID()}@example.com` };
  const written = async () =>
    (await app.events()).filter(({ type }) => type === 'idempotency.accepted.v1').length;
  const before = await written();
  for (const [status, method, path, body] of [
    [400, 'POST', contacts, { properties: { nobody_knows: 'x' } }],
    [400, 'POST', contacts, { propertees: {} }],
    [404, 'PATCH', `${contacts}/1`, { properties }],
    [404, 'DELETE', `${contacts}/1`, undefined],
    [403, 'POST', '/auth/v1/2fa/activate', { totp: '000000' }],
  ] as const)
    expect((await app.api(method, path, body, key)).status).toBe(status);
  expect((await app.api('POST', `${contacts}/search`, {}, key)).status).toBe(200);
  expect(await written()).toBe(before);

  const repeats = [1, 2, 3].map(() => app.ok('POST', contacts, { properties }, key));
  expect(new Set((await Promise.all(repeats)).map(({ id }) => id)).size).toBe(1);
  expect(await written()).toBe(before + 1);
  expect((await app.api('POST', contacts, { properties: {} }, key)).status).toBe(409);
});
