// Decisions and read models of identity, in the words of those who run an account.
import { apiKeys } from '../../../projections/api-keys';
import { sessions } from '../../../projections/identity/sessions';
import { eventsOf } from '../../../src/eventsourcing/event';
import {
  apiKey,
  changeApiKey,
  createApiKey,
  endSession,
  revokeApiKey,
  rotateApiKey,
  session,
  startSession,
  stepUp,
  type ApiKey,
} from '../../../src/identity/identity.decider';
import type { ApiKeyEvents, LoginEvents, SessionEvents } from '../../../src/identity/identity.events';
import { failLogin } from '../../../src/identity/attempts/refused-attempt.decider';
import { covers, knownScopes, requireMayGive } from '../../../src/identity/api-keys/scopes';
import { stepOf } from '../../../src/identity/second-factors/second-factor';
import { at, by, deciding, later, projecting } from '../../support/spec';

const ofSession = eventsOf<SessionEvents>();
const ofKey = eventsOf<ApiKeyEvents>();

const start = {
  sessionId: '7',
  userId: '1',
  email: 'ada@example.com',
  loginType: 'PASSWORD' as const,
  expiresAt: later,
};
const started = ofSession('session.started.v1', start);
const ended = ofSession('session.ended.v1', { sessionId: '7', userId: '1', reason: 'logout' });
const key = { keyId: '9', name: 'sync', scopes: ['backups'], userId: '1', expiresAt: later, sessionId: '7' };
const keyCreated = ofKey('apikey.created.v1', key);
const keyRotated = ofKey('apikey.rotated.v1', { keyId: '9', userId: '1', previousUntil: later });
const keyRevoked = ofKey('apikey.revoked.v1', { keyId: '9', userId: '1' });

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
  test('gets another token while it counts, from whoever it belongs to', () => {
    const rotate = (userId: string) => (s: Parameters<typeof rotateApiKey>[0]) =>
      rotateApiKey(s, userId, { previousUntil: later });
    given(keyCreated).when(rotate('1')).then(keyRotated);
    given(keyCreated, keyRotated).when(rotate('1')).then(keyRotated);
    given(keyCreated).when(rotate('2')).thenRefused('api-key-unknown');
    given(keyCreated, keyRevoked).when(rotate('1')).thenRefused('api-key-ended');
  });
  test('is changed while it lasts, by whoever it is of', () => {
    const from = { name: 'sync', allowedIps: null };
    const to = { name: 'sync', allowedIps: ['192.0.2.0/24'] };
    const event = ofKey('apikey.changed.v1', { keyId: '9', userId: '1', from, to, sessionId: '7' });
    const change = (userId: string, wanted: Partial<typeof to>) => (s: ApiKey) =>
      changeApiKey(s, userId, wanted, { sessionId: '7' });
    const { allowedIps } = to;
    given(keyCreated).when(change('1', { allowedIps })).then(event);
    given(keyCreated, event).when(change('1', to)).thenNothing();
    given(keyCreated, keyRotated, event)
      .when((s) => changeApiKey(s, '1', from, {}))
      .then(ofKey('apikey.changed.v1', { keyId: '9', userId: '1', from: to, to: from }));
    given(keyCreated).when(change('2', { allowedIps })).thenRefused('api-key-unknown');
    given(keyCreated, keyRevoked).when(change('1', { allowedIps })).thenRefused('api-key-ended');
  });
  test('of somebody else is not known', () =>
    given(keyCreated)
      .when((s) => revokeApiKey(s, '2'))
      .thenRefused('api-key-unknown'));
});

describe('a failed login', () => {
  const failed = eventsOf<LoginEvents>();
  test('of a user is told with the e-mail', () =>
    expect(failLogin({ userId: '1', email: 'ada@example.com' }, '7c4d', 'wrong-password')).toEqual(
      failed('login.failed.v2', {
        ...{ userId: '1', email: 'ada@example.com' },
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
      expect(() => requireMayGive({ superAdmin: false, scopes: new Set([scope]) }, [scope])).toThrow(scope);
      expect(() => requireMayGive({ superAdmin: true, scopes: 'all' }, [scope])).not.toThrow();
    }
  });
  test('are put into a key by whoever has them', () => {
    const scopes = new Set(['crm.objects.contacts.read', 'crm.objects.write']);
    const giver = { superAdmin: false, scopes };
    for (const scope of [...scopes, 'crm.objects.deals.write'])
      expect(() => requireMayGive(giver, [scope])).not.toThrow();
    for (const scope of ['crm.objects.read', 'crm.objects.deals.read', 'users', 'backups'])
      expect(() => requireMayGive(giver, [scope])).toThrow(scope);
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
  test('show sessions and how they ended', () =>
    projecting(sessions)
      .given(by(started, { client: { ip: '81.2.69.142', country: 'GB', region: 'England' } }), ended)
      .then({
        '7': {
          userId: '1',
          loginType: 'PASSWORD',
          startedAt: at,
          expiresAt: later,
          ip: '81.2.69.142',
          country: 'GB',
          region: 'England',
          userAgent: null,
          endedAt: at,
          endReason: 'logout',
        },
      }));
  test('show API keys, from where they were made, and when they were revoked', () => {
    const { expiresAt, sessionId, ...before } = key;
    const client = { ip: '192.0.2.7', userAgent: 'curl' };
    const kept = {
      ...{ name: 'sync', scopes: ['backups'], userId: '1', createdAt: at, revokedAt: at },
      ...{ allowedIps: null, rotatedAt: null, previousUntil: null },
    };
    projecting(apiKeys)
      .given(by(keyCreated, { client }), keyRevoked)
      .then({ '9': { ...kept, ...client, expiresAt, sessionId } });
    // Made before keys could expire.
    projecting(apiKeys)
      .given(ofKey('apikey.created.v1', before), keyRevoked)
      .then({ '9': { ...kept, expiresAt: null, sessionId: null, ip: null, userAgent: null } });
    const allowedIps = ['192.0.2.0/24'];
    const terms = { name: 'nightly sync', allowedIps };
    const from = { name: 'sync', allowedIps: null };
    projecting(apiKeys)
      .given(
        by(keyCreated, { client }),
        ofKey('apikey.changed.v1', { keyId: '9', userId: '1', from, to: terms }),
        keyRevoked,
      )
      .then({ '9': { ...kept, ...client, ...terms, expiresAt, sessionId } });
    projecting(apiKeys)
      .given(by(ofKey('apikey.created.v1', { ...key, allowedIps }), { client }), keyRotated, keyRevoked)
      .then({
        '9': { ...kept, ...client, expiresAt, sessionId, allowedIps, rotatedAt: at, previousUntil: later },
      });
  });
});
