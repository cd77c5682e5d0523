// API keys: what they may, until when, and how their secret is told once.
import { randomUUID } from 'node:crypto';
import type { ApiKeyGrant } from '../../../src/identity/grants';
import { adminEmail, adminPassword, startApp, type App } from '../../support/servers/app';

interface Key {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: string | null;
}

const DAY = 86_400_000;
const keys = '/auth/v1/api-keys';
const as = (token: string) => ({ authorization: `Bearer ${token}` });

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const make = (body: object, headers: Record<string, string> = {}) => app.ok<Key>('POST', keys, body, headers);
const logIn = async () => {
  const credentials = { email: adminEmail, password: adminPassword };
  return (await app.ok<{ accessToken: string }>('POST', '/auth/v1/login', credentials)).accessToken;
};
/** How the server takes a token: 403 is a key that counts but may not list a person's keys. */
const statusOf = async (token: string) => (await app.api('GET', keys, undefined, as(token))).status;

describe('an API key', () => {
  test('with an unknown scope is refused by the name of that scope', async () => {
    const body = { name: 'key', scopes: ['crm.objects.read', 'crm.everything'] };
    const answer = await app.api('POST', keys, body);
    expect(answer).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR' } });
    expect(answer.body.errors).toMatchObject([{ in: 'scopes.1' }]);
    expect(answer.body.errors?.[0]?.message).toContain('crm.everything');
  });

  test('is shown once, listed without its token, and dead once revoked', async () => {
    const made = await make({ name: 'shown once', scopes: ['backups', 'crm.objects.contacts.read'] });
    const list = await app.api('GET', keys);
    expect(list.body.results).toMatchObject([{ id: made.id, name: 'shown once', revokedAt: null }]);
    expect(JSON.stringify(list.body)).not.toContain(made.token.slice(-64));
    expect(await statusOf(made.token)).toBe(403);
    expect((await app.api('DELETE', `${keys}/${made.id}`)).status).toBe(204);
    expect(await statusOf(made.token)).toBe(401);
    expect(await app.ok('GET', `${keys}/${made.id}`)).toMatchObject({ id: made.id });
  });

  test('is listed with who made it, in which session and from where, and when it was used', async () => {
    const session = await logIn();
    const userAgent = `stolen-${randomUUID()}`;
    const body = { name: 'listed', scopes: ['backups'] };
    const { id, token } = await make(body, { ...as(session), 'user-agent': userAgent });
    const { results } = await app.ok('GET', keys);
    expect(results.find((key) => key.id === id)).toMatchObject({
      ...{ userId: app.admin.id, sessionId: session.split('-')[2], ip: '127.0.0.1', userAgent },
      lastUsedAt: null,
    });
    const before = new Date().toISOString();
    await statusOf(token);
    const used = async () => (await app.ok<{ lastUsedAt: string | null }>('GET', `${keys}/${id}`)).lastUsedAt;
    let lastUsedAt = await used();
    while (lastUsedAt === null) lastUsedAt = await used();
    expect(lastUsedAt >= before).toBe(true);
  });

  test('outlives the session it was made in, which is why it is listed', async () => {
    const session = await logIn();
    const { id, token } = await make({ name: 'outlives', scopes: ['backups'] }, as(session));
    await app.ok('DELETE', `/auth/v1/sessions/${session.split('-')[2]}`);
    expect(await statusOf(token)).toBe(403);
    await app.ok('DELETE', `${keys}/${id}`);
    expect(await statusOf(token)).toBe(401);
  });
});

describe('the time of an API key', () => {
  test('is over in a year, at a time of its own, or never', async () => {
    const inAYear = await make({ name: 'usual', scopes: ['backups'] });
    expect(Math.round((Date.parse(inAYear.expiresAt!) - Date.now()) / DAY)).toBe(365);
    const tomorrow = new Date(Date.now() + DAY).toISOString();
    const short = await make({ name: 'short', scopes: ['backups'], expiresAt: tomorrow });
    expect(short.expiresAt).toBe(tomorrow);
    expect(await app.ok('GET', `${keys}/${short.id}`)).toMatchObject({ expiresAt: tomorrow });
    expect((await make({ name: 'never', scopes: ['backups'], expiresAt: null })).expiresAt).toBeNull();
  });

  test('lies in the future', async () => {
    for (const expiresAt of ['2024-05-01T10:00:00Z', 'tomorrow', 17])
      expect(await app.api('POST', keys, { name: 'k', scopes: ['backups'], expiresAt })).toMatchObject({
        ...{ status: 400, body: { errors: [{ in: 'expiresAt' }] } },
      });
  });

  test('once over lets nobody in, and says so', async () => {
    const { id, token } = await make({ name: 'over', scopes: ['backups'] });
    const grant = (await app.engine.vault.get<ApiKeyGrant>('api-key', id))!;
    const over = { ...grant, expiresAt: '2024-05-01T10:00:00.000Z' };
    await app.engine.vault.put<ApiKeyGrant>('api-key', id, over);
    const answer = await app.api('GET', keys, undefined, as(token));
    expect(answer).toMatchObject({ status: 401, body: { category: 'EXPIRED_AUTHENTICATION' } });
  });
});

describe('a repeat of the request for an API key', () => {
  const body = { name: 'once', scopes: ['backups'] };
  const shown = (id: string) => ({
    status: 409,
    body: { subCategory: 'TOKEN_SHOWN', context: { id: [id] } },
  });

  test('is told that the token was shown, in another session too', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await make(body, headers);
    for (const session of [{}, as(await logIn())]) {
      const again = await app.api('POST', keys, body, { ...headers, ...session });
      expect(again).toMatchObject(shown(first.id));
      expect(JSON.stringify(again.body)).not.toContain('strata-key');
    }
    const other = await app.api('POST', keys, { ...body, name: 'other' }, headers);
    expect(other).toMatchObject({ status: 409, body: { subCategory: 'IDEMPOTENCY_KEY_REUSED' } });
    expect(await statusOf(first.token)).toBe(403);
    await app.ok('DELETE', `${keys}/${first.id}`);
    expect(await app.api('POST', keys, body, headers)).toMatchObject(shown(first.id));
    expect(await statusOf(first.token)).toBe(401);
  });

  test('at the same time gives one token, which counts', async () => {
    for (let round = 0; round < 50; round++) {
      const headers = { 'idempotency-key': randomUUID() };
      const answers = await Promise.all([1, 2, 3].map(() => app.api<Key>('POST', keys, body, headers)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
      expect(await statusOf(answers.find(({ status }) => status === 201)!.body.token)).toBe(403);
    }
  });
});
