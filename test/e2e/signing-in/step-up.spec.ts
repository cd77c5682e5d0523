// What a session may do only while its person has just proved who they are.
import { authenticator } from 'otplib';
import type { SessionGrant, TotpSecret } from '../../../src/identity/grants';
import type { RefusedEvents } from '../../../src/identity/identity.events';
import { ApiDocument } from '../../support/api-document';
import { adminEmail, adminPassword, ownLog, startApp, type App } from '../../support/servers/app';

let app: App;
beforeEach(async () => {
  // Started anew for each test: with a log of its own there is nothing to catch up with.
  app = await startApp(ownLog);
});
afterEach(() => app.close());

const as = (token: string) => ({ authorization: `Bearer ${token}` });
const stepUp = (body: object, token = app.admin.token) =>
  app.api<{ stepUpUntil: string; subCategory?: string }>('POST', '/auth/v1/step-up', body, as(token));
const required = { status: 403, body: { category: 'FORBIDDEN', subCategory: 'STEP_UP_REQUIRED' } };

/** A session whose person logged in eleven minutes ago. */
async function aged(extra: object = {}): Promise<string> {
  const credentials = { email: adminEmail, password: adminPassword, ...extra };
  const { accessToken } = await app.ok<{ accessToken: string }>('POST', '/auth/v1/login', credentials);
  const id = accessToken.split('-')[2]!;
  const grant = (await app.engine.vault.get<SessionGrant>('session', id))!;
  const steppedUpAt = new Date(Date.now() - 11 * 60_000).toISOString();
  await app.engine.vault.put<SessionGrant>('session', id, { ...grant, steppedUpAt });
  return accessToken;
}
const key = { name: 'key', scopes: ['backups'] };

test('logging in does for ten minutes, then each of these asks for a step-up, and nothing else does', async () => {
  const token = await aged();
  const asking = [
    ['POST', '/auth/v1/2fa/enroll'],
    ['POST', '/auth/v1/2fa/activate', { totp: '000000' }],
    ['POST', '/auth/v1/2fa/recovery-codes', { totp: '000000' }],
    ['DELETE', '/auth/v1/2fa', { totp: '000000' }],
    ['POST', '/auth/v1/api-keys', key],
    ['PUT', '/settings/v1/account', { tier: 'GOLD' }],
    ['POST', '/crm/v3/objects/contacts/gdpr-delete', { objectId: '1' }],
    ['GET', '/backups/v1/backups/1/file'],
    ['POST', '/backups/v1/backups/1/download-link'],
  ] as const;
  for (const [method, path, body] of asking) {
    expect(await app.api(method, path, body, as(token))).toMatchObject(required);
    expect((await app.api(method, path, body)).body.subCategory).not.toBe('STEP_UP_REQUIRED');
  }
  expect((await app.api('GET', '/auth/v1/api-keys', undefined, as(token))).status).toBe(200);
  expect((await app.api('GET', '/backups/v1/backups', undefined, as(token))).status).toBe(200);

  const { body } = await stepUp({ password: adminPassword }, token);
  expect(Date.parse(body.stepUpUntil)).toBeGreaterThan(Date.now());
  expect((await app.api('POST', '/auth/v1/api-keys', key, as(token))).status).toBe(201);
});

test('an API key acts by its scopes', async () => {
  const { token } = await app.ok<{ token: string }>('POST', '/auth/v1/api-keys', key);
  const answer = await app.api('GET', '/backups/v1/backups/1/file', undefined, as(token));
  expect(answer.status).toBe(404);
  expect((await stepUp({ password: adminPassword }, token)).status).toBe(403);
});

test('a download link that was made asks for no more', async () => {
  const { id } = await app.ok('POST', '/backups/v1/backups', { objectTypes: ['contacts'] });
  await app.ok('GET', `/backups/v1/backups/${id}/progress`);
  const { url } = await app.ok<{ url: string }>('POST', `/backups/v1/backups/${id}/download-link`);
  expect((await fetch(url)).status).toBe(200);
});

test('a wrong password proves nothing, and is told and slowed down for this session alone', async () => {
  const token = await aged();
  const statuses: number[] = [];
  for (let i = 0; i < 8; i++) statuses.push((await stepUp({ password: 'a guess' }, token)).status);
  expect(statuses.slice(0, 5)).toEqual(Array(5).fill(401));
  expect(statuses).toContain(429);
  expect(await app.api('POST', '/auth/v1/api-keys', key, as(token))).toMatchObject(required);
  expect((await stepUp({ password: adminPassword })).status).toBe(200);
  const told = (await app.events())
    .filter(({ stream }) => stream === `refused-user-${app.admin.id}`)
    .map(({ data }) => (data as RefusedEvents['access.refused.v1']).kind);
  expect(told).toEqual(['wrong-password', 'too-many-attempts']);
});

test('with a second factor a code is needed, and one code does one thing', async () => {
  const { secret } = await app.ok<{ secret: string }>('POST', '/auth/v1/2fa/enroll');
  const code = () => authenticator.generate(secret);
  const unspent = async () => {
    const known = (await app.engine.vault.get<TotpSecret>('totp', app.admin.id))!;
    await app.engine.vault.put<TotpSecret>('totp', app.admin.id, { ...known, lastStep: 0 });
    return code();
  };
  const { recoveryCodes } = await app.ok<{ recoveryCodes: string[] }>('POST', '/auth/v1/2fa/activate', {
    totp: code(),
  });
  const token = await aged({ totp: await unspent() });
  expect(await stepUp({ password: adminPassword }, token)).toMatchObject({
    ...{ status: 401, body: { subCategory: 'TOTP_REQUIRED' } },
  });
  const totp = await unspent();
  expect((await stepUp({ totp, password: adminPassword }, token)).status).toBe(400);
  expect((await stepUp({ totp }, token)).status).toBe(200);
  expect((await app.api('DELETE', '/auth/v1/2fa', { totp }, as(token))).status).toBe(401);
  expect((await stepUp({ totp }, token)).status).toBe(401);
  expect((await stepUp({ recoveryCode: recoveryCodes[0] }, token)).status).toBe(200);
  const id = token.split('-')[2]!;
  const rows = await app.ok<{ results: { summary: string }[] }>('GET', `/audit/v1/entries?targetId=${id}`);
  expect(rows.results.map(({ summary }) => summary)).toEqual(
    expect.arrayContaining(['Proved again who they are: totp', 'Proved again who they are: recovery-code']),
  );
});

test('the OpenAPI document says what needs one', async () => {
  const document = await ApiDocument.of(app);
  const { paths } = document.json;
  const enrol = paths['/auth/v1/2fa/enroll']!.post!;
  const file = paths['/backups/v1/backups/{backupId}/file']!.get!;
  for (const operation of [enrol, file]) {
    expect(operation['x-access']).toMatchObject({ stepUp: true });
    expect(document.responseOf(operation, 403).description).toContain('`step-up-required`');
  }
  expect(paths['/auth/v1/sessions']!.get!['x-access']).not.toHaveProperty('stepUp');
});
