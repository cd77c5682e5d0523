// Passwords over HTTP: what may be one, and how it is changed, or set by a link that only its user is sent.
import { randomUUID } from 'node:crypto';
import type { UserSecrets } from '../../../src/identity/grants';
import { OneTimeLinks } from '../../../src/identity/one-time-links';
import { Invitations } from '../../../src/identity/users/invitations';
import { type App, type AnyJson, startApp } from '../../support/servers/app';
import { joinedIn } from '../../support/servers/people';

const first = 'a horse of another colour';
const second = 'the colour of another horse';
const third = 'no horses, no colours';
const nobody = { authorization: '' };
const passwordRows = 'category=SECURITY_ACTIVITY&subCategory=PASSWORD';

let app: App;
beforeAll(async () => {
  app = await startApp({ TRUST_PROXY: 'on' });
});
afterAll(() => app.close());

interface Person {
  readonly id: string;
  readonly email: string;
}
async function person(isToJoin = true): Promise<Person> {
  if (isToJoin) return joinedIn(app, { roleId: 'admin' }, first);
  const email = `user-${randomUUID().slice(0, 8)}@example.com`;
  const body = { email, roleId: 'admin', sendWelcomeEmail: false };
  const { id } = await app.ok('POST', '/settings/v3/users', body);
  return { id, email };
}
const accept = (userId: string, password: string) => {
  const token = new Invitations(app.engine.vault).token({ userId, invitation: 1 });
  return app.api('POST', '/auth/v1/invitations/accept', { token, password }, nobody);
};
const logIn = ({ email }: Person, password: string, from = '192.0.2.1') =>
  app.api<AnyJson & { accessToken: string }>(
    'POST',
    '/auth/v1/login',
    { email, password },
    { ...nobody, 'x-forwarded-for': from },
  );
const session = async (who: Person, password: string) => {
  const { accessToken } = (await logIn(who, password)).body;
  return { authorization: `Bearer ${accessToken}` };
};
type As = Awaited<ReturnType<typeof session>>;
const counts = async (as: As) => (await app.api('GET', '/crm/v3/objects/contacts', undefined, as)).status;
const change = (as: As, current: string, next: string) =>
  app.api('POST', '/auth/v1/password', { current, new: next }, as);

/** Each asks from an address of its own, unless that is named: the requests of one address have to wait. */
let asked = 0;
const askFor = (email: string, from = `198.51.${100 + (asked >> 8)}.${asked++ & 255}`) =>
  app.api('POST', '/auth/v1/password/reset', { email }, { ...nobody, 'x-forwarded-for': from });
const tokenOf = ({ id }: Person, number = 1) =>
  new OneTimeLinks(app.engine.vault, 'reset').token({ userId: id, number });
const confirm = (token: string, password: string) =>
  app.api('POST', '/auth/v1/password/reset/confirm', { token, new: password }, nobody);
const look = (token: string) =>
  app.api('GET', `/auth/v1/password/reset/confirm?token=${token}`, undefined, nobody);
const invalid = { status: 401, body: { subCategory: 'RESET_LINK_INVALID' } };
const toldOf = async ({ id }: Person, ...types: string[]) =>
  (await app.events()).filter(({ stream, type }) => stream === `user-${id}` && types.includes(type));
/** Resolves when a link has been mailed, of which the answer to whoever asked does not tell. */
async function mailed(who: Person, number = 1): Promise<void> {
  const isQueued = async () =>
    (await app.events()).some(({ stream }) => stream === `mail-password-reset-${who.id}-${number}`);
  while (!(await isQueued()));
}

test('a password that anybody would guess is refused by every route that sets one', async () => {
  const refused = { status: 400, body: { subCategory: 'PASSWORD_KNOWN' } };
  const invited = await person(false);
  expect(await accept(invited.id, 'password123456')).toMatchObject(refused);
  expect(await accept(invited.id, `${invited.email.split('@')[0]}!`)).toMatchObject(refused);
  expect(await accept(invited.id, first)).toMatchObject({ status: 200 });
  const as = await session(invited, first);
  expect(await change(as, first, 'strata-2024-11')).toMatchObject(refused);
  expect((await change(as, first, 'too short')).status).toBe(400);
  await askFor(invited.email);
  await mailed(invited);
  expect(await confirm(tokenOf(invited), 'QwertyQwerty1!')).toMatchObject(refused);
  expect((await confirm(tokenOf(invited), second)).status).toBe(200);
});

describe('a password that is changed', () => {
  test('ends all other sessions, and leaves API keys', async () => {
    const who = await person();
    const [as, other] = [await session(who, first), await session(who, first)];
    const key = { name: 'stays', scopes: ['crm.objects.read'] };
    const { token } = (await app.api<{ token: string }>('POST', '/auth/v1/api-keys', key, as)).body;
    expect(await change(as, 'not the password', second)).toMatchObject({
      ...{ status: 401, body: { subCategory: 'PASSWORD_WRONG' } },
    });
    expect((await change(as, first, second)).status).toBe(204);
    expect([await counts(as), await counts(other)]).toEqual([200, 401]);
    expect(await counts({ authorization: `Bearer ${token}` })).toBe(200);
    expect([(await logIn(who, first)).status, (await logIn(who, second)).status]).toEqual([401, 200]);
    expect(await toldOf(who, 'user.password-changed.v1')).toMatchObject([
      { data: { changes: 1, by: 'change' }, meta: { actor: { id: who.id } } },
    ]);
    const rows = await app.ok('GET', `/audit/v1/entries?targetId=${who.id}&${passwordRows}`);
    expect(rows.results).toMatchObject([{ action: 'UPDATE', summary: 'Changed their password' }]);
  });

  test('is guessed slowly by whoever finds a session open', async () => {
    const as = await session(await person(), first);
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) statuses.push((await change(as, 'a guess', second)).status);
    expect(statuses).toContain(429);
  });

  test('is set once of two who change it at once, and the other is told that theirs is wrong', async () => {
    const who = await person();
    const as = await session(who, first);
    const answers = await Promise.all([second, third].map((next) => change(as, first, next)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401]);
  });

  test('counts and is told of, though a crash came right after it was set', async () => {
    const who = await person();
    const before = await session(who, first);
    const { vault } = app.engine;
    const secrets = (await vault.get<UserSecrets>('user', who.id))!;
    await vault.put<UserSecrets>('user', who.id, { ...secrets, newPassword: { changes: 1, by: 'change' } });
    const after = await session(who, first);
    expect(await counts(after)).toBe(200);
    await app.restart();
    expect([await counts(before), await counts(after)]).toEqual([401, 200]);
    expect(await toldOf(who, 'user.password-changed.v1')).toHaveLength(1);
  });
});

describe('a link by which a password can be set', () => {
  test('leads in once, ends all sessions, and is told of in the audit log', async () => {
    const who = await person();
    const before = await session(who, first);
    const answer = await askFor(who.email);
    expect(answer.status).toBe(202);
    await mailed(who);
    const token = tokenOf(who);
    expect(await look(token)).toMatchObject({ status: 200, body: { email: who.email } });
    expect(await confirm(token, second)).toMatchObject({ status: 200, body: { user: { id: who.id } } });
    expect(await look(token)).toMatchObject(invalid);
    expect(await confirm(token, third)).toMatchObject(invalid);
    expect([await counts(before), (await logIn(who, first)).status]).toEqual([401, 401]);
    expect((await logIn(who, second)).status).toBe(200);
    const rows = await app.ok('GET', `/audit/v1/entries?targetId=${who.id}&${passwordRows}&sort=occurredAt`);
    expect(rows.results.map(({ action }) => action)).toEqual(['REQUEST', 'UPDATE']);
    expect(JSON.stringify((await toldOf(who)).map(({ data }) => data))).not.toContain(token.slice(-64));
  });

  test('is followed by another, and counts no more then; a changed password ends it, too', async () => {
    const who = await person();
    await askFor(who.email);
    await mailed(who);
    await askFor(who.email);
    await mailed(who, 2);
    expect(await confirm(tokenOf(who, 1), second)).toMatchObject(invalid);
    expect((await look(tokenOf(who, 2))).status).toBe(200);
    await change(await session(who, first), first, second);
    expect(await confirm(tokenOf(who, 2), third)).toMatchObject(invalid);
    await askFor(who.email);
    await mailed(who, 3);
    expect((await confirm(tokenOf(who, 3), third)).status).toBe(200);
  });

  test('counts for an hour', async () => {
    const who = await person();
    await askFor(who.email);
    await mailed(who);
    const { vault } = app.engine;
    const secrets = (await vault.get<UserSecrets>('user', who.id))!;
    const minutesLeft = (Date.parse(secrets.reset!.until!) - Date.now()) / 60_000;
    expect(minutesLeft).toBeLessThanOrEqual(60);
    const over = { link: 1, until: new Date(Date.now() - 1).toISOString() };
    await vault.put<UserSecrets>('user', who.id, { ...secrets, reset: over });
    expect(await confirm(tokenOf(who), second)).toMatchObject(invalid);
  });

  test('lets in one of fifty who use it at once', async () => {
    const who = await person();
    await askFor(who.email);
    await mailed(who);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => confirm(tokenOf(who), `${second} ${n}`)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(49);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect((await logIn(who, `${second} ${winner}`)).status).toBe(200);
  });

  test('is made for nobody who has no password to forget, and the answer does not tell', async () => {
    const [known, invited, deactivated] = [await person(), await person(false), await person()];
    await app.ok('POST', `/settings/v3/users/${deactivated.id}/deactivate`);
    const emails = [known.email, invited.email, deactivated.email, `${randomUUID()}@example.com`];
    const answers = await Promise.all(emails.map((email) => askFor(email)));
    const shown = answers.map(({ status, body, headers }) => {
      const names = [...headers.keys()].filter((name) => name !== 'date');
      return { status, body, names };
    });
    expect(shown).toEqual(Array(4).fill(shown[0]));
    await mailed(known);
    for (const who of [invited, deactivated])
      expect((await app.engine.vault.get<UserSecrets>('user', who.id))?.reset).toBeUndefined();
    expect(await toldOf(deactivated, 'user.password-reset-requested.v1')).toEqual([]);
  });

  test('is asked for a few times and then has to wait, for anybody alike', async () => {
    for (const email of [(await person()).email, `${randomUUID()}@example.com`]) {
      const from = `203.0.113.${asked++ & 255}`;
      const statuses: number[] = [];
      for (let i = 0; i < 5; i++) statuses.push((await askFor(email, from)).status);
      expect(statuses.slice(0, 3)).toEqual([202, 202, 202]);
      expect(statuses).toContain(429);
    }
  });

  test('can be asked for from where its user has been, whatever strangers do', async () => {
    const who = await person();
    await logIn(who, first, '192.0.2.77');
    const statuses: number[] = [];
    for (let i = 0; i < 14; i++) statuses.push((await askFor(who.email)).status);
    expect(statuses).toContain(429);
    expect((await askFor(who.email, '192.0.2.77')).status).toBe(202);
  });

  test('makes room for whoever has guessed at their own password', async () => {
    const who = await person();
    const from = '203.0.113.250';
    let last = await logIn(who, 'what was it', from);
    while (last.status !== 429) last = await logIn(who, 'what was it', from);
    await askFor(who.email);
    await mailed(who);
    const headers = { ...nobody, 'x-forwarded-for': from };
    const body = { token: tokenOf(who), new: second };
    expect((await app.api('POST', '/auth/v1/password/reset/confirm', body, headers)).status).toBe(200);
    expect((await logIn(who, second, from)).status).toBe(200);
  });
});
