// When sessions were last used: noted seldom, and enough to end one that is not used any more, never before its time.
import { parseConfig } from '../../../src/config';
import type { SessionGrant } from '../../../src/identity/grants';
import { SessionUses } from '../../../src/identity/sessions/session-uses';
import { EmbeddedVault } from '../../../src/vault/stores/embedded/vault';
import { openStores, type Stores } from '../../support/read-side';

const MINUTE = 60_000;
const begun = Date.parse('2024-05-01T10:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();

let stores: Stores;
let vault: EmbeddedVault;
beforeEach(async () => {
  stores = await openStores();
  vault = await EmbeddedVault.open(stores.path, Buffer.alloc(32, 1));
  const grant = { userId: '7', tokenDigest: 'd', expiresAt: '2999-05-01T10:00:00.000Z' };
  await vault.put<SessionGrant>('session', '1', { ...grant, lastUsedAt: iso(begun) });
});
afterEach(async () => {
  await vault.close();
  await stores.close();
});

const usesFor = (SESSION_IDLE: string) =>
  new SessionUses(vault, parseConfig({ DATA_DIR: stores.path, SESSION_IDLE }));
const noted = async () => (await vault.get<SessionGrant>('session', '1'))!.lastUsedAt!;
/** Resolves with what is noted once that has changed. */
async function another(than: string): Promise<string> {
  for (;;) {
    const found = await noted();
    if (found !== than) return found;
  }
}

test('a use is noted ten minutes after the last, by one of many requests', async () => {
  const uses = usesFor('2h');
  const changes = jest.spyOn(vault, 'change');
  for (let minute = 0; minute < 10; minute++) uses.note('1', iso(begun), begun + minute * MINUTE);
  expect(changes).not.toHaveBeenCalled();
  for (let i = 0; i < 100; i++) uses.note('1', iso(begun), begun + 10 * MINUTE + i);
  expect(await another(iso(begun))).toBe(iso(begun + 10 * MINUTE));
  expect(changes).toHaveBeenCalledTimes(1);
});

test('a session of an earlier version is noted at its first use, and idle from then on', async () => {
  const uses = usesFor('2h');
  expect(uses.idleUntil(undefined)).toBe(Infinity);
  uses.note('1', undefined, begun + 1);
  expect(await another(iso(begun))).toBe(iso(begun + 1));
});

test.each([
  ['2h', 130],
  ['30m', 33],
  ['1d', 24 * 60 + 10],
])('with SESSION_IDLE %s a session counts for %d minutes after what was noted last', (idle, minutes) =>
  expect((usesFor(idle).idleUntil(iso(begun)) - begun) / MINUTE).toBe(minutes),
);

test('with SESSION_IDLE off no session ends for want of use', () =>
  expect(usesFor('off').idleUntil(iso(begun))).toBe(Infinity));
