// An API key gets another token without anybody being left out, and is used from allowed addresses alone.
import { randomUUID } from 'node:crypto';
import type { ApiKeyGrant } from '../../../src/identity/grants';
import { startApp, type App } from '../../support/servers/app';

interface Key {
  readonly id: string;
  readonly token: string;
  readonly previousUntil: string;
}

const DAY = 86_400_000;
const keys = '/auth/v1/api-keys';
const contacts = '/crm/v3/objects/contacts';

let app: App;
beforeAll(async () => void (app = await startApp({ TRUST_PROXY: 'on' })));
afterAll(() => app.close());

const make = (more: object = {}) =>
  app.ok<Key>('POST', keys, { name: `key ${randomUUID()}`, scopes: ['crm.objects.read'], ...more });
const rotate = (id: string, body: object = {}, headers: Record<string, string> = {}) =>
  app.api<Key & { category: string; subCategory?: string }>('POST', `${keys}/${id}/rotate`, body, headers);
const use = (token: string, from = '192.0.2.7') =>
  app.api('GET', contacts, undefined, { authorization: `Bearer ${token}`, 'x-forwarded-for': from });
const statuses = async (...tokens: string[]) =>
  Promise.all(tokens.map(async (token) => (await use(token)).status));
const grantOf = async (id: string) => (await app.engine.vault.get<ApiKeyGrant>('api-key', id))!;

describe('an API key that is rotated', () => {
  test('has a token before for a day, and never two', async () => {
    const { id, token: first } = await make();
    const { status, body } = await rotate(id);
    expect(status).toBe(200);
    const hours = (Date.parse(body.previousUntil) - Date.now()) / 3_600_000;
    expect([hours > 23, hours <= 24]).toEqual([true, true]);
    expect(await statuses(first, body.token)).toEqual([200, 200]);
    const { token: third } = (await rotate(id, { overlapSeconds: 7 * 86_400 })).body;
    expect(await statuses(first, body.token, third)).toEqual([401, 200, 200]);
    const shown = await app.ok<{ previousUntil: string }>('GET', `${keys}/${id}`);
    expect(Date.parse(shown.previousUntil) - Date.now()).toBeLessThanOrEqual(7 * DAY);
    await app.ok('DELETE', `${keys}/${id}`);
    expect(await statuses(body.token, third)).toEqual([401, 401]);
    expect(await rotate(id)).toMatchObject({ status: 409, body: { subCategory: 'API_KEY_ENDED' } });
    const rows = await app.ok('GET', `/audit/v1/entries?targetId=${id}&action=UPDATE`);
    expect(rows.results).toMatchObject([{ subCategory: 'API_KEY' }, { subCategory: 'API_KEY' }]);
  });

  test('leaves the token before as long as was asked for', async () => {
    const { id, token } = await make();
    const { body } = await rotate(id, { overlapSeconds: 0 });
    expect(await use(token)).toMatchObject({ status: 401, body: { subCategory: 'TOKEN_EXPIRED' } });
    expect(await statuses(body.token)).toEqual([200]);
    for (const overlapSeconds of [-1, 0.5, 7 * 86_400 + 1, 'a day'])
      expect((await rotate(id, { overlapSeconds })).status).toBe(400);
    expect(await statuses(body.token)).toEqual([200]);
  });

  test('answers its token to one request; a repeat is told so, and changes nothing', async () => {
    const { id, token } = await make();
    const headers = { 'idempotency-key': randomUUID() };
    const { body } = await rotate(id, {}, headers);
    const again = await rotate(id, {}, headers);
    expect(again).toMatchObject({ status: 409, body: { subCategory: 'TOKEN_SHOWN' } });
    expect(await statuses(token, body.token)).toEqual([200, 200]);
  });

  test('keeps the token that is used where a crash came before the new one was answered', async () => {
    const { id, token } = await make();
    await rotate(id);
    const { vault } = app.engine;
    await vault.put<ApiKeyGrant>('api-key', id, { ...(await grantOf(id)), unshown: true });
    const { body } = await rotate(id);
    expect(await statuses(token, body.token)).toEqual([200, 200]);
  });

  test('by several at once has two tokens that count, both answered to somebody or in use', async () => {
    const { id, token } = await make();
    const answers = await Promise.all(Array.from({ length: 10 }, () => rotate(id)));
    const won = answers.filter(({ status }) => status === 200).map(({ body }) => body.token);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const counted = await statuses(token, ...won);
    expect(counted.filter((status) => status === 200).length).toBe(2);
  });

  test("is one's own", async () => {
    expect((await rotate('1')).status).toBe(404);
    const { token } = await make();
    expect((await rotate('1', {}, { authorization: `Bearer ${token}` })).status).toBe(403);
  });
});

describe('an API key with allowed addresses', () => {
  test('is refused from any other, which leaves a row', async () => {
    const { id, token } = await make({ allowedIps: ['192.0.2.9/24', '2001:db8::/32', '203.0.113.5'] });
    expect(await app.ok('GET', `${keys}/${id}`)).toMatchObject({
      allowedIps: ['192.0.2.0/24', '2001:db8::/32', '203.0.113.5'],
    });
    for (const from of ['192.0.2.200', '2001:db8:1::7', '203.0.113.5', '::ffff:203.0.113.5'])
      expect((await use(token, from)).status).toBe(200);
    for (const from of ['198.51.100.1', '203.0.113.6', '2001:db9::1'])
      expect(await use(token, from)).toMatchObject({
        ...{ status: 403, body: { subCategory: 'ADDRESS_NOT_ALLOWED' } },
      });
    const rows = await app.ok('GET', `/audit/v1/entries?targetId=${id}&action=REJECT`);
    expect(rows.results[0]).toMatchObject({ summary: 'Refused: the address is not allowed' });
    const { body } = await rotate(id);
    expect((await use(body.token, '198.51.100.1')).status).toBe(403);
  });

  test('gets others, at once, and a repeat of the change is answered as it was', async () => {
    const { id, token } = await make();
    const change = (body: object, headers = {}) => app.api<Key>('PATCH', `${keys}/${id}`, body, headers);
    const allowedIps = ['198.51.100.0/24'];
    expect(await change({ allowedIps, name: 'nightly' })).toMatchObject({
      status: 200,
      body: { id, name: 'nightly', allowedIps },
    });
    expect([(await use(token)).status, (await use(token, '198.51.100.7')).status]).toEqual([403, 200]);
    const { body } = await rotate(id);
    expect([(await use(body.token)).status, (await use(body.token, '198.51.100.7')).status]).toEqual([
      403, 200,
    ]);
    const again = { 'idempotency-key': randomUUID() };
    for (let n = 0; n < 2; n++)
      expect(await change({ allowedIps: null }, again)).toMatchObject({
        status: 200,
        body: { allowedIps: null },
      });
    expect((await use(token)).status).toBe(200);
    for (const wrong of [{ allowedIps: [] }, { allowedIps: ['x'] }, { name: '' }, { scopes: ['users'] }])
      expect((await change(wrong)).status).toBe(400);
    const rows = await app.ok('GET', `/audit/v1/entries?targetId=${id}&action=UPDATE&sort=occurredAt`);
    expect(rows.results.filter(({ summary }) => summary === 'Changed an API key')).toHaveLength(2);
    await app.ok('DELETE', `${keys}/${id}`);
    expect(await change({ name: 'late' })).toMatchObject({
      status: 409,
      body: { subCategory: 'API_KEY_ENDED' },
    });
    expect((await app.api('PATCH', `${keys}/404`, { name: 'x' })).status).toBe(404);
  });

  test('ends with what the log says last, however many change them at once', async () => {
    const { id, token } = await make();
    const from = (n: number) => `198.51.100.${n}`;
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => app.api('PATCH', `${keys}/${id}`, { allowedIps: [from(n)] })),
    );
    const { allowedIps } = await app.ok<{ allowedIps: string[] }>('GET', `${keys}/${id}`);
    expect((await grantOf(id)).allowedIps).toEqual(allowedIps);
    expect((await use(token, allowedIps[0])).status).toBe(200);
  });

  test('names the one that is none', async () => {
    const body = { name: 'k', scopes: ['backups'], allowedIps: ['192.0.2.1', '192.0.2.300'] };
    const answer = await app.api('POST', keys, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ in: 'allowedIps.1' }] } });
    expect((await app.api('POST', keys, { ...body, allowedIps: [] })).status).toBe(400);
  });
});
