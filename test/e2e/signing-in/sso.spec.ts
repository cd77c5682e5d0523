// Single sign-on over HTTP, against a provider from npm: who comes in, as what, and what is not believed.
import { randomUUID } from 'node:crypto';
import type { SessionGrant } from '../../../src/identity/grants';
import {
  adminEmail,
  adminPassword,
  ownLog,
  startApp,
  type AnyJson,
  type App,
} from '../../support/servers/app';
import { joinedIn } from '../../support/servers/people';
import { IdentityProvider, type Person } from '../../support/servers/identity-provider';

interface LoggedIn extends AnyJson {
  readonly accessToken: string;
  readonly loginType: string;
  readonly deviceToken: string;
  readonly stepUpUntil?: string;
  readonly user: { readonly id: string; readonly email: string; readonly superAdmin: boolean };
}

const site = 'https://strata.example.com';
const claims = {
  scope: 'groups',
  roles: [
    { claim: 'groups', value: 'crm-admins', role: 'super-admin' },
    { claim: 'groups', value: 'crm-sales', role: 'sales' },
  ],
  otherwise: 'viewer',
  teams: [{ claim: 'groups', value: 'north', team: 'North' }],
};

let provider: IdentityProvider;
let app: App;
beforeAll(async () => {
  provider = await IdentityProvider.start(`${site}/auth/v1/sso/callback`);
});
afterAll(() => provider.stop());
beforeEach(async () => {
  app = await startApp({
    ...ownLog,
    PUBLIC_URL: site,
    ...provider.settings,
    OIDC_CLAIMS: JSON.stringify(claims),
  });
  await provider.tell({ person: null, aheadMs: 0 });
});
afterEach(() => app.close());

const some = (extra: Partial<Person> = {}): Person => {
  const name = randomUUID().slice(0, 8);
  return { sub: name, email: `${name}@example.com`, email_verified: true, ...extra };
};
const as = (token: string) => ({ authorization: `Bearer ${token}` });
const put = (body: object) => app.ok('PUT', '/settings/v1/sso', body);
const cookieIn = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');

/** Begins to sign in, as a browser does, and takes the provider's word back to it. */
async function signIn(
  person: Person,
  { query = '', token = '', session = '', tamper = (_: URL): void => undefined } = {},
) {
  await provider.tell({ person });
  const authorization = token && `Bearer ${token}`;
  const headers = { ...(authorization && { authorization }), ...(session && { cookie: session }) };
  const begun = await fetch(`${app.url}/auth/v1/sso/login${query}`, { redirect: 'manual', headers });
  expect(begun.status).toBe(302);
  const address = new URL(begun.headers.get('location')!);
  tamper(address);
  const came = await provider.signIn(address.href);
  const cookie = cookieIn(begun.headers);
  return { came, cookie, address };
}
const comeBack = (came: string, cookie: string) =>
  app.api<LoggedIn>('GET', `/auth/v1/sso/callback${came}`, undefined, { authorization: '', cookie });
async function comeIn(person: Person, how: Parameters<typeof signIn>[1] = {}) {
  const { came, cookie } = await signIn(person, how);
  return comeBack(came, cookie);
}
const invite = (person: Person, body: object = {}) =>
  app.ok('POST', '/settings/v3/users', { email: person.email, sendWelcomeEmail: false, ...body });

test('whoever was invited comes in by it, as a login is answered, and the log says so', async () => {
  const person = some({ given_name: 'Lin', family_name: 'Yu', groups: ['crm-sales', 'north'] });
  await app.ok('POST', '/settings/v3/users/teams', { name: 'North' });
  const { id } = await invite(person);
  const { status, body, headers } = await comeIn(person);
  expect(status).toBe(200);
  expect(body).toMatchObject({ loginType: 'SSO', user: { id, email: person.email, superAdmin: false } });
  expect(body.deviceToken).toMatch(/^strata-device-/);
  expect(headers.get('x-strata-position')).toMatch(/^\d+$/);
  const user = await app.ok<AnyJson & { roleIds: string[] }>('GET', `/settings/v3/users/${id}`);
  expect(user).toMatchObject({ status: 'active', firstName: 'Lin', lastName: 'Yu', roleIds: ['sales'] });
  expect(user).toHaveProperty('primaryTeamId');
  const sessions = await app.ok('GET', '/auth/v1/sessions', undefined, as(body.accessToken));
  expect(sessions.results).toMatchObject([{ loginType: 'SSO' }]);
  const rows = await app.ok('GET', `/audit/v1/entries?targetId=${id}`);
  const summaries = rows.results.map(({ summary }) => summary);
  expect(summaries).toEqual(
    expect.arrayContaining([
      'Logged in',
      "Changed a user's role",
      "Changed a user's teams",
      'Accepted an invitation',
    ]),
  );
});

test('who is nobody here becomes a user only where the account says so, and claims decide as what', async () => {
  const person = some({ groups: ['crm-sales'] });
  expect(await comeIn(person)).toMatchObject({ status: 403, body: { subCategory: 'SSO_USER_UNKNOWN' } });
  await put({ makesUsers: true });
  const { body } = await comeIn(person);
  const roleOf = async () =>
    (await app.ok<AnyJson & { roleIds: string[] }>('GET', `/settings/v3/users/${body.user.id}`)).roleIds;
  expect(await roleOf()).toEqual(['sales']);
  await comeIn({ ...person, groups: ['crm-admins'] });
  expect(await roleOf()).toEqual(['super-admin']);
  await comeIn({ ...person, groups: ['something else'] });
  expect(await roleOf()).toEqual(['viewer']);
  const details = await app.api('GET', '/backups/v1/backups', undefined, as(body.accessToken));
  expect(details.status).toBe(403);
});

test('a page of the console is led back to, with the session in its cookie, or with why there is none', async () => {
  const person = some();
  const comeBackAsPage = async (how: Parameters<typeof signIn>[1]) => {
    const { came, cookie } = await signIn(person, how);
    const headers = { cookie, accept: 'text/html,application/xhtml+xml' };
    const answer = await fetch(`${app.url}/auth/v1/sso/callback${came}`, { redirect: 'manual', headers });
    return {
      ...answer,
      status: answer.status,
      leadsTo: answer.headers.get('location'),
      set: cookieIn(answer.headers),
    };
  };
  expect(await comeBackAsPage({ query: '?cookie=true' })).toMatchObject({
    ...{ status: 302, leadsTo: `${site}/sign-in?sso=SSO_USER_UNKNOWN`, set: '' },
  });
  await invite(person);
  const { status, leadsTo, set } = await comeBackAsPage({ query: '?cookie=true' });
  expect({ status, leadsTo }).toEqual({ status: 302, leadsTo: `${site}/sign-in?sso=done` });
  expect(set).toContain('strata-session=strata-session-');
  // Whoever did not begin as a page reads what came of it.
  expect(await comeBackAsPage({})).toMatchObject({ status: 200, leadsTo: null });
});

test('the last super admin stays one, whatever the claims say', async () => {
  const { body } = await comeIn(some({ email: adminEmail }));
  expect(body.user).toMatchObject({ id: app.admin.id, superAdmin: true });
  expect((await app.api('GET', '/backups/v1/backups')).status).toBe(200);
});

test('an address that is not verified, and a user who was deactivated, come in by no means', async () => {
  await put({ makesUsers: true });
  for (const email_verified of [false, undefined]) {
    const { email, sub } = some();
    const person = { sub, email, ...(email_verified !== undefined && { email_verified }) };
    expect(await comeIn(person)).toMatchObject({
      status: 403,
      body: { subCategory: 'SSO_EMAIL_UNVERIFIED' },
    });
  }
  const person = some();
  const { body } = await comeIn(person);
  await app.ok('POST', `/settings/v3/users/${body.user.id}/deactivate`);
  expect(await comeIn(person)).toMatchObject({ status: 403, body: { subCategory: 'SSO_USER_UNKNOWN' } });
  const failed = (await app.events()).filter(({ type }) => type === 'login.failed.v2');
  expect(failed).toMatchObject([{ data: { userId: body.user.id, reason: 'deactivated' } }]);
});

test('a state counts once, in the browser it began in, and not when it was changed', async () => {
  await put({ makesUsers: true });
  const invalid = { status: 401, body: { subCategory: 'SSO_STATE_INVALID' } };
  const { came, cookie } = await signIn(some());
  expect(await comeBack(came, '')).toMatchObject(invalid);
  expect(await comeBack(came, `strata-sso=${'0'.repeat(64)}`)).toMatchObject(invalid);
  const wrong = came.replace(/state=\w/, (found) => `state=${found.endsWith('0') ? '1' : '0'}`);
  expect(await comeBack(wrong, cookie)).toMatchObject(invalid);
  expect((await comeBack(came, cookie)).status).toBe(200);
  // The provider, too, takes a code once.
  expect((await comeBack(came, cookie)).status).toBe(401);
});

test('a state that was spent is refused, though the provider gives another code for it', async () => {
  await put({ makesUsers: true });
  const { came, cookie, address } = await signIn(some());
  const again = await provider.signIn(address.href);
  const answers = await Promise.all([came, again].map((one) => comeBack(one, cookie)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  expect(answers.find(({ status }) => status === 401)!.body.subCategory).toBe('SSO_STATE_INVALID');
});

test('a token for another nonce, another challenge, or nobody is refused', async () => {
  await put({ makesUsers: true });
  const refused = { status: 401, body: { subCategory: 'SSO_REFUSED' } };
  const other = 'a'.repeat(43);
  for (const name of ['nonce', 'code_challenge']) {
    const tamper = (address: URL) => address.searchParams.set(name, other);
    expect(await comeIn(some(), { tamper })).toMatchObject(refused);
  }
  const { cookie, address } = await signIn(some());
  await provider.tell({ person: null });
  expect(await comeBack(await provider.signIn(address.href), cookie)).toMatchObject(refused);
});

test('the provider may change its key between two sign-ins, and its clock may be a little off', async () => {
  await put({ makesUsers: true });
  expect((await comeIn(some())).status).toBe(200);
  await provider.tell({ newKey: true });
  expect((await comeIn(some())).status).toBe(200);
  // Its tokens are good for a minute.
  await provider.tell({ aheadMs: -90_000 });
  expect((await comeIn(some())).status).toBe(200);
  await provider.tell({ aheadMs: -600_000 });
  expect(await comeIn(some())).toMatchObject({ status: 401, body: { subCategory: 'SSO_REFUSED' } });
});

test('a session of it is stepped up by it alone, by its own person', async () => {
  const person = some({ groups: ['crm-admins'] });
  await put({ makesUsers: true });
  const { body } = await comeIn(person);
  const id = body.accessToken.split('-')[2]!;
  const grant = (await app.engine.vault.get<SessionGrant>('session', id))!;
  await app.engine.vault.put('session', id, { ...grant, steppedUpAt: '2024-01-01T00:00:00.000Z' });
  const token = body.accessToken;
  const key = () => app.api('POST', '/auth/v1/api-keys', { name: 'key', scopes: ['backups'] }, as(token));
  expect(await key()).toMatchObject({ status: 403, body: { subCategory: 'STEP_UP_REQUIRED' } });
  const byPassword = await app.api('POST', '/auth/v1/step-up', { password: adminPassword }, as(token));
  expect(byPassword).toMatchObject({ status: 403, body: { subCategory: 'SSO_STEPS_UP' } });
  const how = { query: '?stepUp=true', token };
  expect(await comeIn(some({ email: adminEmail }), how)).toMatchObject({ status: 401 });
  const { came, cookie, address } = await signIn(person, how);
  expect(address.searchParams.get('prompt')).toBe('login');
  const stepped = await comeBack(came, cookie);
  expect(stepped.status).toBe(200);
  expect(Date.parse(stepped.body.stepUpUntil!)).toBeGreaterThan(Date.now());
  expect((await key()).status).toBe(201);
});

test('a session of it lies in a cookie where that is asked for, and is stepped up by it', async () => {
  const person = some({ email: adminEmail });
  const { status, body, headers } = await comeIn(person, { query: '?cookie=true' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ loginType: 'SSO', csrfToken: expect.any(String) as string });
  expect(body).not.toHaveProperty('accessToken');
  const set = headers.getSetCookie().find((one) => one.startsWith('__Host-strata-session='))!;
  expect(set).toMatch(/; HttpOnly; Secure; SameSite=Strict/);
  const session = set.split(';')[0]!;
  const id = session.split('-')[4]!;
  // Before its first use, from which on it is remembered for a second.
  const grant = (await app.engine.vault.get<SessionGrant>('session', id))!;
  await app.engine.vault.put('session', id, { ...grant, steppedUpAt: '2024-01-01T00:00:00.000Z' });
  const byCookie = (method: string, path: string, sent?: object) =>
    app.api<LoggedIn>(method, path, sent, {
      ...{ authorization: '', cookie: session, origin: site },
      ...{ 'x-strata-csrf': (body as LoggedIn & { csrfToken: string }).csrfToken },
    });
  expect((await byCookie('GET', '/auth/v1/sessions')).body.results).toMatchObject([
    { loginType: 'SSO', current: true },
    { loginType: 'PASSWORD' },
  ]);
  const key = () => byCookie('POST', '/auth/v1/api-keys', { name: 'key', scopes: ['backups'] });
  expect(await key()).toMatchObject({ status: 403, body: { subCategory: 'STEP_UP_REQUIRED' } });
  const stepped = await comeIn(person, { query: '?stepUp=true&cookie=true', session });
  expect(stepped).toMatchObject({ status: 200, body: { stepUpUntil: expect.any(String) as string } });
  expect(stepped.headers.getSetCookie().filter((one) => one.includes('strata-session'))).toEqual([]);
  expect((await key()).status).toBe(201);
  const row = (
    await app.ok('GET', '/audit/v1/entries?category=SECURITY_ACTIVITY&subCategory=SESSION&action=GRANT')
  ).results[0]!;
  const told = await app.ok<AnyJson & { client: object }>('GET', `/audit/v1/entries/${row.id}`);
  expect(told.client).toMatchObject({ loginType: 'SSO' });
});

test('whom it does not let in stands in the log with how they tried', async () => {
  await comeIn(some());
  const path = '/audit/v1/entries?category=LOGIN&subCategory=LOGIN_FAILED&includeNonUser=true';
  const { results } = await app.ok('GET', path);
  expect(results[0]).toMatchObject({ client: { loginType: 'SSO' } });
});

test('where it is required passwords let in those who are to break the glass, and nobody else', async () => {
  const person = some({ groups: ['crm-admins'] });
  await put({ makesUsers: true });
  const { body } = await comeIn(person);
  await app.ok('PUT', `/settings/v3/users/${body.user.id}`, { firstName: 'Grace' });
  expect(await app.api('PUT', '/settings/v1/sso', { required: true, breakGlass: [] })).toMatchObject({
    ...{ status: 409, body: { subCategory: 'BREAK_GLASS_MISSING' } },
  });
  // Who has come by single sign-on alone has no password to break it with.
  expect((await app.api('PUT', '/settings/v1/sso', { breakGlass: [body.user.id] })).status).toBe(400);
  const { email } = await joinedIn(app, { roleId: 'super-admin' }, adminPassword);
  const logIn = (as: string, password = adminPassword) =>
    app.api('POST', '/auth/v1/login', { email: as, password }, { authorization: '' });
  expect((await logIn(email)).status).toBe(200);

  expect(await app.ok('PUT', '/settings/v1/account', { requireSso: true })).toMatchObject({
    requireSso: true,
  });
  expect(await app.ok('GET', '/settings/v1/sso')).toEqual({
    ...{ allowed: true, makesUsers: true, required: true, breakGlass: [app.admin.id], isSetUp: true },
  });
  expect(await logIn(email)).toMatchObject({ status: 403, body: { subCategory: 'SSO_REQUIRED' } });
  expect((await logIn(email, 'a wrong password')).status).toBe(401);
  expect((await logIn(adminEmail)).status).toBe(200);
  expect((await comeIn(person)).status).toBe(200);
  // A mapping takes nothing from who is to break the glass.
  expect((await comeIn(some({ email: adminEmail }))).body.user.superAdmin).toBe(true);
  expect((await app.api('PUT', '/settings/v1/sso', { allowed: false })).status).toBe(409);
  await put({ required: false });
  expect((await logIn(email)).status).toBe(200);
  await put({ allowed: false });
  expect((await app.api('GET', '/auth/v1/sso/login')).body.subCategory).toBe('SSO_OFF');
  const rows = await app.ok('GET', '/audit/v1/entries?category=SECURITY_ACTIVITY&subCategory=SSO');
  expect(rows.results.length).toBeGreaterThanOrEqual(4);
});

test('a session of it executes a restore without a code', async () => {
  await put({ makesUsers: true });
  const { body } = await comeIn(some({ groups: ['crm-admins'] }));
  const contact = { properties: { email: `${randomUUID()}@example.com`, city: 'Bergen' } };
  const made = await app.api('POST', '/crm/v3/objects/contacts', contact);
  const asOf = made.headers.get('x-strata-position');
  await app.ok('PATCH', `/crm/v3/objects/contacts/${made.body.id}`, { properties: { city: 'Oslo' } });
  const wanted = { objectType: 'contacts', properties: ['city'], recordIds: [made.body.id] };
  const { id } = await app.ok('POST', '/restores/v1/plans', { source: { asOf }, objects: [wanted] });
  while (
    (await app.ok<AnyJson & { status: string }>('GET', `/restores/v1/plans/${id}`)).status === 'PLANNING'
  );
  const confirm = { changesData: true, overwritesValues: true };
  const execute = (token: string) =>
    app.api('POST', `/restores/v1/plans/${id}/execute`, { confirm }, as(token));
  expect((await execute(app.admin.token)).body.subCategory).toBe('TWO_FACTOR_NOT_SET_UP');
  expect((await execute(body.accessToken)).status).toBe(202);
});
