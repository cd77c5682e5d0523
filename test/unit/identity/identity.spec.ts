// Decisions and read models of identity, in the words of those who run an account.
import { apiKeys } from '../../../projections/api-keys';
import { sessions } from '../../../projections/sessions';
import { users } from '../../../projections/users';
import { eventsOf } from '../../../src/eventsourcing/event';
import {
  accountAdmins,
  apiKey,
  createApiKey,
  createUser,
  disableTwoFactor,
  enableTwoFactor,
  endSession,
  makeFirstAdmin,
  makeRecoveryCodes,
  revokeApiKey,
  session,
  startSession,
  stepUp,
  useRecoveryCode,
  type User,
  user,
} from '../../../src/identity/identity.decider';
import type {
  AccountAdminEvents,
  ApiKeyEvents,
  LoginEvents,
  SessionEvents,
  UserEvents,
} from '../../../src/identity/identity.events';
import { failLogin } from '../../../src/identity/attempts/refused-attempt.decider';
import { covers, knownScopes, requireMayGive } from '../../../src/identity/api-keys/scopes';
import { stepOf } from '../../../src/identity/second-factors/second-factor';
import { at, by, deciding, later, projecting } from '../../support/spec';

const ofUser = eventsOf<UserEvents>();
const ofSession = eventsOf<SessionEvents>();
const ofKey = eventsOf<ApiKeyEvents>();

const ada = { userId: '1', email: 'ada@example.com', superAdmin: true, by: 'setup' as const };
const created = ofUser('user.created.v1', ada);
const enabled = ofUser('user.two-factor-enabled.v1', { userId: '1' });
const disabled = ofUser('user.two-factor-disabled.v1', { userId: '1' });
const firstAdmin = eventsOf<AccountAdminEvents>()('account.first-admin-made.v1', { userId: '1' });
const start = {
  sessionId: '7',
  userId: '1',
  email: ada.email,
  loginType: 'PASSWORD' as const,
  expiresAt: later,
};
const started = ofSession('session.started.v1', start);
const ended = ofSession('session.ended.v1', { sessionId: '7', userId: '1', reason: 'logout' });
const key = { keyId: '9', name: 'sync', scopes: ['backups'], userId: '1', expiresAt: later, sessionId: '7' };
const keyCreated = ofKey('apikey.created.v1', key);
const keyRevoked = ofKey('apikey.revoked.v1', { keyId: '9', userId: '1' });

describe('the first super admin', () => {
  const given = deciding(accountAdmins);
  test('is made where there is none', () =>
    given()
      .when((s) => makeFirstAdmin(s, '1', false))
      .then(firstAdmin));
  test('is not made twice', () =>
    given(firstAdmin)
      .when((s) => makeFirstAdmin(s, '1', true))
      .thenNothing());
  test('is not followed by another first one', () =>
    given(firstAdmin)
      .when((s) => makeFirstAdmin(s, '2', true))
      .thenRefused('setup-done'));
  test('is made anew where the vault that knew the old one was lost', () => {
    const again = eventsOf<AccountAdminEvents>()('account.first-admin-made.v1', { userId: '2' });
    given(firstAdmin)
      .when((s) => makeFirstAdmin(s, '2', false))
      .then(again);
  });
});

describe('a user', () => {
  const given = deciding(user);
  test('is created once', () => {
    given()
      .when((s) => createUser(s, ada))
      .then(created);
    given(created)
      .when((s) => createUser(s, ada))
      .thenNothing();
  });
  test('switches the second factor on and off', () => {
    given(created).when(enableTwoFactor).then(enabled);
    given(created, enabled).when(enableTwoFactor).thenNothing();
    given(created, enabled)
      .when((s) => disableTwoFactor(s, true))
      .then(disabled);
    given(created, enabled, disabled)
      .when((s) => disableTwoFactor(s, false))
      .thenRefused('two-factor-not-set-up');
  });
  test('whose second factor counted, though no event came to say so, has it switched off without one', () =>
    given(created)
      .when((s) => disableTwoFactor(s, true))
      .thenNothing());
  test('makes and uses recovery codes', () => {
    const made = ofUser('user.recovery-codes-made.v1', { userId: '1', codes: 10 });
    given(created, enabled)
      .when((s) => makeRecoveryCodes(s, 10))
      .then(made);
    given(created)
      .when((s) => makeRecoveryCodes(s, 10))
      .then(enabled, made);
    given(created, enabled, made)
      .when((s) => useRecoveryCode(s, 9))
      .then(ofUser('user.recovery-code-used.v1', { userId: '1', left: 9 }));
  });
  test('who does not exist has no second factor', () => {
    given().when(enableTwoFactor).thenRefused('user-unknown');
    for (const decide of [
      (s: User) => disableTwoFactor(s, true),
      (s: User) => makeRecoveryCodes(s, 10),
      (s: User) => useRecoveryCode(s, 9),
    ])
      given().when(decide).thenRefused('user-unknown');
  });
});

describe('a session', () => {
  const given = deciding(session);
  test('is stepped up while it lasts', () => {
    given(started)
      .when((s) => stepUp(s, 'totp'))
      .then(ofSession('session.stepped-up.v1', { sessionId: '7', userId: '1', by: 'totp' }));
    given(started, ended)
      .when((s) => stepUp(s, 'password'))
      .thenRefused('session-unknown');
  });
  test('starts and ends once', () => {
    given()
      .when((s) => startSession(s, start))
      .then(started);
    given(started)
      .when((s) => endSession(s, '1', 'logout'))
      .then(ended);
    given(started, ended)
      .when((s) => endSession(s, '1', 'revoked'))
      .thenNothing();
  });
  test('of somebody else is not known', () => {
    given(started)
      .when((s) => endSession(s, '2', 'revoked'))
      .thenRefused('session-unknown');
    given()
      .when((s) => endSession(s, '1', 'revoked'))
      .thenRefused('session-unknown');
  });
});

describe('an API key', () => {
  const given = deciding(apiKey);
  test('is made and revoked once', () => {
    given()
      .when((s) => createApiKey(s, key))
      .then(keyCreated);
    given(keyCreated)
      .when((s) => revokeApiKey(s, '1'))
      .then(keyRevoked);
    given(keyCreated, keyRevoked)
      .when((s) => revokeApiKey(s, '1'))
      .thenNothing();
  });
  test('of somebody else is not known', () =>
    given(keyCreated)
      .when((s) => revokeApiKey(s, '2'))
      .thenRefused('api-key-unknown'));
});

describe('a failed login', () => {
  const failed = eventsOf<LoginEvents>();
  test('of a user is told with the e-mail', () =>
    expect(failLogin(ada, '7c4d', 'wrong-password')).toEqual(
      failed('login.failed.v2', {
        ...{ userId: '1', email: ada.email },
        ...{ emailDigest: '7c4d', reason: 'wrong-password' },
      }),
    ));
  test('of nobody is told without what was typed: people type their password into the wrong field', () =>
    expect(failLogin(undefined, '7c4d', 'unknown-user')).toEqual(
      failed('login.failed.v2', {
        ...{ userId: null, email: null },
        ...{ emailDigest: '7c4d', reason: 'unknown-user' },
      }),
    ));
});

describe('scopes', () => {
  test('are HubSpot’s by object type, and short forms cover all types', () => {
    for (const scope of ['crm.objects.contacts.read', 'crm.schemas.deals.write', 'crm.import', 'backups'])
      expect(knownScopes).toContain(scope);
    expect(covers(new Set(['crm.objects.read']), 'crm.objects.contacts.read')).toBe(true);
    expect(covers(new Set(['crm.objects.contacts.read']), 'crm.objects.contacts.read')).toBe(true);
  });
  test('never cover more than they name', () => {
    expect(covers(new Set(['crm.objects.read']), 'crm.objects.contacts.write')).toBe(false);
    expect(covers(new Set(['crm.objects.contacts.read']), 'crm.objects.deals.read')).toBe(false);
    expect(covers(new Set(['crm.objects.contacts.read']), 'crm.objects.read')).toBe(false);
    expect(covers(new Set(['audit.read']), 'audit.write')).toBe(false);
    expect(covers(new Set(), 'backups')).toBe(false);
  });
  test('to erase are held by themselves alone, and given by super admins alone', () => {
    const asked = 'crm.objects.contacts.erase';
    const others = [...knownScopes].filter((scope) => scope !== asked && scope !== 'crm.objects.erase');
    expect(covers(new Set(others), asked)).toBe(false);
    expect(covers(new Set([asked]), 'crm.objects.erase')).toBe(false);
    expect(covers(new Set([asked]), 'crm.objects.contacts.write')).toBe(false);
    expect(covers(new Set(['crm.objects.erase']), 'crm.objects.custom.erase')).toBe(true);
    for (const scope of [...knownScopes].filter((one) => one.endsWith('erase'))) {
      expect(() => requireMayGive({ superAdmin: false }, ['backups', scope])).toThrow(scope);
      expect(() => requireMayGive({ superAdmin: true }, [scope])).not.toThrow();
    }
    expect(() => requireMayGive({ superAdmin: false }, ['crm.objects.write'])).not.toThrow();
  });
});

describe('a code of the second factor', () => {
  // RFC 6238, appendix B (SHA-1), the last six of eight digits.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  test('belongs to its half minute and counts half a minute around it', () => {
    expect(stepOf(secret, '287082', 59_000)).toBe(1);
    expect(stepOf(secret, '287082', 89_000)).toBe(1);
    expect(stepOf(secret, '287082', 29_000)).toBe(1);
    expect(stepOf(secret, '287082', 90_000)).toBeUndefined();
    expect(stepOf(secret, '081804', 1_111_111_109_000)).toBe(37_037_036);
  });
  test('is six digits', () => {
    for (const code of ['', '28708', '2870822', 'abcdef', ' 287082'])
      expect(stepOf(secret, code, 59_000)).toBe(undefined);
  });
});

describe('the read models', () => {
  test('show users and whether they have a second factor', () => {
    const doc = { email: ada.email, superAdmin: true, createdAt: at };
    projecting(users)
      .given(created, enabled)
      .then({ '1': { ...doc, twoFactor: true } });
    projecting(users)
      .given(created, enabled, disabled)
      .then({ '1': { ...doc, twoFactor: false } });
  });
  test('show sessions and how they ended', () =>
    projecting(sessions)
      .given(started, ended)
      .then({
        '7': {
          userId: '1',
          loginType: 'PASSWORD',
          startedAt: at,
          expiresAt: later,
          ip: null,
          userAgent: null,
          endedAt: at,
          endReason: 'logout',
        },
      }));
  test('show API keys, from where they were made, and when they were revoked', () => {
    const { expiresAt, sessionId, ...before } = key;
    const client = { ip: '192.0.2.7', userAgent: 'curl' };
    const kept = { name: 'sync', scopes: ['backups'], userId: '1', createdAt: at, revokedAt: at };
    projecting(apiKeys)
      .given(by(keyCreated, { client }), keyRevoked)
      .then({ '9': { ...kept, ...client, expiresAt, sessionId } });
    // Made before keys could expire.
    projecting(apiKeys)
      .given(ofKey('apikey.created.v1', before), keyRevoked)
      .then({ '9': { ...kept, expiresAt: null, sessionId: null, ip: null, userAgent: null } });
  });
});
