// Who may in, and how: stories of the first admin, logins and sessions.
import { randomUUID } from 'node:crypto';
import { digestOfEmail } from '../../../src/identity/emails';
import { adminEmail, adminPassword, type App, ownLog, startApp } from '../../support/servers/app';

type Login = { accessToken: string; expiresAt: string; user: { id: string; superAdmin: boolean } };

const as = (token: string) => ({ authorization: `Bearer ${token}` });
const login = (app: App, extra: object = {}, headers: Record<string, string> = {}) =>
  app.api<Login & { category: string; subCategory?: string }>(
    'POST',
    '/auth/v1/login',
    { email: adminEmail, password: adminPassword, ...extra },
    { authorization: '', ...headers },
  );
/** Events of this app's admin or attempts, whose own ids and e-mails no other app shares. */
const told = async (app: App, type: string) => (await app.events()).filter((event) => event.type === type);

describe('the first super admin', () => {
  test('is made by the one-time link that the start prints, once', async () => {
    const printed: string[] = [];
    const write = jest
      .spyOn(process.stdout, 'write')
      .mockImplementation((text) => void printed.push(String(text)) === undefined);
    const app = await startApp({ ...ownLog, BOOTSTRAP_ADMIN_EMAIL: '', BOOTSTRAP_ADMIN_PASSWORD: '' });
    write.mockRestore();
    const token = /set-up#token=([\w-]+)/.exec(printed.join(''))?.[1] ?? '';
    expect(app.log.join()).not.toContain(token);

    const body = { token, email: 'First@Example.com', password: 'a long enough password' };
    const setup = (extra: object) =>
      app.api<{ category: string; user: { id: string; email: string; superAdmin: boolean } }>(
        'POST',
        '/auth/v1/setup',
        { ...body, ...extra },
        { authorization: '' },
      );
    expect((await setup({ token: 'guessed' })).status).toBe(401);
    expect((await setup({ password: 'short' })).status).toBe(400);
    const made = await setup({});
    expect(made).toMatchObject({
      status: 201,
      body: { user: { email: 'first@example.com', superAdmin: true } },
    });
    expect((await setup({})).status).toBe(409);

    const answer = await login(app, { email: 'FIRST@example.com', password: body.password });
    expect(answer).toMatchObject({ status: 200, body: { user: made.body.user } });
    await app.close();
  });
});

describe('a user', () => {
  let app: App;
  beforeAll(async () => void (app = await startApp()));
  afterAll(() => app.close());

  test('logs in, and that is told with address and user agent', async () => {
    const userAgent = `browser-${randomUUID()}`;
    const answer = await login(app, {}, { 'user-agent': userAgent });
    expect(answer.body).toMatchObject({
      loginType: 'PASSWORD',
      user: { id: app.admin.id, superAdmin: true },
    });
    const started = (await told(app, 'session.started.v1')).find(
      (event) => event.meta.client?.userAgent === userAgent,
    );
    expect(started?.meta).toMatchObject({
      actor: { type: 'user', id: app.admin.id },
      client: { loginType: 'PASSWORD', ip: '127.0.0.1' },
    });
  });

  test('is not told whether the password or the e-mail was wrong, but the log is', async () => {
    const email = `${randomUUID()}@example.com`;
    const wrong = await login(app, { password: 'not the password' });
    const unknown = await login(app, { email });
    expect(wrong).toMatchObject({ status: 401, body: { category: 'INVALID_AUTHENTICATION' } });
    expect({ ...unknown.body, correlationId: '' }).toEqual({ ...wrong.body, correlationId: '' });
    const failed = await told(app, 'login.failed.v2');
    const [adminDigest, digest] = [adminEmail, email].map((one) => digestOfEmail(app.engine.vault, one));
    expect(failed.map((event) => event.data)).toEqual(
      expect.arrayContaining([
        {
          ...{ userId: app.admin.id, email: adminEmail },
          ...{ emailDigest: adminDigest, reason: 'wrong-password' },
        },
        { userId: null, email: null, emailDigest: digest, reason: 'unknown-user' },
      ]),
    );
    expect(failed.map((event) => event.stream).join()).not.toContain('@');
    expect(JSON.stringify(await app.ok('GET', '/audit/v1/entries?category=LOGIN'))).not.toContain(email);
  });

  test('sees and revokes sessions; a revoked one is refused at once', async () => {
    const { accessToken } = (await login(app)).body;
    expect((await app.api('GET', '/auth/v1/sessions', undefined, as(accessToken))).status).toBe(200);
    const { results } = await app.ok('GET', '/auth/v1/sessions');
    const id = accessToken.split('-')[2]!;
    expect(results.map((session) => session.id)).toContain(id);
    expect((await app.api('DELETE', `/auth/v1/sessions/${id}`)).status).toBe(204);
    expect((await app.api('GET', '/auth/v1/sessions', undefined, as(accessToken))).status).toBe(401);
    const left = await app.ok('GET', '/auth/v1/sessions');
    expect(left.results.map((session) => session.id)).not.toContain(id);
    expect((await app.api('DELETE', '/auth/v1/sessions/123')).status).toBe(404);
  });

  test('sees the account and its tier', async () => {
    const details = await app.ok<{ portalId: number; tier: string }>('GET', '/account-info/v3/details');
    expect(details).toMatchObject({ portalId: expect.any(Number) as number, tier: 'ENTERPRISE' });
  });

  test('logs out', async () => {
    const { accessToken } = (await login(app)).body;
    expect((await app.api('POST', '/auth/v1/logout', undefined, as(accessToken))).status).toBe(204);
    expect((await app.api('POST', '/auth/v1/logout', undefined, as(accessToken))).status).toBe(401);
  });

  test('keeps session and API key over a restart', async () => {
    const { accessToken } = (await login(app)).body;
    const body = { name: 'kept', scopes: ['crm.objects.read'] };
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', body);
    await app.restart();
    expect((await app.api('GET', '/auth/v1/sessions', undefined, as(accessToken))).status).toBe(200);
    // A key is known but not enough for a person's own list.
    expect((await app.api('GET', '/auth/v1/sessions', undefined, as(token))).status).toBe(403);
  });

  test('has a session only for as long as the settings say', async () => {
    const short = await startApp({ SESSION_TTL: '0s' });
    expect(await short.api('GET', '/auth/v1/sessions')).toMatchObject({
      status: 401,
      body: { category: 'EXPIRED_AUTHENTICATION', subCategory: 'TOKEN_EXPIRED' },
    });
    await short.close();
  });
});

describe('an application', () => {
  let app: App;
  beforeAll(async () => void (app = await startApp()));
  afterAll(() => app.close());

  test('has no secret, code or token in log or events', async () => {
    const text = JSON.stringify(await app.events(), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    for (const secret of [adminPassword, app.admin.token, '$argon2'])
      expect(`${text}${app.log.join()}`).not.toContain(secret);
  });
});
