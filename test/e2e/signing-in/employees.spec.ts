// Employees of the vendor over HTTP: who comes in, for how long, what they may do, and what the log says of it.
import { randomUUID } from 'node:crypto';
import { pause } from '../../../src/supervision/pause';
import { ecPair, Vendor } from '../../support/codes/assertions';
import {
  adminEmail,
  adminPassword,
  type AnyJson,
  type App,
  ownLog,
  startApp,
} from '../../support/servers/app';
import { personIn } from '../../support/servers/people';

interface LoggedIn extends AnyJson {
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly loginType: string;
  readonly employee: { readonly id: string; readonly department: string };
}

const login = '/auth/v1/employee-login';
const setting = '/settings/v1/employee-access';
const contacts = '/crm/v3/objects/contacts';
const nobody = { authorization: '' };
const wrong = { status: 401, body: { subCategory: 'EMPLOYEE_ASSERTION_WRONG' } };
const off = { status: 403, body: { subCategory: 'EMPLOYEE_ACCESS_OFF' } };
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

const vendor = new Vendor('https://strata.example.com');
let app: App;
beforeEach(async () => {
  app = await startApp({ ...ownLog, ...(await vendor.settings) });
});
afterEach(() => app.close());

const as = (token: string) => ({ authorization: `Bearer ${token}` });
const bring = (assertion: string) => app.api<LoggedIn>('POST', login, { assertion }, nobody);
const allow = (body: object = { allowed: true }) => app.ok('PUT', setting, body);
async function comeIn(claims: Parameters<Vendor['assertion']>[0] = {}): Promise<LoggedIn> {
  const { status, body } = await bring(await vendor.assertion(claims));
  expect(status).toBe(200);
  return body;
}
/** Asks until a token is answered so: another process remembers one for a second. */
const statusOf = async (token: string, path = contacts) =>
  (await app.api('GET', path, undefined, as(token))).status;

test('nobody comes in until a super admin says so, and the account may say until when', async () => {
  const assertion = await vendor.assertion();
  expect(await app.ok('GET', setting)).toEqual({
    ...{ allowed: false, until: null, isOpen: false, isSetUp: true },
  });
  expect(await bring(assertion)).toMatchObject(off);
  const until = inAnHour();
  expect(await allow({ allowed: true, until })).toEqual({
    allowed: true,
    until,
    isOpen: true,
    isSetUp: true,
  });
  // It was not used up: nobody came in by it.
  const { status, body, headers } = await bring(assertion);
  expect(status).toBe(200);
  expect(body).toEqual({
    accessToken: expect.stringMatching(/^strata-session-/) as string,
    expiresAt: until,
    loginType: 'EMPLOYEE',
    employee: {
      id: expect.stringMatching(/^employee-[0-9a-f]{16}$/) as string,
      ...{ name: 'Kim Lee', email: 'kim@vendor.example', department: 'CUSTOMER_SUPPORT' },
    },
  });
  expect(headers.get('x-strata-position')).toMatch(/^\d+$/);
  expect(await statusOf(body.accessToken)).toBe(200);
  expect((await comeIn()).employee.id).toBe(body.employee.id);
});

test('how the account decides is refused to all but a super admin who has just proved who they are', async () => {
  const person = await personIn(app, { roleId: 'admin' });
  for (const [method, body] of [['GET'], ['PUT', { allowed: true }]] as const)
    expect((await app.api(method, setting, body, person.as)).status).toBe(403);
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    name: 'k',
    scopes: ['settings'],
  });
  expect((await app.api('GET', setting, undefined, as(token))).status).toBe(200);
  expect((await app.api('PUT', setting, { allowed: true }, as(token))).status).toBe(403);
  for (const body of [
    {},
    { allowed: 'yes' },
    { allowed: true, until: 'tomorrow' },
    { allowed: true, until: '2020-01-01T00:00:00Z' },
    { allowed: false, until: inAnHour() },
    { allowed: true, department: 'SALES' },
  ])
    expect((await app.api('PUT', setting, body)).status).toBe(400);
  await allow();
  await allow();
  await allow({ allowed: false });
  const rows = await app.ok('GET', '/audit/v1/entries?category=SETTINGS&subCategory=EMPLOYEE_ACCESS');
  expect(rows.results).toMatchObject([
    { action: 'DISABLE', actor: { id: app.admin.id } },
    { action: 'ENABLE', target: { type: 'settings', id: 'employee-access' } },
  ]);
});

test('whatever is wrong with an assertion, the answer is the same; the log of the server alone says what', async () => {
  await allow();
  const now = Math.floor(Date.now() / 1000);
  const used = await vendor.assertion();
  expect((await bring(used)).status).toBe(200);
  const other = ecPair();
  const pem = new TextEncoder().encode(
    vendor.pair.publicKey.export({ type: 'spki', format: 'pem' }) as string,
  );
  const [header, payload, signature] = (await vendor.assertion()).split('.');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  const all = [
    used,
    await vendor.assertion({}, { key: other.privateKey }),
    await vendor.assertion({}, { alg: 'HS256', key: pem }),
    `${none}.${payload}.`,
    `${none}.${payload}.${signature}`,
    `${header}.${payload}.${signature!.startsWith('A') ? 'B' : 'A'}${signature!.slice(1)}`,
    await vendor.assertion({ iat: now - 340 }),
    await vendor.assertion({ iat: now + 90 }),
    await vendor.assertion({ exp: now - 60 }),
    await vendor.assertion({ aud: 'https://other.example.com' }),
    await vendor.assertion({ department: 'JANITORS' }),
    await vendor.assertion({ reason: '' }),
    'no assertion at all',
  ];
  const answers = [];
  for (const one of all) answers.push(await bring(one));
  for (const { status, body } of answers) expect({ status, body }).toMatchObject(wrong);
  expect(new Set(answers.map(({ body: { correlationId: _, ...said } }) => JSON.stringify(said))).size).toBe(
    1,
  );
  const lines = app.log.filter((line) => line.includes("An employee's assertion was refused"));
  expect(lines).toHaveLength(all.length);
  for (const check of [
    'its jti',
    'its iat',
    'its exp',
    'its aud',
    'its department',
    'SIGNATURE',
    'no key fits',
  ])
    expect(lines.some((line) => line.includes(check))).toBe(true);
  expect((await app.api('POST', login, { assertion: 5 }, nobody)).status).toBe(400);
  // Several alike are one row, and who nobody has signed for is nobody.
  const failed = (await app.events()).filter(({ type }) => type === 'login.employee-failed.v1');
  expect(failed.map(({ data }) => data)).toMatchObject([
    { employeeId: expect.stringMatching(/^employee-/) as string, reason: 'wrong-assertion' },
    { employeeId: null, email: null, department: null, reason: 'wrong-assertion' },
  ]);
});

test('an assertion is good for one of fifty who bring it at once', async () => {
  await allow();
  const assertion = await vendor.assertion();
  const answers = await Promise.all(Array.from({ length: 50 }, () => bring(assertion)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 49 }, () => 401)]);
});

test('wrong ones are slowed down as logins are, by the address', async () => {
  await allow();
  const statuses = new Set<number>();
  for (let n = 0; n < 65 && !statuses.has(429); n++) statuses.add((await bring('x')).status);
  expect([...statuses]).toEqual([401, 429]);
  const { status, headers } = await bring(await vendor.assertion());
  expect(status).toBe(429);
  expect(headers.get('retry-after')).toMatch(/^\d+$/);
});

test('without the keys of the vendor there is nobody to come in, and whoever was in is out', async () => {
  await allow();
  const { accessToken } = await comeIn();
  await app.restart(async (settings) => void Object.assign(settings, { EMPLOYEE_KEYS: '' }));
  expect(await statusOf(accessToken)).toBe(401);
  expect(await bring(await vendor.assertion())).toMatchObject({
    status: 404,
    body: { subCategory: 'EMPLOYEE_LOGIN_NOT_SET_UP' },
  });
  expect(await app.ok('GET', setting)).toMatchObject({ isSetUp: false });
});

test('a session ends at once where access is withdrawn, and what is given again does not bring it back', async () => {
  await allow();
  const { accessToken, employee } = await comeIn();
  const { accessToken: other } = await comeIn({ email: 'lou@vendor.example' });
  expect(await statusOf(accessToken)).toBe(200);
  await allow({ allowed: true, until: inAnHour() });
  expect(await statusOf(accessToken)).toBe(200);
  await allow({ allowed: false });
  expect([await statusOf(accessToken), await statusOf(other)]).toEqual([401, 401]);
  const ended = (await app.events()).filter(({ type }) => type === 'session.employee-ended.v1');
  expect(ended.map(({ data }) => data)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ employeeId: employee.id, reason: 'access-withdrawn' }),
    ]),
  );
  expect(ended).toHaveLength(2);
  await allow();
  expect(await statusOf(accessToken)).toBe(401);
  expect((await app.ok('GET', '/auth/v1/sessions')).results.map(({ loginType }) => loginType)).not.toContain(
    'EMPLOYEE',
  );
});

test('a session ends when the time is over that access was given for', async () => {
  await allow();
  const { accessToken } = await comeIn();
  const until = new Date(Date.now() + 2_000).toISOString();
  await allow({ allowed: true, until });
  expect(await statusOf(accessToken)).toBe(200);
  while ((await statusOf(accessToken)) === 200) await pause(50);
  expect(Date.now() - Date.parse(until)).toBeLessThan(2_000);
  expect(await bring(await vendor.assertion())).toMatchObject(off);
  expect(await app.ok('GET', setting)).toMatchObject({ allowed: true, until, isOpen: false });
  await allow();
  expect(await statusOf(accessToken)).toBe(401);
});

test('super admins see the sessions of employees, and end them; others do not', async () => {
  await allow();
  const { accessToken, employee } = await comeIn();
  const mine = await app.ok('GET', '/auth/v1/sessions', undefined, as(accessToken));
  expect(mine.results).toMatchObject([{ userId: employee.id, loginType: 'EMPLOYEE', current: true }]);
  const listed = await app.ok('GET', '/auth/v1/sessions');
  const one = listed.results.find(({ loginType }) => loginType === 'EMPLOYEE')!;
  expect(one).toMatchObject({
    ...{ current: false, endedAt: null },
    employee: {
      ...{ name: 'Kim Lee', email: 'kim@vendor.example' },
      ...{ department: 'CUSTOMER_SUPPORT', reason: 'Ticket 4711' },
    },
  });
  const { as: user } = await personIn(app, { roleId: 'admin' });
  const path = `/auth/v1/sessions/${one.id}`;
  expect((await app.ok('GET', '/auth/v1/sessions', undefined, user)).results).toHaveLength(1);
  for (const method of ['GET', 'DELETE'])
    expect((await app.api(method, path, undefined, user)).status).toBe(404);
  expect(await app.ok('GET', path)).toMatchObject({ id: one.id, loginType: 'EMPLOYEE' });
  expect((await app.api('DELETE', path)).status).toBe(204);
  expect(await statusOf(accessToken)).toBe(401);
  // All of one's own are one's own alone.
  const { accessToken: again } = await comeIn();
  const session = await app.ok<LoggedIn>('POST', '/auth/v1/login', {
    email: adminEmail,
    password: adminPassword,
  });
  await app.api('DELETE', '/auth/v1/sessions?others=true', undefined, as(session.accessToken));
  expect(await statusOf(again)).toBe(200);
  expect((await app.api('POST', '/auth/v1/logout', undefined, as(again))).status).toBe(204);
  expect(await statusOf(again)).toBe(401);
});

test('what employees may do goes by their department, and never touches what is for people of the account', async () => {
  await allow();
  const made = await app.ok('POST', contacts, { properties: { email: `${randomUUID()}@example.com` } });
  const { accessToken: support } = await comeIn();
  const { accessToken: sales } = await comeIn({ department: 'SALES', email: 'lou@vendor.example' });
  const change = (token: string) =>
    app.api('PATCH', `${contacts}/${made.id}`, { properties: { city: 'Oslo' } }, as(token));
  expect([(await change(support)).status, (await change(sales)).status]).toEqual([200, 403]);
  for (const token of [support, sales])
    for (const path of [`${contacts}/${made.id}`, '/audit/v1/entries', '/account-info/v3/details'])
      expect(await statusOf(token, path)).toBe(200);
  const refused: [string, string, object?][] = [
    ['DELETE', `${contacts}/${made.id}`],
    ['POST', `${contacts}/batch/archive`, { inputs: [{ id: made.id }] }],
    ['POST', `${contacts}/gdpr-delete`, { objectId: made.id }],
    ['POST', '/crm/v3/properties/contacts', {}],
    ['POST', '/crm/v3/exports/export/async', {}],
    ['POST', '/crm/v3/imports', {}],
    ['GET', '/backups/v1/backups'],
    ['POST', '/restores/v1/plans', {}],
    ['GET', '/settings/v3/users'],
    ['GET', '/settings/v1/account'],
    ['PUT', setting, { allowed: true }],
    ['POST', '/auth/v1/api-keys', { name: 'k', scopes: ['crm.objects.read'] }],
    ['POST', '/auth/v1/step-up', { password: adminPassword }],
    ['POST', '/auth/v1/2fa/enroll'],
    ['GET', '/notifications/v1/notifications'],
    ['DELETE', '/auth/v1/sessions'],
    ['GET', '/recycle-bin/v1/restores'],
  ];
  for (const [method, path, body] of refused)
    expect([method, path, (await app.api(method, path, body, as(support))).status]).toEqual([
      method,
      path,
      403,
    ]);
});

test('the log tells of a login and of all that an employee does, by name and department', async () => {
  const admins = app.admin.token;
  await allow();
  const { employee, accessToken, expiresAt } = await comeIn();
  const made = await app.api(
    ...([
      'POST',
      contacts,
      { properties: { email: `${randomUUID()}@example.com` } },
      as(accessToken),
    ] as const),
  );
  expect(made.status).toBe(201);
  const { id, department } = employee;
  const actor = {
    type: 'employee',
    id,
    userId: id,
    department,
    email: 'kim@vendor.example',
    name: 'Kim Lee',
  };

  const { results } = await app.ok('GET', '/audit/v1/entries?category=LOGIN&subCategory=EMPLOYEE_LOGIN');
  expect(results).toHaveLength(1);
  const entry = await app.ok('GET', `/audit/v1/entries/${results[0]!.id}`);
  expect(entry).toMatchObject({
    ...{ category: 'LOGIN', subCategory: 'EMPLOYEE_LOGIN', action: 'LOGIN', actor },
    summary: 'An employee of the vendor logged in',
    target: { type: 'employees', id, label: 'kim@vendor.example' },
    client: { loginType: 'EMPLOYEE', ip: '127.0.0.1' },
    changes: {
      name: { from: null, to: 'Kim Lee' },
      email: { from: null, to: 'kim@vendor.example' },
      department: { from: null, to: 'CUSTOMER_SUPPORT' },
      reason: { from: null, to: 'Ticket 4711' },
      expiresAt: { from: null, to: expiresAt },
    },
    source: { type: 'API' },
    metadata: { eventType: 'session.employee-started.v1', nonUser: false },
  });
  // Without being asked for what no user did, and by id or address.
  for (const query of ['action=CREATE', `actor=${id}`, 'actor=kim@vendor.example', `userId=${id}`]) {
    const rows = await app.ok('GET', `/audit/v1/entries?category=CRM_OBJECT&${query}`);
    expect(rows.results).toMatchObject([{ action: 'CREATE', actor, target: { id: made.body.id } }]);
    const one = await app.ok('GET', `/audit/v1/entries/${rows.results[0]!.id}`);
    expect(one).toMatchObject({ actor, client: { loginType: 'EMPLOYEE' } });
  }
  const [event] = (await app.events()).filter(({ type }) => type === 'record.created.v1');
  expect(event!.meta.actor).toEqual({ type: 'employee', id, userId: id, department });
  expect(JSON.stringify(event!.meta)).not.toMatch(/Kim|kim@/);

  // A refusal is theirs, too.
  await app.api('GET', '/backups/v1/backups', undefined, as(accessToken));
  const refusals = await app.ok('GET', `/audit/v1/entries?action=REJECT&actor=${id}`);
  expect(refusals.results).toMatchObject([{ actor, category: 'SECURITY_ACTIVITY' }]);
  // A lower tier shows who logged in, and of other acts that an employee did them.
  await app.ok('PUT', '/settings/v1/account', { tier: 'STARTER' }, as(admins));
  const rows = (await app.ok('GET', `/audit/v1/entries?actor=${id}`)).results;
  const shown = rows.map((row) => [row.category, (row.actor as { department?: string }).department]);
  expect(shown).toEqual([
    ['SECURITY_ACTIVITY', undefined],
    ['LOGIN', 'CUSTOMER_SUPPORT'],
  ]);
  expect(rows[0]!.actor).toMatchObject({ type: 'employee', id });
});

test('super admins are told of a login, and of nothing where it was refused', async () => {
  expect(await bring(await vendor.assertion())).toMatchObject(off);
  const { as: user } = await personIn(app, { roleId: 'admin' });
  await allow();
  const { accessToken } = await comeIn();
  const told = async (headers = {}) =>
    (await app.ok('GET', '/notifications/v1/notifications', undefined, headers)).results.filter(
      ({ kind }) => kind === 'EMPLOYEE_LOGIN',
    );
  while ((await told()).length === 0) await pause(50);
  const [one] = await told();
  expect(one!.text).toContain('CUSTOMER_SUPPORT');
  expect(await app.ok('GET', one!.link as string)).toMatchObject({ loginType: 'EMPLOYEE' });
  expect(await told(user)).toEqual([]);
  expect(accessToken).toBeDefined();
  const rows = await app.ok('GET', '/audit/v1/entries?category=LOGIN&subCategory=LOGIN_FAILED');
  expect(rows.results).toMatchObject([
    { summary: 'An employee of the vendor failed to log in: access-off', actor: { type: 'employee' } },
  ]);
});
