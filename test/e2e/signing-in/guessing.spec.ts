// Guessing is slow, whoever guesses from wherever; whoever is known is kept out by nobody's guesses.
import { randomUUID } from 'node:crypto';
import { digestOfEmail } from '../../../src/identity/emails';
import type { LoginEvents } from '../../../src/identity/identity.events';
import { adminEmail, adminPassword, startApp, type App } from '../../support/servers/app';

interface Login {
  readonly accessToken: string;
  readonly deviceToken: string;
  readonly category: string;
}

let app: App;
beforeEach(async () => {
  app = await startApp({ TRUST_PROXY: 'on' });
});
afterEach(() => app.close());

const home = '192.0.2.1';
const right = { email: adminEmail, password: adminPassword };
const wrong = { email: adminEmail, password: 'not the password' };
const logIn = (given: object, from = home) =>
  app.api<Login>('POST', '/auth/v1/login', given, { authorization: '', 'x-forwarded-for': from });
const statuses = async (
  times: number,
  given: (i: number) => object,
  from: (i: number) => string = () => home,
) => {
  const found: number[] = [];
  for (let i = 0; i < times; i++) found.push((await logIn(given(i), from(i))).status);
  return found;
};
const failed = async () =>
  (await app.events())
    .filter(({ type }) => type === 'login.failed.v2')
    .map(({ data }) => data as LoginEvents['login.failed.v2']);

test('wrong passwords have to wait after a few, of anybody alike', async () => {
  const unknown = `${randomUUID()}@example.com`;
  for (const [email, from] of [
    [adminEmail, '198.51.100.1'],
    [unknown, '198.51.100.2'],
  ] as const) {
    const found = await statuses(
      8,
      () => ({ email, password: 'guess' }),
      () => from,
    );
    expect(found.slice(0, 5)).toEqual(Array(5).fill(401));
    expect(found).toContain(429);
    let refused = await logIn({ email, password: 'guess' }, from);
    while (refused.status !== 429) refused = await logIn({ email, password: 'guess' }, from);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(refused.body.category).toBe('RATE_LIMITS');
  }
  const digest = digestOfEmail(app.engine.vault, unknown);
  const told = (await failed()).filter(({ emailDigest }) => emailDigest === digest);
  expect(told.map(({ reason }) => reason)).toEqual(['unknown-user', 'locked']);
});

test('each is told how many tries are left before one has to wait, of anybody alike', async () => {
  const told = ({ status, headers }: { status: number; headers: Headers }) =>
    [status, ...['limit', 'remaining', 'reset'].map((name) => headers.get(`ratelimit-${name}`))] as const;
  for (const [email, from] of [
    [adminEmail, '198.51.100.3'],
    [`${randomUUID()}@example.com`, '198.51.100.4'],
  ] as const) {
    for (const remaining of ['4', '3', '2', '1', '0']) {
      const answer = await logIn({ email, password: 'guess' }, from);
      expect(told(answer).slice(0, 3)).toEqual([401, '5', remaining]);
      expect(Number(told(answer)[3])).toBeGreaterThan(0);
    }
    let refused = await logIn({ email, password: 'guess' }, from);
    while (refused.status !== 429) refused = await logIn({ email, password: 'guess' }, from);
    expect(told(refused)).toEqual([429, '5', '0', refused.headers.get('retry-after')]);
  }
  const link = await app.api('POST', '/auth/v1/password/reset', { email: adminEmail }, { authorization: '' });
  expect(told(link).slice(0, 3)).toEqual([202, '3', '2']);
  expect(told(await logIn(right)).slice(1)).toEqual([null, null, null]);
  expect(told(await app.api('GET', '/auth/v1/sessions')).slice(1)).toEqual([null, null, null]);
});

test('a thousand wrong ones at once cost a few checks, and no known device is kept waiting', async () => {
  const { deviceToken } = (await logIn(right)).body;
  const flood: Promise<{ status: number }>[] = [];
  for (let i = 0; i < 1000; i += 100) {
    const some = Array.from({ length: 100 }, () => logIn(wrong));
    flood.push(...some);
    expect((await logIn({ ...right, deviceToken })).status).toBe(200);
    await Promise.all(some);
  }
  const answers = (await Promise.all(flood)).map(({ status }) => status);
  expect(new Set(answers)).toEqual(new Set([401, 429]));
  // Five at once, and one more for each wait that has passed meanwhile.
  expect(answers.filter((status) => status === 401).length).toBeLessThanOrEqual(15);
  expect((await failed()).filter(({ userId }) => userId === app.admin.id).length).toBeLessThanOrEqual(4);
});

test('strangers’ guesses from many addresses keep out nobody who has been here before', async () => {
  expect((await logIn(right)).status).toBe(200);
  const { deviceToken } = (await logIn(right)).body;
  let judged = 0;
  // Each wait is twice the one before: one of seconds does not end between two requests, however slow the machine is.
  for (let [i, wait] = [0, 0]; wait < 8; i++) {
    const { status, headers } = await logIn(wrong, `2001:db8:${i}::1`);
    if (status === 401) judged++;
    else wait = Number(headers.get('retry-after'));
  }
  expect(judged).toBeGreaterThanOrEqual(30);
  expect((await logIn(right, '203.0.113.5')).status).toBe(429);
  expect((await logIn(right, home)).status).toBe(200);
  const away = await logIn({ ...right, deviceToken }, '203.0.113.5');
  expect(away.status).toBe(200);
  expect(away.body.deviceToken.split('-')[2]).toBe(deviceToken.split('-')[2]);
});

test('a thousand wrong ones at once from as many addresses keep out nobody who is known', async () => {
  const { deviceToken } = (await logIn(right)).body;
  const answers: number[] = [];
  for (let i = 0; i < 1000; i += 100) {
    const some = Array.from({ length: 100 }, (_, n) =>
      logIn(wrong, `198.${18 + ((i + n) & 1)}.${(i + n) >> 8}.${(i + n) & 255}`),
    );
    expect((await logIn({ ...right, deviceToken }, '203.0.113.5')).status).toBe(200);
    expect((await logIn(right, home)).status).toBe(200);
    answers.push(...(await Promise.all(some)).map(({ status }) => status));
  }
  expect(new Set(answers)).toEqual(new Set([401, 429]));
  // Thirty of strangers at once, and one more for each wait that has passed meanwhile.
  expect(answers.filter((status) => status === 401).length).toBeLessThanOrEqual(40);
});

test('all addresses of an IPv6 network are one', async () => {
  const found = await statuses(
    8,
    () => wrong,
    (i) => `2001:db8:1:2:${i}::1`,
  );
  expect(found).toContain(429);
});

test('guesses at many users from one address have to wait, a user who is known there has not', async () => {
  await logIn(right);
  const found = await statuses(80, () => ({ email: `${randomUUID()}@example.com`, password: 'guess' }));
  expect(found.slice(0, 60)).toEqual(Array(60).fill(401));
  expect(found).toContain(429);
  expect((await logIn(right)).status).toBe(200);
});

test('a device token that is made up, or another user’s, is worth nothing', async () => {
  const { deviceToken } = (await logIn(right)).body;
  const forged = deviceToken.replace(/[0-9a-f]{64}$/, '0'.repeat(64));
  const from = '203.0.113.9';
  const found = await statuses(
    8,
    (i) => ({ ...wrong, deviceToken: i % 2 ? forged : 'nonsense' }),
    () => from,
  );
  expect(found).toContain(429);
  const unknown = { email: `${randomUUID()}@example.com`, password: 'guess', deviceToken };
  const others = await statuses(
    8,
    () => unknown,
    () => '203.0.113.10',
  );
  expect(others).toContain(429);
});

test('counts are kept over a restart', async () => {
  const from = () => '203.0.113.20';
  expect(await statuses(10, () => wrong, from)).toContain(429);
  await app.restart();
  // Nothing counted, the next five would be let through.
  expect(await statuses(4, () => wrong, from)).toContain(429);
});
