// What is good once is good once, also for two who use it in the same moment, or fifty.
import type { TotpSecret } from '../../../src/identity/grants';
import { ACCOUNT_ADMINS } from '../../../src/identity/users/admin.decider';
import {
  adminEmail,
  adminPassword,
  type AnyJson,
  type App,
  ownLog,
  startApp,
} from '../../support/servers/app';
import { UnspentCodes } from '../../support/servers/unspent-codes';

const RACES = 50;
const times = <T>(one: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: RACES }, (_, n) => one(n)));

describe('a second factor', () => {
  let app: App;
  /** Each race has two sessions of its own, whose attempts are counted apart. */
  const sessions: { readonly authorization: string }[] = [];
  let secret: string;
  let codes: readonly string[];
  beforeAll(async () => {
    app = await startApp();
    const body = { email: adminEmail, password: adminPassword };
    for (let n = 0; n < 2 * RACES; n++) {
      const { accessToken } = await app.ok<{ accessToken: string }>('POST', '/auth/v1/login', body);
      sessions.push({ authorization: `Bearer ${accessToken}` });
    }
    ({ secret } = await app.ok<{ secret: string }>('POST', '/auth/v1/2fa/enroll'));
    const totp = new UnspentCodes(secret).next();
    codes = (await app.ok<{ recoveryCodes: string[] }>('POST', '/auth/v1/2fa/activate', { totp }))
      .recoveryCodes;
  });
  afterAll(() => app.close());

  /** As if none of the codes of now had been spent: half a minute would be long to wait for each race. */
  const unspend = () =>
    app.engine.vault.change<TotpSecret, undefined>('totp', app.admin.id, (known) => ({
      ...known!,
      lastStep: 0,
    }));
  const both = (race: number, proof: object) =>
    Promise.all(
      sessions.slice(2 * race, 2 * race + 2).map(async (as) => {
        const { status } = await app.api('POST', '/auth/v1/step-up', proof, as);
        return status;
      }),
    );

  test('lets in one of two who show the same code at once, in each of fifty races', async () => {
    for (let race = 0; race < RACES; race++) {
      await unspend();
      const totp = new UnspentCodes(secret).next();
      expect([race, (await both(race, { totp })).sort()]).toEqual([race, [200, 401]]);
    }
  });

  test('lets in one of two who show the same recovery code at once, in each of fifty races', async () => {
    for (let race = 0; race < RACES; race++) {
      if (race > 0 && race % codes.length === 0) {
        await unspend();
        const totp = new UnspentCodes(secret).next();
        const path = '/auth/v1/2fa/recovery-codes';
        codes = (await app.ok<{ recoveryCodes: string[] }>('POST', path, { totp })).recoveryCodes;
      }
      const recoveryCode = codes[race % codes.length];
      expect([race, (await both(race, { recoveryCode })).sort()]).toEqual([race, [200, 401]]);
    }
  });
});

test('the printed setup link makes one super admin of fifty who use it at once', async () => {
  const printed: string[] = [];
  const write = jest
    .spyOn(process.stdout, 'write')
    .mockImplementation((text) => void printed.push(String(text)) === undefined);
  const app = await startApp({ ...ownLog, BOOTSTRAP_ADMIN_EMAIL: '', BOOTSTRAP_ADMIN_PASSWORD: '' });
  write.mockRestore();
  const token = /set-up#token=([\w-]+)/.exec(printed.join(''))![1]!;
  const password = 'a long enough password';
  const nobody = { authorization: '' };
  const emailOf = (n: number) => `first-${n}@example.com`;
  const answers = await times((n) =>
    app.api<AnyJson & { user?: { email: string } }>(
      ...(['POST', '/auth/v1/setup', { token, email: emailOf(n), password }, nobody] as const),
    ),
  );
  const made = answers.flatMap(({ body: { user } }) => user?.email ?? []);
  expect(made).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 401 || status === 409)).toHaveLength(RACES - 1);
  expect((await app.events()).filter(({ stream }) => stream === ACCOUNT_ADMINS)).toHaveLength(1);
  const logIn = (email: string) => app.api('POST', '/auth/v1/login', { email, password }, nobody);
  expect((await logIn(made[0]!)).status).toBe(200);
  const loser = emailOf(made[0] === emailOf(0) ? 1 : 0);
  expect((await logIn(loser)).status).toBe(401);
  await app.close();
});
