// Who asks: what a session, a key and an employee of the vendor are told of themselves, as of now.
import { allScopes } from '../../../src/identity/api-keys/scopes';
import type { Me } from '../../../src/identity/sessions/me.queries';
import { Vendor } from '../../support/codes/assertions';
import { adminEmail, adminPassword, type App, ownLog, startApp } from '../../support/servers/app';
import { joinedIn, password, personIn, teamIn } from '../../support/servers/people';

const ROUTE = '/auth/v1/me';
const vendor = new Vendor('https://strata.example.com');
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const me = (as?: { readonly authorization: string }) => app.ok<Me>('GET', ROUTE, undefined, as);

let app: App;
beforeAll(async () => void (app = await startApp({ ...ownLog, ...(await vendor.settings) })));
afterAll(() => app.close());

test('a super admin is told that they may do everything, until when their session lasts, and what the account has', async () => {
  const before = Date.now();
  const body = { email: adminEmail, password: adminPassword };
  const { accessToken, expiresAt } = await app.ok<{ accessToken: string; expiresAt: string }>(
    ...(['POST', '/auth/v1/login', body] as const),
  );
  const { portalId } = await app.ok<{ portalId: number }>('GET', '/account-info/v3/details');
  const told = await me(bearer(accessToken));
  expect(told).toEqual({
    user: {
      ...{ id: app.admin.id, email: adminEmail, firstName: '', lastName: '', superAdmin: true },
      ...{ roleId: 'super-admin', roleName: 'Super admin', department: null },
      ...{ primaryTeamId: null, secondaryTeamIds: [] },
    },
    session: {
      ...{ id: accessToken.split('-')[2], loginType: 'PASSWORD', expiresAt },
      startedAt: expect.any(String) as string,
      idleUntil: expect.any(String) as string,
      stepUpUntil: expect.any(String) as string,
    },
    secondFactor: { active: false, required: false },
    scopes: [...allScopes].sort(),
    account: {
      ...{ portalId, tier: 'ENTERPRISE', addOns: [] },
      features: expect.arrayContaining(['audit.security', 'audit.everything']) as string[],
    },
  });
  expect(told.account.features).not.toContain('audit.content-export');
  const { startedAt, idleUntil, stepUpUntil } = told.session!;
  expect(Date.parse(startedAt!)).toBeGreaterThanOrEqual(before);
  const lasts = [idleUntil, stepUpUntil].map((until) => Date.parse(until!) - before);
  expect(lasts[0]).toBeGreaterThanOrEqual(2 * 3_600_000);
  expect(lasts[1]).toBeGreaterThanOrEqual(10 * 60_000);
});

test('anybody else is told what their role gives now, and their teams', async () => {
  const primaryTeamId = await teamIn(app);
  const { id, as } = await personIn(app, { firstName: 'Ada', roleId: 'viewer', primaryTeamId });
  const viewer = await me(as);
  expect(viewer.user).toMatchObject({
    ...{ id, firstName: 'Ada', superAdmin: false, roleId: 'viewer', roleName: 'View only', primaryTeamId },
  });
  expect(viewer.scopes).toContain('crm.objects.contacts.read');
  expect(viewer.scopes).not.toContain('audit.read');
  await app.ok('PUT', `/settings/v3/users/${id}`, { roleId: 'auditor' });
  expect((await me(as)).scopes).toContain('audit.read');
});

test('a page in a browser is told by its cookie', async () => {
  const body = { email: adminEmail, password: adminPassword, cookie: true };
  const { headers } = await app.api('POST', '/auth/v1/login', body, { authorization: '' });
  const cookie = headers.getSetCookie()[0]!.split(';')[0]!;
  const answer = await app.api<Me>('GET', ROUTE, undefined, { authorization: '', cookie });
  expect(answer.body.session?.id).toBe(/-(\d+)-/.exec(cookie)?.[1]);
});

test('a key is told whose it is and what it may, and is in no session', async () => {
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    ...{ name: 'a key', scopes: ['crm.objects.read', 'audit.read'] },
  });
  expect(await me(bearer(token))).toMatchObject({
    user: { id: app.admin.id, email: adminEmail, superAdmin: true },
    session: null,
    scopes: ['audit.comment', 'audit.export', 'audit.read', 'crm.objects.read'],
  });
});

test('an employee of the vendor is told who they are here', async () => {
  await app.ok('PUT', '/settings/v1/employee-access', { allowed: true });
  const { accessToken } = await app.ok<{ accessToken: string }>('POST', '/auth/v1/employee-login', {
    assertion: await vendor.assertion(),
  });
  const { user, session, scopes } = await me(bearer(accessToken));
  expect(user).toMatchObject({
    ...{ email: 'kim@vendor.example', firstName: 'Kim Lee', roleId: null, department: 'CUSTOMER_SUPPORT' },
  });
  expect(session).toMatchObject({ loginType: 'EMPLOYEE', startedAt: expect.any(String) as string });
  expect(scopes).toContain('crm.objects.write');
});

test('whoever lacks the second factor that the account asks for is told so, and nobody who asks without a token', async () => {
  const { email } = await joinedIn(app, { roleId: 'viewer' });
  const log = { email, password };
  const { accessToken } = await app.ok<{ accessToken: string }>('POST', '/auth/v1/login', log);
  await app.ok('PUT', '/settings/v1/account', { require2fa: true });
  expect((await me(bearer(accessToken))).secondFactor).toEqual({ active: false, required: true });
  await app.setUpTwoFactor();
  expect((await me()).secondFactor).toEqual({ active: true, required: false });
  expect((await app.api('GET', ROUTE, undefined, { authorization: '' })).status).toBe(401);
});

test('a session that not being used does not end is told no end of that kind', async () => {
  const endless = await startApp({ SESSION_IDLE: 'off' });
  expect((await endless.ok<Me>('GET', ROUTE)).session?.idleUntil).toBeNull();
  await endless.close();
});
