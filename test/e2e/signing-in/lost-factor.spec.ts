// The only admin has lost the device and the recovery codes: whoever runs the server lets them in again.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { adminEmail, adminPassword, startApp, type App } from '../../support/servers/app';

const COMMAND = join(__dirname, '../../../src/second-factor-off.js');

let app: App;
beforeEach(async () => {
  app = await startApp();
});
afterEach(() => app.close());

type Settings = Readonly<Record<string, string | undefined>>;
/** The command as an operator runs it, in a process of its own. */
async function run(settings: Settings, ...args: string[]): Promise<{ code: number; said: string }> {
  try {
    const env = { PATH: process.env.PATH, ...settings } as NodeJS.ProcessEnv;
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args], { env });
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, said: stderr };
  }
}
const credentials = { email: adminEmail, password: adminPassword };
const logIn = () =>
  app.api<{ accessToken: string; subCategory?: string }>('POST', '/auth/v1/login', credentials);
const statusOf = async (token: string) =>
  (await app.api('GET', '/auth/v1/sessions', undefined, { authorization: `Bearer ${token}` })).status;

interface Row {
  readonly action: string;
  readonly subCategory: string;
  readonly actor: { readonly type: string; readonly id: string };
}

test('turns the second factor off, ends all sessions, keeps password and keys, and is told in the audit log', async () => {
  const sessions = [app.admin.token, (await logIn()).body.accessToken];
  const made = { name: 'sync', scopes: ['crm.objects.contacts.read'] };
  const key = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', made);
  await app.setUpTwoFactor();
  expect(await logIn()).toMatchObject({ status: 401, body: { subCategory: 'TOTP_REQUIRED' } });

  const lines: { code: number; said: string }[] = [];
  await app.restart(async (settings) => {
    lines.push(await run(settings, adminEmail.toUpperCase()), await run(settings, adminEmail));
  });
  expect(lines).toEqual([
    { code: 0, said: 'The second factor is off; sessions ended: 2. The password is asked for as before.\n' },
    {
      code: 0,
      said: 'There was no second factor; sessions ended: 0. The password is asked for as before.\n',
    },
  ]);
  for (const token of sessions) expect(await statusOf(token)).toBe(401);
  expect((await app.api('POST', '/auth/v1/login', { ...credentials, password: 'another one' })).status).toBe(
    401,
  );
  const { status, body } = await logIn();
  expect(status).toBe(200);
  app.admin.token = body.accessToken;
  const { results: left } = await app.ok('GET', '/auth/v1/sessions');
  expect(left).toHaveLength(1);
  const read = { authorization: `Bearer ${key.token}` };
  expect((await app.api('GET', '/crm/v3/objects/contacts', undefined, read)).status).toBe(200);
  const ids = [app.admin.id, ...sessions.map((token) => token.split('-')[2])];
  const { results } = await app.ok<{ results: Row[] }>(
    'GET',
    `/audit/v1/entries?category=SECURITY_ACTIVITY&targetId=${ids.join()}`,
  );
  const operator = results.filter(({ actor }) => actor.id === 'operator');
  expect(operator.map(({ subCategory, action }) => `${subCategory} ${action}`)).toEqual([
    ...['SESSION REVOKE', 'SESSION REVOKE', 'TWO_FACTOR DISABLE'],
  ]);
  app.codes = undefined;
  await app.setUpTwoFactor();
});

test('changes nothing where nobody is meant, or there is no log', async () => {
  await app.setUpTwoFactor();
  const lines: { code: number; said: string }[] = [];
  await app.restart(async (settings) => {
    lines.push(await run(settings, 'nobody@example.com'), await run(settings), await run(settings, 'a', 'b'));
    if (!settings.EVENTSTORE_URL)
      lines.push(await run({ ...settings, DATA_DIR: join(settings.DATA_DIR!, 'elsewhere') }, adminEmail));
  });
  expect(lines.slice(0, 3).map(({ code }) => code)).toEqual([1, 2, 2]);
  for (const { code, said } of lines.slice(3)) expect([code, said]).toEqual([1, 'DATA_DIR: holds no log\n']);
  expect(await logIn()).toMatchObject({ status: 401, body: { subCategory: 'TOTP_REQUIRED' } });
});

test('waits for no server that works on the same folder: it says that there is one', async () => {
  if (process.env.EVENTSTORE_URL) return;
  const { code, said } = await run({ DATA_DIR: app.dataDir }, adminEmail);
  expect(code).toBe(1);
  expect(said).toContain('DATA_DIR');
  expect(await statusOf(app.admin.token)).toBe(200);
});
