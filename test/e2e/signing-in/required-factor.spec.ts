// A second factor that the account asks of everybody: whoever has none may set one up, and nothing else.
import { authenticator } from 'otplib';
import { ADMIN } from '../../split/deployment';
import { InOneProcess } from '../../split/in-one-process';
import { type App, ownLog, startApp } from '../../support/servers/app';

const ROUTE = '/settings/v1/account';
const contacts = '/crm/v3/objects/contacts';
const refused = { status: 403, body: { subCategory: 'TWO_FACTOR_NOT_SET_UP' } };

describe('an account that asks for a second factor', () => {
  let app: App;
  beforeAll(async () => void (app = await startApp(ownLog)));
  afterAll(() => app.close());

  test('lets whoever has none set one up, in a session that had begun before', async () => {
    const { token: key } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
      ...{ name: 'goes on', scopes: ['crm.objects.read', 'settings'] },
    });
    const asKey = { authorization: `Bearer ${key}` };
    expect((await app.api('PUT', ROUTE, { require2fa: true }, asKey)).status).toBe(403);
    expect(await app.ok('PUT', ROUTE, { require2fa: true })).toMatchObject({ require2fa: true });
    expect(await app.api('GET', contacts)).toMatchObject(refused);
    expect(await app.api('PUT', ROUTE, { require2fa: false })).toMatchObject(refused);
    expect(await app.api('DELETE', '/auth/v1/2fa', { totp: '000000' })).toMatchObject(refused);
    expect((await app.api('GET', contacts, undefined, asKey)).status).toBe(200);
    await app.logIn();
    expect(await app.api('GET', contacts)).toMatchObject(refused);
    await app.setUpTwoFactor();
    expect((await app.api('GET', contacts)).status).toBe(200);
    const rows = await app.ok('GET', '/audit/v1/entries?targetType=accounts&category=SECURITY_ACTIVITY');
    expect(rows.results).toMatchObject([{ subCategory: 'TWO_FACTOR', action: 'ENABLE' }]);
  });

  test('lets nobody do more who has switched it off, until it asks no more', async () => {
    await app.ok('DELETE', '/auth/v1/2fa', { totp: app.totp() });
    expect(await app.api('GET', contacts)).toMatchObject(refused);
    await app.setUpTwoFactor();
    expect(await app.ok('PUT', ROUTE, { require2fa: false })).toMatchObject({ require2fa: false });
    await app.ok('DELETE', '/auth/v1/2fa', { totp: app.totp() });
    expect((await app.api('GET', contacts)).status).toBe(200);
    expect((await app.api('POST', '/auth/v1/logout')).status).toBe(204);
  });
});

test('it is asked for in another process from the answer on, and what is set up counts in both', async () => {
  const deployment = await InOneProcess.start(['api', 'api', 'projector']);
  try {
    const [here, there] = deployment.members.map(({ url }) => url!);
    const send = (url: string, method: string, body?: object, headers: object = {}) =>
      fetch(url, {
        method,
        headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
        ...(body && { body: JSON.stringify(body) }),
      });
    const login = await send(`${here}/auth/v1/login`, 'POST', ADMIN);
    const { accessToken } = (await login.json()) as { accessToken: string };
    const as = { authorization: `Bearer ${accessToken}` };
    const seen = async (from?: string) => (await send(`${from}${contacts}`, 'GET', undefined, as)).status;
    expect([await seen(here), await seen(there)]).toEqual([200, 200]);
    expect((await send(`${here}${ROUTE}`, 'PUT', { require2fa: true }, as)).status).toBe(200);
    expect([await seen(there), await seen(here)]).toEqual([403, 403]);
    const enrolled = await send(`${there}/auth/v1/2fa/enroll`, 'POST', undefined, as);
    const { secret } = (await enrolled.json()) as { secret: string };
    const totp = authenticator.generate(secret);
    expect((await send(`${there}/auth/v1/2fa/activate`, 'POST', { totp }, as)).status).toBe(200);
    expect([await seen(here), await seen(there)]).toEqual([200, 200]);
  } finally {
    await deployment.remove();
  }
});
