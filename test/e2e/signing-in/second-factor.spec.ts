// A second factor and the recovery codes that stand in for a lost device: each code is good once, whoever is faster.
import { authenticator } from 'otplib';
import type { TotpSecret } from '../../../src/identity/grants';
import { textOfSvg } from '../../support/codes/qr-code';
import { adminEmail, adminPassword, ownLog, startApp, type App } from '../../support/servers/app';

interface Login {
  readonly accessToken: string;
  readonly deviceToken: string;
  readonly recoveryCodesLeft?: number;
  readonly subCategory?: string;
}

let app: App;
beforeEach(async () => {
  // Started anew for each test: with a log of its own there is nothing to catch up with.
  app = await startApp(ownLog);
});
afterEach(() => app.close());

const as = (token: string) => ({ authorization: `Bearer ${token}` });
const login = (extra: object = {}) =>
  app.api<Login>(
    'POST',
    '/auth/v1/login',
    { email: adminEmail, password: adminPassword, ...extra },
    { authorization: '' },
  );
const enrol = () =>
  app.ok<{ secret: string; otpauthUri: string; qrCodeSvg: string }>('POST', '/auth/v1/2fa/enroll');
const codeOf = (secret: string, steps = 0) =>
  authenticator.clone({ epoch: Date.now() + steps * 30_000 }).generate(secret);
/** Enrols, activates, and gives the secret and the recovery codes. */
async function setUp() {
  const { secret } = await enrol();
  const answer = await app.ok<{ recoveryCodes: string[] }>('POST', '/auth/v1/2fa/activate', {
    totp: codeOf(secret),
  });
  return { secret, recoveryCodes: answer.recoveryCodes };
}
/** A code of now, unspent again: a test cannot wait half a minute for each. */
async function anotherCode(secret: string): Promise<string> {
  const known = (await app.engine.vault.get<TotpSecret>('totp', app.admin.id))!;
  await app.engine.vault.put<TotpSecret>('totp', app.admin.id, { ...known, lastStep: 0 });
  return codeOf(secret);
}
const toldOfUser = async () =>
  (await app.events())
    .filter(({ stream }) => stream === `user-${app.admin.id}`)
    .map(({ type, data }) => ({ type, ...(data as { left?: number; codes?: number }) }));
const statusesOf = (answers: readonly { status: number }[]) => answers.map(({ status }) => status).sort();

test('a second factor is enrolled, proved, asked for at login, and each code is good once', async () => {
  const { secret, otpauthUri, qrCodeSvg } = await enrol();
  expect(otpauthUri).toContain(`secret=${secret}`);
  expect(textOfSvg(qrCodeSvg)).toBe(otpauthUri);
  expect((await login()).status).toBe(200);
  const far = await app.api('POST', '/auth/v1/2fa/activate', { totp: codeOf(secret, 5) });
  expect(far).toMatchObject({ status: 401, body: { subCategory: 'TOTP_REQUIRED' } });

  const spent = codeOf(secret, -1);
  const activated = await app.ok<{ recoveryCodes: string[] }>('POST', '/auth/v1/2fa/activate', {
    totp: spent,
  });
  expect(new Set(activated.recoveryCodes).size).toBe(10);
  for (const code of activated.recoveryCodes) expect(code).toMatch(/^([0-9A-Z]{4}-){2}[0-9A-Z]{4}$/);
  const now = codeOf(secret);
  expect(await login()).toMatchObject({ status: 401, body: { subCategory: 'TOTP_REQUIRED' } });
  expect(await login({ totp: spent })).toMatchObject({ status: 401 });
  expect(await login({ totp: now, recoveryCode: activated.recoveryCodes[0] })).toMatchObject({ status: 400 });
  expect(statusesOf(await Promise.all([1, 2, 3].map(() => login({ totp: now }))))).toEqual([200, 401, 401]);

  expect((await app.api('DELETE', '/auth/v1/2fa', { totp: now })).status).toBe(401);
  expect((await app.api('DELETE', '/auth/v1/2fa', { totp: codeOf(secret, 1) })).status).toBe(204);
  expect((await login()).status).toBe(200);
  expect((await toldOfUser()).map(({ type }) => type)).toEqual([
    'user.created.v1',
    'user.two-factor-enabled.v1',
    'user.two-factor-disabled.v1',
  ]);
});

test('a factor that counts is replaced by nobody; one that was never proved is', async () => {
  const first = await enrol();
  const second = await enrol();
  const activate = (totp: string) => app.api('POST', '/auth/v1/2fa/activate', { totp });
  expect((await activate(codeOf(first.secret))).status).toBe(401);
  expect((await activate(codeOf(second.secret))).status).toBe(200);
  expect((await app.api('POST', '/auth/v1/2fa/enroll')).status).toBe(409);
  expect((await activate(await anotherCode(second.secret))).status).toBe(409);
  expect((await login({ totp: await anotherCode(second.secret) })).status).toBe(200);
});

test('enrolling again while a first code proves the factor does not take its place', async () => {
  for (let round = 0; round < 20; round++) {
    const { secret } = await enrol();
    const [activated, ...others] = await Promise.all([
      app.api('POST', '/auth/v1/2fa/activate', { totp: codeOf(secret) }),
      ...[1, 2].map(() => app.api('POST', '/auth/v1/2fa/enroll')),
    ]);
    const kept = (await app.engine.vault.get<TotpSecret>('totp', app.admin.id))!;
    if (activated.status === 200) expect([kept.secret, kept.active]).toEqual([secret, true]);
    else expect(kept.active).toBe(false);
    expect([200, 409]).toContain(others[0]!.status);
    await app.engine.vault.remove('totp', app.admin.id);
  }
});

test('a lost device locks nobody out: a recovery code lets in, and makes room for another device', async () => {
  const { recoveryCodes } = await setUp();
  const sloppy = recoveryCodes[0]!.toLowerCase().replaceAll('-', ' ');
  const { accessToken, recoveryCodesLeft } = (await login({ recoveryCode: sloppy })).body;
  expect(recoveryCodesLeft).toBe(9);
  expect((await login({ recoveryCode: recoveryCodes[0] })).status).toBe(401);
  expect((await login({ recoveryCode: 'ABCD-EFGH-JKMN' })).status).toBe(401);

  const off = { recoveryCode: recoveryCodes[1]! };
  expect((await app.api('DELETE', '/auth/v1/2fa', off, as(accessToken))).status).toBe(204);
  Object.assign(app.admin, { token: accessToken });
  const again = await setUp();
  expect((await login({ recoveryCode: recoveryCodes[2] })).status).toBe(401);
  expect((await login({ recoveryCode: again.recoveryCodes[2] })).status).toBe(200);
  expect(await toldOfUser()).toMatchObject([
    { type: 'user.created.v1' },
    { type: 'user.two-factor-enabled.v1' },
    { type: 'user.recovery-code-used.v1', left: 9 },
    { type: 'user.recovery-code-used.v1', left: 8 },
    { type: 'user.two-factor-disabled.v1' },
    { type: 'user.two-factor-enabled.v1' },
    { type: 'user.recovery-code-used.v1', left: 9 },
  ]);
  const rows = await app.ok<{ results: { summary: string }[] }>(
    'GET',
    `/audit/v1/entries?targetId=${app.admin.id}&subCategory=TWO_FACTOR&category=SECURITY_ACTIVITY`,
  );
  expect(rows.results.map(({ summary }) => summary)).toContain('Used a recovery code: 8 left');
});

test('new recovery codes take the place of all that are left', async () => {
  const { secret, recoveryCodes } = await setUp();
  const wrong = await app.api('POST', '/auth/v1/2fa/recovery-codes', { totp: '000000' });
  expect(wrong).toMatchObject({ status: 401, body: { subCategory: 'TOTP_REQUIRED' } });
  const renewed = await app.ok<{ recoveryCodes: string[] }>('POST', '/auth/v1/2fa/recovery-codes', {
    totp: await anotherCode(secret),
  });
  expect(renewed.recoveryCodes).toHaveLength(10);
  expect((await login({ recoveryCode: recoveryCodes[0] })).status).toBe(401);
  expect((await login({ recoveryCode: renewed.recoveryCodes[0] })).status).toBe(200);
  expect(await toldOfUser()).toContainEqual(
    expect.objectContaining({ type: 'user.recovery-codes-made.v1', codes: 10 }),
  );
});

test('one recovery code sent twice at once lets one in, fifty times', async () => {
  const { secret } = await setUp();
  const { deviceToken } = (await login({ totp: await anotherCode(secret) })).body;
  for (let round = 0; round < 5; round++) {
    const { recoveryCodes } = await app.ok<{ recoveryCodes: string[] }>(
      'POST',
      '/auth/v1/2fa/recovery-codes',
      { totp: await anotherCode(secret) },
    );
    for (const recoveryCode of recoveryCodes)
      expect(statusesOf(await Promise.all([1, 2].map(() => login({ recoveryCode, deviceToken }))))).toEqual([
        200, 401,
      ]);
  }
});

test('one code sent twice at once lets one in, fifty times', async () => {
  const { secret } = await setUp();
  const { deviceToken } = (await login({ totp: await anotherCode(secret) })).body;
  for (let round = 0; round < 50; round++) {
    const totp = await anotherCode(secret);
    expect(statusesOf(await Promise.all([1, 2].map(() => login({ totp, deviceToken }))))).toEqual([200, 401]);
  }
});

test('neither secret nor code is in the log, and only digests of codes are in the vault', async () => {
  const { secret, recoveryCodes } = await setUp();
  await login({ recoveryCode: recoveryCodes[0] });
  const events = JSON.stringify(await app.events(), (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  const kept = JSON.stringify(await app.engine.vault.get('totp', app.admin.id));
  for (const code of recoveryCodes) expect(`${events}${kept}${app.log.join()}`).not.toContain(code);
  expect(`${events}${app.log.join()}`).not.toContain(secret);
});

test('whoever knows the password guesses codes slowly, and not at the cost of the owner', async () => {
  const { secret } = await setUp();
  const { deviceToken } = (await login({ totp: await anotherCode(secret) })).body;
  const statuses: number[] = [];
  for (let i = 0; i < 12; i++) statuses.push((await login({ totp: '000000' })).status);
  expect(statuses).toContain(429);
  expect((await login({ totp: await anotherCode(secret), deviceToken })).status).toBe(200);
});
