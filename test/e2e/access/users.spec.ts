// The people of an account over HTTP: invited, given roles and teams, deactivated; what each may do counts at once.
import { randomUUID } from 'node:crypto';
import { Invitations } from '../../../src/identity/users/invitations';
import { ACCOUNT_ADMINS, accountAdmins } from '../../../src/identity/users/admin.decider';
import { App, startApp, type AnyJson } from '../../support/servers/app';

interface UserJson extends AnyJson {
  readonly email: string;
  readonly status: string;
  readonly superAdmin: boolean;
  readonly roleIds: readonly string[];
  readonly primaryTeamId?: string;
  readonly owned?: readonly { readonly objectType: string; readonly total: number }[];
}

const users = '/settings/v3/users';
const contacts = '/crm/v3/objects/contacts';
const password = 'a horse of another colour';
const some = () => randomUUID().slice(0, 8);

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const invite = (body: object = {}) => {
  const email = `user-${some()}@example.com`;
  return app.ok<UserJson>('POST', users, { email, sendWelcomeEmail: false, ...body });
};
const tokenOf = (userId: string, invitation = 1) =>
  new Invitations(app.engine.vault).token({ userId, invitation });
const accept = (token: string, given = password) =>
  app.api('POST', '/auth/v1/invitations/accept', { token, password: given }, { authorization: '' });

type As = Readonly<Record<'authorization', string>>;
async function logIn(email: string, given = password): Promise<As> {
  const path = '/auth/v1/login';
  const { accessToken } = (
    await app.api<{ accessToken: string }>('POST', path, { email, password: given }, { authorization: '' })
  ).body;
  return { authorization: `Bearer ${accessToken}` };
}
const team = async () => (await app.ok('POST', `${users}/teams`, { name: `Team ${some()}` })).id;
async function joined(body: object = {}): Promise<{ user: UserJson; as: As }> {
  const user = await invite(body);
  await accept(tokenOf(user.id));
  return { user, as: await logIn(user.email) };
}
const statusOf = async (as: As, method: string, path: string, body?: object) =>
  (await app.api(method, path, body, as)).status;

describe('an invitation', () => {
  test("leads in once, with a password of one's own", async () => {
    const user = await invite({ firstName: 'Lin', roleId: 'viewer' });
    expect(user).toMatchObject({
      status: 'invited',
      superAdmin: false,
      roleIds: ['viewer'],
      firstName: 'Lin',
    });
    const token = tokenOf(user.id);
    const state = await app.api('GET', `/auth/v1/invitations/accept?token=${token}`, undefined, {
      authorization: '',
    });
    expect(state).toMatchObject({ status: 200, body: { email: user.email } });
    expect((await accept(token, 'short')).status).toBe(400);
    expect(await accept(token)).toMatchObject({ status: 200, body: { user: { id: user.id } } });
    expect(await accept(token)).toMatchObject({ status: 401, body: { subCategory: 'INVITATION_INVALID' } });
    const as = await logIn(user.email);
    expect(await statusOf(as, 'GET', contacts)).toBe(200);
    expect(await statusOf(as, 'POST', contacts, { properties: {} })).toBe(403);
    expect(await statusOf(as, 'GET', users)).toBe(403);
    expect(await statusOf(as, 'GET', '/backups/v1/backups')).toBe(403);
  });

  test('is made once of fifty that come at once for one link', async () => {
    const token = tokenOf((await invite()).id);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => accept(token, `${password} ${n}`)),
    );
    expect(answers.filter(({ status }) => status === 200).length).toBe(1);
  });

  test('of an address is made once of ten that come at once, and that one leads in', async () => {
    const email = `user-${some()}@example.com`;
    const asked = { email, sendWelcomeEmail: false };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => app.api<UserJson>('POST', users, asked)),
    );
    const made = answers.filter(({ status }) => status < 300);
    expect(made).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
    expect((await app.ok('GET', `/crm/v3/owners?email=${email}`)).results).toHaveLength(1);
    expect((await accept(tokenOf(made[0]!.body.id))).status).toBe(200);
    expect(await statusOf(await logIn(email), 'GET', '/auth/v1/sessions')).toBe(200);
  });

  test('sent again leaves no other link that counts, and withdrawn leaves none', async () => {
    const user = await invite();
    await app.ok('POST', `${users}/${user.id}/invite`);
    expect((await accept(tokenOf(user.id, 1))).status).toBe(401);
    await app.ok('POST', `${users}/${user.id}/withdraw`);
    expect((await accept(tokenOf(user.id, 2))).status).toBe(401);
    expect((await app.api('GET', `${users}/${user.id}`)).status).toBe(404);
    // The address is free again.
    const next = await app.ok<UserJson>('POST', users, { email: user.email, sendWelcomeEmail: false });
    expect(next.id).not.toBe(user.id);
    const twice = await app.api('POST', users, { email: user.email.toUpperCase() });
    expect(twice).toMatchObject({ status: 409, body: { subCategory: 'USER_EXISTS' } });
  });

  test('that is repeated under its Idempotency-Key is answered as it was, and mailed once', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const asked = { email: `user-${some()}@example.com`, roleId: 'viewer' };
    const ask = () => app.api<UserJson>('POST', users, asked, key);
    const first = await ask();
    expect(first.status).toBe(201);
    const { id } = first.body;
    for (const { status, body } of await Promise.all([ask(), ask()]))
      expect([status, body]).toEqual([201, first.body]);
    const again = { 'idempotency-key': randomUUID() };
    const resend = () => app.api<UserJson>('POST', `${users}/${id}/invite`, undefined, again);
    const resent = await resend();
    expect(resent).toMatchObject({ status: 200, body: { id, status: 'invited' } });
    expect(await resend()).toMatchObject({ status: 200, body: resent.body });
    expect((await accept(tokenOf(id, 1))).status).toBe(401);
    expect((await accept(tokenOf(id, 2))).status).toBe(200);
    // Whoever has joined keeps the password that they have set.
    for (const { status, body } of [await ask(), await resend()])
      expect([status < 300, body]).toMatchObject([true, { id, status: 'active' }]);
    expect(await statusOf(await logIn(asked.email), 'GET', contacts)).toBe(200);
    const mails = await app.ok('GET', `/notifications/v1/mails?limit=200`);
    const sent = mails.results
      .map(({ id: mail }) => mail)
      .filter((mail) => mail.startsWith(`invitation-${id}-`));
    expect(sent.sort()).toEqual([`invitation-${id}-1`, `invitation-${id}-2`]);
    expect((await app.api('POST', users, { ...asked, roleId: 'sales' }, key)).status).toBe(409);
  });

  test('names what is wrong with it', async () => {
    const refused = async (body: object) => (await app.api('POST', users, body)).body.message;
    expect(await refused({ email: 'nobody' })).toContain('email');
    const email = `user-${some()}@example.com`;
    expect(await refused({ email, roleId: 'king' })).toContain('roleId');
    expect(await refused({ email, primaryTeamId: '1' })).toContain('primaryTeamId');
    expect(await refused({ email, secondaryTeamIds: ['1'] })).toContain('secondaryTeamIds');
  });
});

describe('a role', () => {
  test("of the account's own counts at once when it is changed", async () => {
    const records = { default: { view: 'none' }, contacts: { view: 'all' } };
    const role = await app.ok('POST', `${users}/roles`, { name: `role ${some()}`, permissions: { records } });
    const { as, user } = await joined({ roleId: role.id });
    const may = (objectType: string) => statusOf(as, 'GET', `/crm/v3/objects/${objectType}`);
    expect([await may('contacts'), await may('deals')]).toEqual([200, 403]);
    await app.ok('PUT', `${users}/roles/${role.id}`, {
      permissions: { records: { default: { view: 'all' }, contacts: {} } },
    });
    expect([await may('contacts'), await may('deals')]).toEqual([403, 200]);
    const inUse = await app.api('DELETE', `${users}/roles/${role.id}`);
    expect(inUse).toMatchObject({ status: 409, body: { subCategory: 'ROLE_IN_USE' } });
    await app.ok('PUT', `${users}/${user.id}`, { roleId: '' });
    expect([await may('contacts'), await may('deals')]).toEqual([403, 403]);
    await app.ok('DELETE', `${users}/roles/${role.id}`);
    const { results } = await app.ok('GET', `${users}/roles`);
    expect(results.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['super-admin', 'admin', 'auditor', 'sales', 'service', 'viewer']),
    );
    expect(results.map(({ id }) => id)).not.toContain(role.id);
  });

  test('is given by nobody who has less, and a super admin is made by super admins alone', async () => {
    const role = await app.ok('POST', `${users}/roles`, {
      name: `people ${some()}`,
      permissions: { records: { default: { view: 'all' } }, allows: ['users'] },
    });
    const { as, user } = await joined({ roleId: role.id });
    const { user: other } = await joined({ roleId: 'viewer' });
    const put = (id: string, body: object) => statusOf(as, 'PUT', `${users}/${id}`, body);
    expect(await put(other.id, { roleId: 'admin' })).toBe(403);
    expect(await put(other.id, { superAdmin: true })).toBe(403);
    expect(await put(other.id, { roleId: role.id })).toBe(200);
    expect(await put(user.id, { roleId: 'viewer' })).toBe(403);
    expect(await put(app.admin.id, { firstName: 'Mallory' })).toBe(403);
    expect(await statusOf(as, 'POST', `${users}/${app.admin.id}/deactivate`)).toBe(403);
    const allowed = { name: `more ${some()}`, permissions: { allows: ['export'] } };
    expect(await statusOf(as, 'POST', `${users}/roles`, allowed)).toBe(403);
  });

  test('that reaches over a team puts nobody into a team, or it would reach over all', async () => {
    const records = { default: { view: 'team' } };
    const role = await app.ok('POST', `${users}/roles`, {
      name: `lead ${some()}`,
      permissions: { records, allows: ['users'] },
    });
    const [north, south] = [await team(), await team()];
    const { as, user } = await joined({ roleId: role.id, primaryTeamId: north });
    const { user: other } = await joined({
      roleId: role.id,
      primaryTeamId: north,
      secondaryTeamIds: [south],
    });
    const put = (id: string, body: object) => statusOf(as, 'PUT', `${users}/${id}`, body);
    expect(await put(user.id, { secondaryTeamIds: [south] })).toBe(403);
    expect(await put(other.id, { secondaryTeamIds: [south], firstName: 'Lin' })).toBe(200);
    expect(await put(other.id, { secondaryTeamIds: [] })).toBe(200);
    expect(await put(other.id, { secondaryTeamIds: [south] })).toBe(403);
    const accomplice = { email: `user-${some()}@example.com`, roleId: role.id, sendWelcomeEmail: false };
    expect(await statusOf(as, 'POST', users, { ...accomplice, primaryTeamId: south })).toBe(403);
    expect(await statusOf(as, 'POST', users, accomplice)).toBe(201);
  });

  test('that reaches over a team is given to nobody in another team by whoever has no more', async () => {
    const permissions = (view: string, allows = ['users']) => ({ records: { default: { view } }, allows });
    const made = async (body: object) =>
      (await app.ok('POST', `${users}/roles`, { name: `role ${some()}`, ...body })).id;
    const lead = await made({ permissions: permissions('team') });
    const own = await made({ permissions: permissions('own', []) });
    const [north, south] = [await team(), await team()];
    const { as } = await joined({ roleId: lead, primaryTeamId: north });
    const [mate, stranger] = [await invite({ primaryTeamId: north }), await invite({ primaryTeamId: south })];
    const refusal = { status: 403, body: { subCategory: 'RIGHTS_EXCEEDED' } };
    const give = (to: UserJson, roleId: string) =>
      app.api('PUT', `${users}/${to.id}`, { roleId, firstName: 'Lin' }, as);
    expect(await give(stranger, lead)).toMatchObject(refusal);
    expect(await give(stranger, own)).toMatchObject({ status: 200 });
    expect(await give(mate, lead)).toMatchObject({ status: 200 });
    const widened = { permissions: permissions('team', []) };
    expect(await app.api('PUT', `${users}/roles/${own}`, widened, as)).toMatchObject(refusal);
  });

  test('and a team is given by a key as far as its scopes go, whoever made it', async () => {
    const keyWith = async (...scopes: string[]) => {
      const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', { name: 'k', scopes });
      return { authorization: `Bearer ${token}` };
    };
    const alone = await keyWith('users');
    const viewing = await keyWith('users', 'crm.objects.read', 'crm.schemas.read');
    const [user, other, primaryTeamId] = [await invite(), await invite({ roleId: 'viewer' }), await team()];
    const give = (as: As, body: object, to = user) => app.api('PUT', `${users}/${to.id}`, body, as);
    const refusal = { status: 403, body: { subCategory: 'RIGHTS_EXCEEDED' } };
    for (const roleId of ['admin', 'auditor', 'sales', 'viewer'])
      expect(await give(alone, { roleId })).toMatchObject(refusal);
    expect(await give(alone, { roleId: 'viewer' })).toMatchObject({
      body: {
        context: { requiredScopes: expect.arrayContaining(['crm.objects.contacts.read']) as string[] },
      },
    });
    for (const roleId of ['admin', 'auditor', 'sales'])
      expect(await give(viewing, { roleId })).toMatchObject(refusal);
    expect(await give(viewing, { roleId: 'viewer' })).toMatchObject({ status: 200 });
    expect(await give(alone, { roleId: '' })).toMatchObject({ status: 200 });
    expect(await give(alone, { firstName: 'Lin' }, other)).toMatchObject({ status: 200 });
    const scoped = await keyWith('users', 'crm.objects.read', 'crm.objects.write', 'crm.schemas.read');
    expect(await give(viewing, { primaryTeamId })).toMatchObject(refusal);
    expect(await give(scoped, { primaryTeamId })).toMatchObject({
      status: 200,
    });
    const invited = { email: `user-${some()}@example.com`, roleId: 'admin' };
    expect(await app.api('POST', users, invited, alone)).toMatchObject(refusal);
    const role = { name: `more ${some()}`, permissions: { allows: ['export'] } };
    expect(await app.api('POST', `${users}/roles`, role, alone)).toMatchObject(refusal);
  });

  test('is given back by a return, so that takes as much as giving it', async () => {
    const { user } = await joined({ roleId: 'admin' });
    await app.ok('POST', `${users}/${user.id}/deactivate`);
    const asked = { name: 'provisioning', scopes: ['users'] };
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', asked);
    const back = await app.api('POST', `${users}/${user.id}/reactivate`, undefined, {
      authorization: `Bearer ${token}`,
    });
    expect(back).toMatchObject({ status: 403, body: { subCategory: 'RIGHTS_EXCEEDED' } });
  });

  test('of a super admin is given by people, not by the key of one', async () => {
    const asked = { name: 'provisioning', scopes: ['users', 'crm.objects.read', 'crm.schemas.read'] };
    const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', asked);
    const key = { authorization: `Bearer ${token}` };
    const { user } = await joined({ roleId: 'sales' });
    expect(await statusOf(key, 'PUT', `${users}/${user.id}`, { roleId: 'viewer' })).toBe(200);
    expect(await statusOf(key, 'PUT', `${users}/${user.id}`, { superAdmin: true })).toBe(403);
    const invited = { email: `user-${some()}@example.com`, roleId: 'super-admin' };
    expect(await statusOf(key, 'POST', users, invited)).toBe(403);
    expect(await statusOf(key, 'POST', `${users}/${app.admin.id}/deactivate`)).toBe(403);
  });

  test('limits the keys of whoever has it, those made before too', async () => {
    const { as, user } = await joined({ roleId: 'admin' });
    const asked = { name: 'sync', scopes: ['crm.objects.read', 'crm.objects.write', 'users'] };
    const { token } = (await app.api<{ token: string }>('POST', '/auth/v1/api-keys', asked, as)).body;
    const key = { authorization: `Bearer ${token}` };
    expect(await statusOf(key, 'POST', contacts, { properties: {} })).toBe(201);
    await app.ok('PUT', `${users}/${user.id}`, { roleId: 'viewer' });
    expect(await statusOf(key, 'POST', contacts, { properties: {} })).toBe(403);
    expect(await statusOf(key, 'GET', contacts)).toBe(200);
    expect(await statusOf(key, 'GET', users)).toBe(403);
    expect(await statusOf(as, 'POST', '/auth/v1/api-keys', asked)).toBe(403);
  });
});

test('a team has its members, and those who leave it are in it no more', async () => {
  const team = await app.ok('POST', `${users}/teams`, { name: `North ${some()}` });
  const other = await app.ok('POST', `${users}/teams`, { name: `South ${some()}` });
  const user = await invite({ primaryTeamId: team.id, secondaryTeamIds: [other.id] });
  const members = async () =>
    Object.fromEntries((await app.ok('GET', `${users}/teams`)).results.map((one) => [one.id, one]));
  expect(await members()).toMatchObject({
    [team.id]: { userIds: [user.id], secondaryUserIds: [] },
    [other.id]: { userIds: [], secondaryUserIds: [user.id] },
  });
  const owner = await app.ok('GET', `/crm/v3/owners/${user.id}`);
  expect(owner).toMatchObject({
    teams: [
      { id: team.id, primary: true },
      { id: other.id, primary: false },
    ],
  });
  await app.ok('PUT', `${users}/${user.id}`, { primaryTeamId: other.id, secondaryTeamIds: [] });
  expect(await members()).toMatchObject({ [team.id]: { userIds: [] }, [other.id]: { userIds: [user.id] } });
  const renamed = await app.ok('PUT', `${users}/teams/${other.id}`, { name: `West ${some()}` });
  expect(renamed).toMatchObject({ id: other.id, userIds: [user.id] });
  await app.ok('DELETE', `${users}/teams/${other.id}`);
  expect(Object.keys(await members())).not.toContain(other.id);
});

test('teams and roles are listed a page at a time where a limit is given, and all of them where none is', async () => {
  const made = await Promise.all(
    Array.from({ length: 5 }, () => app.ok('POST', `${users}/teams`, { name: `Team ${some()}` })),
  );
  const [member] = [await invite({ primaryTeamId: made[3]!.id })];
  for (let n = 0; n < 3; n++)
    await app.ok('POST', `${users}/roles`, { name: `role ${some()}`, permissions: {} });
  for (const path of [`${users}/teams`, `${users}/roles`]) {
    const whole = await app.ok('GET', path);
    expect(whole.paging).toBeUndefined();
    const found: object[] = [];
    for (let after = ''; ;) {
      const { results, paging } = await app.ok('GET', `${path}?limit=2${after && `&after=${after}`}`);
      found.push(...results);
      if (!paging) break;
      expect(results).toHaveLength(2);
      after = paging.next.after;
    }
    expect(found).toEqual(whole.results);
    expect((await app.api('GET', `${path}?limit=2000`)).status).toBe(400);
    expect((await app.api('GET', `${path}?after=7`)).body.message).toContain('cursor');
  }
  const { results } = await app.ok('GET', `${users}/teams`);
  expect(results).toContainEqual(expect.objectContaining({ id: made[3]!.id, userIds: [member.id] }));
});

describe('a user who is deactivated', () => {
  test('is out at once, with all sessions and keys, and comes back without them', async () => {
    const { as, user } = await joined({ roleId: 'admin' });
    const { token } = (
      await app.api<{ token: string }>('POST', '/auth/v1/api-keys', { name: 'k', scopes: ['users'] }, as)
    ).body;
    const key = { authorization: `Bearer ${token}` };
    const owned = { properties: { hubspot_owner_id: user.id } };
    await app.ok('POST', contacts, owned);
    const gone = await app.ok<UserJson>('POST', `${users}/${user.id}/deactivate`);
    expect(gone).toMatchObject({ status: 'deactivated', owned: [{ objectType: 'contacts', total: 1 }] });
    const out = async () => [
      await statusOf(as, 'GET', contacts),
      await statusOf(key, 'GET', users),
      (await app.api('POST', '/auth/v1/login', { email: user.email, password }, { authorization: '' }))
        .status,
    ];
    expect(await out()).toEqual([401, 401, 401]);
    expect((await app.ok('GET', `/crm/v3/owners?archived=true&email=${user.email}`)).results.length).toBe(1);
    await app.ok('POST', `${users}/${user.id}/reactivate`);
    expect(await out()).toEqual([401, 401, 200]);
    expect(await statusOf(await logIn(user.email), 'GET', contacts)).toBe(200);
  });

  test('is never the last super admin, whoever asks how often', async () => {
    const other = await App.start({ OWN_LOG: 'on' });
    try {
      const heir = { email: 'heir@example.com', sendWelcomeEmail: false, roleId: 'super-admin' };
      const { id } = await other.ok<UserJson>('POST', users, heir);
      const token = new Invitations(other.engine.vault).token({ userId: id, invitation: 1 });
      await other.ok('POST', '/auth/v1/invitations/accept', { token, password });
      const ids = [id, other.admin.id];
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          other.api('PUT', `${users}/${ids[n % 2]!}`, { superAdmin: false }),
        ),
      );
      expect(answers.some(({ body }) => body.subCategory === 'LAST_SUPER_ADMIN')).toBe(true);
      const found = await other.engine.streams.load(accountAdmins, ACCOUNT_ADMINS);
      expect(found.state.all.size).toBe(1);
    } finally {
      await other.close();
    }
  });
});

test('every act stands in the audit log, by whom and on whom', async () => {
  const { user } = await joined({ roleId: 'viewer' });
  await app.ok('PUT', `${users}/${user.id}`, { superAdmin: true, lastName: 'Yu' });
  await app.ok('PUT', `${users}/${user.id}`, { superAdmin: false });
  await app.ok('DELETE', `${users}/${user.id}`);
  const { results } = await app.ok(
    'GET',
    `/audit/v1/entries?targetType=users&targetId=${user.id}&sort=occurredAt`,
  );
  const told = results.map((row) => `${String(row.subCategory)} ${String(row.action)}`);
  expect(told.sort()).toEqual(
    [
      ...['USER CREATE', 'USER UPDATE', 'LOGIN_SUCCEEDED LOGIN', 'USER UPDATE', 'PERMISSION UPDATE'],
      ...['PERMISSION GRANT', 'PERMISSION REVOKE', 'PERMISSION UPDATE', 'USER DISABLE'],
    ].sort(),
  );
});
