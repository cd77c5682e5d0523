// What nobody else may read stands in no line of the log, no error, metric or mail, and no event or name of a stream.
// Every suite is looked through when it closes its application; this one uses each kind of secret.
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OneTimeLinks } from '../../../src/identity/one-time-links';
import { Invitations } from '../../../src/identity/users/invitations';
import { pause } from '../../../src/supervision/pause';
import { type App, startApp } from '../../support/servers/app';
import { Secrets } from '../../support/servers/secrets';

const first = 'a horse of another colour';
const second = 'the colour of another horse';
const nobody = { authorization: '' };

let app: App;
beforeAll(async () => {
  app = await startApp({ METRICS_TOKEN: 'the eyes of operators only' });
});
afterAll(() => app.close());

const outbox = () => join(app.dataDir, 'outbox');
async function mails(number: number): Promise<void> {
  while (!existsSync(outbox()) || readdirSync(outbox()).length < number) await pause(20);
}

test('a run that uses every kind of secret leaves none of them anywhere', async () => {
  const email = `user-${randomUUID()}@example.com`;
  const { id } = await app.ok('POST', '/settings/v3/users', { email, roleId: 'viewer' });
  await mails(1);
  const { vault } = app.engine;
  const invitation = new Invitations(vault).token({ userId: id, invitation: 1 });
  await app.ok('GET', `/auth/v1/invitations/accept?token=${invitation}`, undefined, nobody);
  await app.ok('POST', '/auth/v1/invitations/accept', { token: invitation, password: first }, nobody);
  await app.ok('POST', '/auth/v1/password/reset', { email }, nobody);
  await mails(2);
  const token = new OneTimeLinks(vault, 'reset').token({ userId: id, number: 1 });
  await app.ok('POST', '/auth/v1/password/reset/confirm', { token, new: second }, nobody);
  for (const password of [first, second])
    await app.api('POST', '/auth/v1/login', { email, password }, nobody);
  await app.setUpTwoFactor();
  const { recoveryCodes } = await app.ok<{ recoveryCodes: string[] }>('POST', '/auth/v1/2fa/recovery-codes', {
    totp: app.totp(),
  });
  await app.ok('POST', '/auth/v1/step-up', { recoveryCode: recoveryCodes[0] });
  await app.api('POST', '/auth/v1/step-up', { recoveryCode: recoveryCodes[0] });
  const key = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', {
    ...{ name: 'a key', scopes: ['crm.objects.read'] },
  });
  const answer = await app.api('GET', '/backups/v1/backups', undefined, {
    authorization: `Bearer ${key.token}`,
  });
  expect(answer.status).toBe(403);
  await app.api('GET', `/crm/v3/objects/contacts?token=${token}`);
  expect(await app.leaks()).toEqual([]);
  const { kinds } = app.secrets;
  for (const kind of ['password', 'token', 'code', 'secret', 'link'] as const)
    expect([kind, kinds[kind] ?? 0]).not.toEqual([kind, 0]);
});

test('one that stands anywhere is found, and is not told', async () => {
  const secrets = new Secrets({});
  secrets.sent('/auth/v1/login', {}, JSON.stringify({ password: second, totp: '123456' }));
  const leak = (where: string) => [`a password (${second.length} characters) in ${where}`];
  expect(secrets.leaksIn('the log', `{"msg":"${second}"}`)).toEqual(leak('the log'));
  expect(secrets.leaksIn('the log', '{"code":"123456"}')).toHaveLength(1);
  expect(secrets.leaksIn('the log', '{"id":"7-123456","ms":123456.7}')).toEqual([]);
  expect(secrets.leaksIn('the log', `strata-session-1-${'0'.repeat(64)}`)).toHaveLength(1);
  secrets.answered('/crm/v3/objects/contacts', 400, `{"message":"${second}"}`);
  expect(secrets.leaksOfErrors()).toEqual(leak('an error'));
  const folder = mkdtempSync(join(tmpdir(), 'strata-outbox-'));
  const encoded = Buffer.from(`https://example.com/?token=not-told, and ${second}`).toString('base64');
  writeFileSync(join(folder, 'm.eml'), `Content-Transfer-Encoding: base64\r\n\r\n${encoded}\r\n`);
  expect(await secrets.leaksOfMails(folder)).toEqual(leak('a mail'));
  expect(secrets.leaksIn('the log', 'not-told')).toHaveLength(1);
  rmSync(folder, { recursive: true });
});
