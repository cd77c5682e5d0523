// What the guard lets in: a route may ask for what only some tiers of the account have.
import { randomBytes } from 'node:crypto';
import type { QueryBus } from '@nestjs/cqrs';
import type { FastifyRequest } from 'fastify';
import { GetSecurity } from '../../../src/account/account.queries';
import { parseConfig } from '../../../src/config';
import { Codec } from '../../../src/eventsourcing/codec';
import { Streams } from '../../../src/eventsourcing/streams';
import type { AccessRule } from '../../../src/http/access';
import { KeyUses } from '../../../src/identity/api-keys/key-uses';
import { RefusedAttempts } from '../../../src/identity/attempts/refused-attempts';
import type { SessionGrant, TotpSecret, UserSecrets } from '../../../src/identity/grants';
import { AccessGuard } from '../../../src/identity/guard';
import type { RightsOfUsers } from '../../../src/identity/roles/rights';
import { Authentication } from '../../../src/identity/sessions/authentication';
import { SessionCookies } from '../../../src/identity/sessions/session-cookies';
import { EmployeeAccess } from '../../../src/identity/employees/employee-access';
import { Holders } from '../../../src/identity/sessions/holders';
import { SessionUses } from '../../../src/identity/sessions/session-uses';
import { Places } from '../../../src/origin/places';
import { Refusal } from '../../../src/refusals';
import type { Subscription } from '../../../src/tiers/features';
import { Faults } from '../../../src/supervision/faults';
import { EmbeddedVault } from '../../../src/vault/stores/embedded/vault';
import { openStores, type Stores } from '../../support/read-side';

const userId = '7';
let stores: Stores;
let vault: EmbeddedVault;
let guard: AccessGuard;
let places: Places;
let subscription: Subscription;
let asked: number;
let require2fa: boolean;
const token = `strata-session-1-${randomBytes(32).toString('hex')}`;

beforeAll(async () => void (places = await Places.open()));
beforeEach(async () => {
  stores = await openStores();
  vault = await EmbeddedVault.open(stores.path, Buffer.alloc(32, 1));
  const config = parseConfig({ DATA_DIR: stores.path });
  const faults = new Faults({ info: () => undefined, error: () => undefined });
  const streams = new Streams(stores.log, new Codec());
  const refused = new RefusedAttempts(streams, stores.documents, faults, config);
  const nothing = {
    of: async () => ({ superAdmin: false, scopes: new Set() }),
  } as unknown as RightsOfUsers;
  const sessionUses = new SessionUses(vault, config);
  const holders = new Holders(vault, nothing, sessionUses, new EmployeeAccess(streams, config));
  const keyUses = new KeyUses(stores.documents);
  const authentication = new Authentication(vault, holders, keyUses, sessionUses, refused);
  asked = 0;
  const execute = async (query: unknown) =>
    query instanceof GetSecurity ? { require2fa } : (asked++, subscription);
  const queries = { execute } as unknown as QueryBus;
  require2fa = false;
  guard = new AccessGuard(authentication, queries, places, new SessionCookies(config, vault));
  await vault.put<UserSecrets>('user', userId, { email: 'a@b.test', passwordHash: '' });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const grant = { userId, tokenDigest: authentication.digest(token), expiresAt };
  await vault.put<SessionGrant>('session', '1', grant);
});
afterEach(async () => {
  await vault.close();
  await stores.close();
});

async function answer(access: AccessRule, authorization = `Bearer ${token}`): Promise<string> {
  const request = { ip: '192.0.2.7', headers: { authorization }, routeOptions: { config: { access } } };
  try {
    await guard.check(request as unknown as FastifyRequest);
    return 'let in';
  } catch (error) {
    if (error instanceof Refusal)
      return `${error.code} ${error.detail.context?.requiredTier?.join() ?? ''}`.trim();
    throw error;
  }
}

test.each([
  ['STARTER', 'tier-required ENTERPRISE'],
  ['PROFESSIONAL', 'tier-required ENTERPRISE'],
  ['ENTERPRISE', 'let in'],
] as const)('a route of a feature answers %s: %s', async (tier, said) => {
  subscription = { tier, addOns: [] };
  expect(await answer({ feature: 'audit.details' })).toBe(said);
});

test('an account with the tier and without the add-on is not let in', async () => {
  subscription = { tier: 'ENTERPRISE', addOns: [] };
  expect(await answer({ feature: 'audit.content-export' })).toBe('tier-required ENTERPRISE');
  subscription = { tier: 'ENTERPRISE', addOns: ['CONTENT_ENTERPRISE'] };
  expect(await answer({ feature: 'audit.content-export' })).toBe('let in');
});

test('who may not do it anyway is not told of tiers, and nobody proves who they are for nothing', async () => {
  subscription = { tier: 'STARTER', addOns: [] };
  expect(await answer({ feature: 'audit.details' }, '')).toBe('token-invalid');
  expect(await answer({ feature: 'audit.details', superAdmin: true })).toBe('access-denied');
  expect(asked).toBe(0);
  expect(await answer({ feature: 'audit.details', stepUp: true })).toBe('tier-required ENTERPRISE');
});

test('a route of no feature does not ask for the tier', async () => {
  expect(await answer({})).toBe('let in');
  expect(asked).toBe(0);
});

test('a session without the second factor that is asked for may set one up, and counts for all from then on', async () => {
  require2fa = true;
  expect(await answer({})).toBe('two-factor-not-set-up');
  expect(await answer({ superAdmin: true })).toBe('two-factor-not-set-up');
  expect(await answer({ session: true, beforeSecondFactor: true })).toBe('let in');
  const secret = { secret: 'JBSWY3DPEHPK3PXP', lastStep: 0 };
  await vault.put<TotpSecret>('totp', userId, { ...secret, active: false });
  expect(await answer({})).toBe('two-factor-not-set-up');
  await vault.put<TotpSecret>('totp', userId, { ...secret, active: true });
  expect(await answer({})).toBe('let in');
});
