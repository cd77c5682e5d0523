// What a token is told to be, and how soon its end is heard of, in another process too.
import { randomBytes } from 'node:crypto';
import { parseConfig } from '../../../src/config';
import { Codec } from '../../../src/eventsourcing/codec';
import { Streams } from '../../../src/eventsourcing/streams';
import { Faults } from '../../../src/supervision/faults';
import type { ApiKeyGrant, SessionGrant, UserSecrets } from '../../../src/identity/grants';
import { Authentication } from '../../../src/identity/sessions/authentication';
import { EmployeeAccess } from '../../../src/identity/employees/employee-access';
import { Holders } from '../../../src/identity/sessions/holders';
import { SessionUses } from '../../../src/identity/sessions/session-uses';
import { KeyUses } from '../../../src/identity/api-keys/key-uses';
import { RefusedAttempts } from '../../../src/identity/attempts/refused-attempts';
import type { RightsOfUsers } from '../../../src/identity/roles/rights';
import { Refusal } from '../../../src/refusals';
import { EmbeddedVault } from '../../../src/vault/stores/embedded/vault';
import { openStores, type Stores } from '../../support/read-side';

const HOUR = 3_600_000;
const userId = '7';

describe('a token', () => {
  let stores: Stores;
  let vault: EmbeddedVault;
  let here: Authentication;
  let elsewhere: Authentication;
  beforeEach(async () => {
    stores = await openStores();
    vault = await EmbeddedVault.open(stores.path, Buffer.alloc(32, 1));
    here = authentication();
    elsewhere = authentication();
    await vault.put<UserSecrets>('user', userId, { email: 'a@b.test', passwordHash: '' });
  });
  afterEach(async () => {
    await vault.close();
    await stores.close();
  });

  function authentication(): Authentication {
    const { documents, log } = stores;
    const faults = new Faults({ info: () => undefined, error: () => undefined });
    const config = parseConfig({ DATA_DIR: stores.path });
    const streams = new Streams(log, new Codec());
    const refused = new RefusedAttempts(streams, documents, faults, config);
    const everything = {
      of: async () => ({ superAdmin: true, scopes: 'all' }),
    } as unknown as RightsOfUsers;
    const sessionUses = new SessionUses(vault, config);
    const holders = new Holders(vault, everything, sessionUses, new EmployeeAccess(streams, config));
    return new Authentication(vault, holders, new KeyUses(documents), sessionUses, refused);
  }
  const newToken = (kind: 'session' | 'key') => `strata-${kind}-1-${randomBytes(32).toString('hex')}`;
  async function sessionFor(milliseconds: number): Promise<string> {
    const token = newToken('session');
    const expiresAt = new Date(Date.now() + milliseconds).toISOString();
    const lastUsedAt = new Date().toISOString();
    const tokenDigest = here.digest(token);
    await vault.put<SessionGrant>('session', '1', { userId, tokenDigest, expiresAt, lastUsedAt });
    return token;
  }
  async function key(expires: Pick<ApiKeyGrant, 'expiresAt'> = {}): Promise<string> {
    const token = newToken('key');
    const grant: ApiKeyGrant = { userId, tokenDigest: here.digest(token), scopes: [], ...expires };
    await vault.put('api-key', '1', grant);
    return token;
  }
  test('is looked up once for all who come with it at once', async () => {
    const token = await sessionFor(HOUR);
    const looks = jest.spyOn(vault, 'get');
    const callers = await Promise.all(Array.from({ length: 20 }, () => here.callerOf(token, {})));
    expect(callers.every((caller) => caller?.userId === userId)).toBe(true);
    // The session, its user, and their second factor.
    expect(looks).toHaveBeenCalledTimes(3);
  });

  const toldBy = async (by: Authentication, token: string) => {
    try {
      return (await by.callerOf(token, {})) ? 'good' : 'invalid';
    } catch (error) {
      return error instanceof Refusal ? error.code : error;
    }
  };

  test('that has expired is told apart from one that never was', async () => {
    expect(await toldBy(here, await sessionFor(HOUR))).toBe('good');
    expect(await toldBy(here, await sessionFor(-1))).toBe('token-expired');
    expect(await toldBy(here, newToken('session'))).toBe('invalid');
  });

  test('of a key expires with it; one made before keys could expire does not', async () => {
    expect(await toldBy(here, await key())).toBe('good');
    expect(await toldBy(here, await key({ expiresAt: null }))).toBe('good');
    expect(await toldBy(here, await key({ expiresAt: '2024-05-01T10:00:00.000Z' }))).toBe('token-expired');
    expect(await toldBy(here, await key({ expiresAt: '2999-05-01T10:00:00.000Z' }))).toBe('good');
  });

  test('of a session is stepped up for ten minutes, in every process at once; a key needs no step-up', async () => {
    const token = await sessionFor(HOUR);
    const caller = (by: Authentication) => by.callerOf(token, {}).then((found) => found!);
    const isSteppedUp = async (by: Authentication, now?: number) =>
      by.requireStepUp(await caller(by), now).then(
        () => true,
        (error: Refusal) => error.code,
      );
    expect(await isSteppedUp(elsewhere)).toBe('step-up-required');
    const until = Date.parse(await here.stepUp('1'));
    expect([await isSteppedUp(here), await isSteppedUp(elsewhere)]).toEqual([true, true]);
    expect(await isSteppedUp(here, until - 1)).toBe(true);
    expect(await isSteppedUp(here, until)).toBe('step-up-required');
    expect(until - Date.now()).toBeLessThanOrEqual(10 * 60_000);
    await here.end('session', '1');
    await expect(here.stepUp('1')).rejects.toThrow(Refusal);
    const ofKey = (await here.callerOf(await key(), {}))!;
    await expect(here.requireStepUp(ofKey)).resolves.toBeUndefined();
  });

  test('that was ended is not good again, whatever else changes in its grant at that moment', async () => {
    const token = await key();
    const grant = (await vault.get<ApiKeyGrant>('api-key', '1'))!;
    const [, changed] = await Promise.all([
      here.end('api-key', '1'),
      vault.compareAndSet('api-key', '1', grant, { ...grant, scopes: ['backups'] }),
    ]);
    expect(await toldBy(here, token)).toBe('invalid');
    expect(await vault.get('api-key', '1')).toMatchObject({ scopes: changed ? ['backups'] : [] });
  });

  test.each(['session', 'key'] as const)('of a %s that is watched tells when it is ended', async (kind) => {
    const token = kind === 'session' ? await sessionFor(HOUR) : await key();
    const heard = [here, elsewhere].map(
      (by) => new Promise<void>((resolve) => void by.watch(token, resolve)),
    );
    await here.end(kind === 'session' ? 'session' : 'api-key', '1');
    await Promise.all(heard);
    expect(await toldBy(elsewhere, token)).toBe('invalid');
  });

  test('that is watched tells when its time is over, once, and nobody who has left', async () => {
    const token = await sessionFor(50);
    let calls = 0;
    const leave = here.watch(token, () => calls++);
    here.watch(token, () => calls++);
    leave();
    await new Promise<void>((resolve) => void here.watch(token, resolve));
    await here.end('session', '1');
    expect(calls).toBe(1);
  });
});
