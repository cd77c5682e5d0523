// Who may in, and how: stories of the first admin, logins, second factors, sessions and API keys.
import { randomUUID } from 'node:crypto';
import { authenticator } from 'otplib';
import { adminEmail, adminPassword, type App, startApp } from '../support/app';

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
    const app = await startApp({ BOOTSTRAP_ADMIN_EMAIL: '', BOOTSTRAP_ADMIN_PASSWORD: '' });
    write.mockRestore();
    const token = /setup\?token=([\w-]+)/.exec(printed.join(''))?.[1] ?? '';
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
    const failed = await told(app, 'login.failed.v1');
    expect(failed.map((event) => event.data)).toEqual(
      expect.arrayContaining([
        { userId: app.admin.id, email: adminEmail, reason: 'wrong-password' },
        { userId: null, email, reason: 'unknown-user' },
      ]),
    );
    expect(failed.map((event) => event.stream).join()).not.toContain('@');
  });

  test('is locked out for a while after a few wrong passwords, which is told once', async () => {
    const email = `${randomUUID()}@example.com`;
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) statuses.push((await login(app, { email })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    const locked = await login(app, { email });
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(60);
    const reasons = (await told(app, 'login.failed.v1'))
      .map((event) => event.data as { email: string; reason: string })
      .filter((data) => data.email === email)
      .map((data) => data.reason);
    expect(reasons).toEqual([...Array<string>(5).fill('unknown-user'), 'locked']);
  });

  test('counts guesses made at the same time, too', async () => {
    const email = `${randomUUID()}@example.com`;
    const answers = await Promise.all(Array.from({ length: 12 }, () => login(app, { email })));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
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
    expect((await short.api('GET', '/auth/v1/sessions')).status).toBe(401);
    await short.close();
  });
});

describe('an API key', () => {
  let app: App;
  beforeAll(async () => void (app = await startApp()));
  afterAll(() => app.close());

  test('with an unknown scope is refused by the name of that scope', async () => {
    const body = { name: 'key', scopes: ['crm.objects.read', 'crm.everything'] };
    const answer = await app.api('POST', '/auth/v1/api-keys', body);
    expect(answer).toMatchObject({ status: 400, body: { category: 'VALIDATION_ERROR' } });
    expect(answer.body.errors).toMatchObject([{ in: 'scopes.1' }]);
    expect(answer.body.errors?.[0]?.message).toContain('crm.everything');
  });

  test('is shown once, listed without its token, and dead once revoked', async () => {
    const made = await app.ok<{ id: string; token: string }>('POST', '/auth/v1/api-keys', {
      name: 'shown once',
      scopes: ['backups', 'crm.objects.contacts.read'],
    });
    const list = await app.api('GET', '/auth/v1/api-keys');
    expect(list.body.results).toMatchObject([{ id: made.id, name: 'shown once', revokedAt: null }]);
    expect(JSON.stringify(list.body)).not.toContain(made.token.slice(-64));
    expect((await app.api('GET', '/auth/v1/api-keys', undefined, as(made.token))).status).toBe(403);
    expect((await app.api('DELETE', `/auth/v1/api-keys/${made.id}`)).status).toBe(204);
    expect((await app.api('GET', '/auth/v1/api-keys', undefined, as(made.token))).status).toBe(401);
    expect(await app.ok('GET', `/auth/v1/api-keys/${made.id}`)).toMatchObject({ id: made.id });
  });

  test('asked for twice with one Idempotency-Key is one key with one token', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = { name: 'once', scopes: ['backups'] };
    const first = await app.api('POST', '/auth/v1/api-keys', body, headers);
    const again = await app.api('POST', '/auth/v1/api-keys', body, headers);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('x-strata-position')).toBe(first.headers.get('x-strata-position'));
    const other = await app.api('POST', '/auth/v1/api-keys', { ...body, name: 'other' }, headers);
    expect(other).toMatchObject({ status: 409, body: { subCategory: 'IDEMPOTENCY_KEY_REUSED' } });
    expect((await app.api('DELETE', `/auth/v1/api-keys/${first.body.id}`)).status).toBe(204);
    const { token } = (await app.api<{ token: string }>('POST', '/auth/v1/api-keys', body, headers)).body;
    expect((await app.api('GET', '/auth/v1/api-keys', undefined, as(token))).status).toBe(401);
  });
});

describe('a second factor', () => {
  let app: App;
  beforeAll(async () => void (app = await startApp()));
  afterAll(() => app.close());

  test('is enrolled, proved, asked for at login, and each code is good once', async () => {
    const { secret, otpauthUri } = await app.ok<{ secret: string; otpauthUri: string }>(
      'POST',
      '/auth/v1/2fa/enroll',
    );
    expect(otpauthUri).toContain(`secret=${secret}`);
    const code = (steps: number) =>
      authenticator.clone({ epoch: Date.now() + steps * 30_000 }).generate(secret);
    expect((await login(app)).status).toBe(200);
    const far = await app.api('POST', '/auth/v1/2fa/activate', { totp: code(5) });
    expect(far).toMatchObject({ status: 401, body: { subCategory: 'TOTP_REQUIRED' } });

    const spent = code(-1);
    expect((await app.api('POST', '/auth/v1/2fa/activate', { totp: spent })).status).toBe(200);
    const now = code(0);
    expect(await login(app)).toMatchObject({ status: 401, body: { subCategory: 'TOTP_REQUIRED' } });
    expect(await login(app, { totp: spent })).toMatchObject({ status: 401 });
    const race = await Promise.all([1, 2, 3].map(() => login(app, { totp: now })));
    expect(race.map(({ status }) => status).sort()).toEqual([200, 401, 401]);
    expect((await app.api('POST', '/auth/v1/2fa/enroll')).status).toBe(409);

    expect((await app.api('DELETE', '/auth/v1/2fa', { totp: now })).status).toBe(401);
    expect((await app.api('DELETE', '/auth/v1/2fa', { totp: code(1) })).status).toBe(204);
    expect((await login(app)).status).toBe(200);
    const logged = (await app.events()).filter((event) => event.stream === `user-${app.admin.id}`);
    expect(logged.map((event) => event.type)).toEqual([
      'user.created.v1',
      'user.two-factor-enabled.v1',
      'user.two-factor-disabled.v1',
    ]);
  });

  test('has no secret, code or token in log or events', async () => {
    const text = JSON.stringify(await app.events(), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    for (const secret of [adminPassword, app.admin.token, '$argon2'])
      expect(`${text}${app.log.join()}`).not.toContain(secret);
  });
});
