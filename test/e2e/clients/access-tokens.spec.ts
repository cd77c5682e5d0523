// Clients ask what the token that they were given is, as HubSpot's own tools do before anything else.
import { type App, startApp } from '../../support/servers/app';
import { knownScopes } from '../../../src/identity/api-keys/scopes';

let app: App;
beforeAll(async () => void (app = await startApp()));
afterAll(() => app.close());

const nobody = { authorization: '' };
interface Told {
  readonly userId: number;
  readonly hubId: number;
  readonly appId: number;
  readonly scopes: readonly string[];
}
const info = (tokenKey: string) =>
  app.api<Told>('POST', '/oauth/v2/private-apps/get/access-token-info', { tokenKey }, nobody);
const key = (scopes: readonly string[], more = {}) =>
  app.ok<{ id: string; token: string }>('POST', '/auth/v1/api-keys', { name: 'a tool', scopes, ...more });

test('a key is told with its user, account and scopes, short forms as what they stand for', async () => {
  const { id, token } = await key(['crm.objects.read', 'crm.export']);
  const details = await app.ok<{ portalId: number; uiDomain: string }>('GET', '/account-info/v3/details');
  const { status, body } = await info(token);
  expect([status, body]).toEqual([
    200,
    {
      userId: Number(app.admin.id),
      hubId: details.portalId,
      appId: Number(id),
      scopes: [...knownScopes].filter(
        (scope) => scope === 'crm.export' || /^crm\.objects(\.\w+)?\.read$/.test(scope),
      ),
    },
  ]);
  expect(body.scopes).toContain('crm.objects.contacts.read');
  expect(body.scopes).not.toContain('crm.objects.contacts.sensitive.read');
  const owner = await app.ok('GET', `/crm/v3/owners/${body.userId}?idProperty=userId`);
  const told = await app.ok<Record<string, unknown>>(
    'GET',
    `/oauth/v1/access-tokens/${token}`,
    undefined,
    nobody,
  );
  expect(told).toMatchObject({
    ...{ token, token_type: 'access', hub_id: details.portalId, user_id: Number(app.admin.id) },
    ...{ app_id: Number(id), scopes: body.scopes, user: (owner as unknown as { email: string }).email },
  });
  const year = 365 * 86_400;
  expect(told.expires_in).toBeGreaterThan(year - 3_600);
  expect(told.expires_in).toBeLessThanOrEqual(year + 86_400);
});

test('a key that never expires, and a session, are told, too', async () => {
  const { token } = await key(['crm.import'], { expiresAt: null });
  const told = await app.ok<{ expires_in: number }>(
    'GET',
    `/oauth/v1/access-tokens/${token}`,
    undefined,
    nobody,
  );
  expect(told.expires_in).toBe(2_147_483_647);
  const { body } = await info(app.admin.token);
  expect([body.appId, body.scopes]).toEqual([0, [...knownScopes]]);
});

test('a token that is unknown or revoked tells nothing, and one elsewhere is refused', async () => {
  const { id, token } = await key(['crm.import']);
  await app.ok('DELETE', `/auth/v1/api-keys/${id}`);
  for (const wrong of [token, `${token.slice(0, -1)}x`, 'pat-na1-123']) {
    expect((await info(wrong)).status).toBe(404);
    expect((await app.api('GET', `/oauth/v1/access-tokens/${wrong}`, undefined, nobody)).status).toBe(404);
  }
  const bound = await key(['crm.import'], { allowedIps: ['192.0.2.1'] });
  expect((await info(bound.token)).status).toBe(403);
});

test('what a token is asked about is logged without it', async () => {
  const { token } = await key(['crm.import']);
  const before = app.log.length;
  await app.ok('GET', `/oauth/v1/access-tokens/${token}`, undefined, nobody);
  await app.api('GET', `/oauth/v1/access-tokens/${token}/more`, undefined, nobody);
  await app.api('GET', `/oauth/v1/access-tokens/${token}${'0'.repeat(600)}`, undefined, nobody);
  const lines = app.log.slice(before).join('\n');
  expect(lines).toContain('/oauth/v1/access-tokens/:token');
  expect(lines).not.toContain(token.slice(-64));
  expect(await app.leaks()).toEqual([]);
});
