// What of refused attempts stands in the log: all of them by count, and never more than a few events.
import fc from 'fast-check';
import type { Caller } from '../../../src/caller';
import { parseConfig } from '../../../src/config';
import { Codec } from '../../../src/eventsourcing/codec';
import type { EventStore } from '../../../src/eventsourcing/event-store';
import { Streams } from '../../../src/eventsourcing/streams';
import { Faults } from '../../../src/supervision/faults';
import type { RefusedEvents } from '../../../src/identity/identity.events';
import { RefusedAttempts } from '../../../src/identity/attempts/refused-attempts';
import { openStores, type Stores } from '../../support/read-side';
import { oneRound } from '../../support/rounds';

const MINUTE = 60_000;
const NOW = Date.parse('2024-05-01T10:00:00Z');
let stores: Stores;
beforeAll(async () => void (stores = await openStores()));
afterAll(() => stores.close());

let faults: Faults;
const start = (log: EventStore = stores.log) => {
  faults = new Faults({ info: () => undefined, error: () => undefined });
  const config = parseConfig({ DATA_DIR: stores.path });
  return new RefusedAttempts(new Streams(log, new Codec()), stores.documents, faults, config);
};
const sweep = (attempts: RefusedAttempts, now: number) => oneRound((round) => attempts.sweep(round, now));
const stop = (attempts: RefusedAttempts) => attempts.beforeApplicationShutdown();

let keys = 0;
const newKey = (): string => `${process.pid}-${++keys}`;
const caller = (keyId: string, ip = '192.0.2.7'): Caller => ({
  actor: { type: 'apiKey', id: keyId, userId: 'user-1' },
  ...{ userId: 'user-1', superAdmin: true, scopes: new Set(), client: { ip } },
});
const refuse = (attempts: RefusedAttempts, keyId: string, now: number, ip?: string) =>
  attempts.access(caller(keyId, ip), { kind: 'scope-missing', scopes: ['backups'] }, 'request-1', now);
const told = async (keyId: string) => {
  const streams = new Streams(stores.log, new Codec());
  return (await streams.history<RefusedEvents>(`refused-apikey-${keyId}`)).map(({ data, meta }) => ({
    ...{ count: data.count ?? 1, at: meta.at, ip: meta.client?.ip },
    ...(data.since && { since: data.since, until: data.until }),
  }));
};
const total = (events: readonly { count: number }[]) => events.reduce((sum, { count }) => sum + count, 0);
const iso = (time: number) => new Date(time).toISOString();

test('the first is told at once, the others with their count when a quarter of an hour is over', async () => {
  const [key, here, elsewhere] = [newKey(), start(), start()];
  await refuse(here, key, NOW);
  expect(await told(key)).toEqual([{ count: 1, at: iso(NOW), ip: '192.0.2.7' }]);
  for (let i = 1; i < 1000; i++) await refuse(i % 2 === 0 ? here : elsewhere, key, NOW + i);
  await Promise.all([here, elsewhere].map(stop));
  await sweep(here, NOW + 14 * MINUTE);
  expect(await told(key)).toHaveLength(1);
  await Promise.all([here, elsewhere].map((process) => sweep(process, NOW + 15 * MINUTE)));
  const [first, rest, ...more] = await told(key);
  expect(more).toEqual([]);
  expect(first!.count + rest!.count).toBe(1000);
  expect(rest).toMatchObject({ since: iso(NOW + 1), until: iso(NOW + 999), at: iso(NOW + 999) });
});

test('many at once are one event and a count', async () => {
  const [key, here, elsewhere] = [newKey(), start(), start()];
  await Promise.all(Array.from({ length: 300 }, (_, i) => refuse(i % 2 ? here : elsewhere, key, NOW)));
  expect(await told(key)).toHaveLength(1);
  await Promise.all([here, elsewhere].map(stop));
  await sweep(start(), NOW + 15 * MINUTE);
  expect(total(await told(key))).toBe(300);
  expect(here.totals.get('scope-missing')).toBe(150);
});

test('places are told apart, up to twenty of them; an IPv6 network is one', async () => {
  const [key, here] = [newKey(), start()];
  for (let i = 0; i < 100; i++) await refuse(here, key, NOW, `198.51.100.${i}`);
  for (let i = 0; i < 100; i++) await refuse(here, key, NOW, `2001:db8::${i}`);
  expect(await told(key)).toHaveLength(21);
  await stop(here);
  await sweep(here, NOW + 15 * MINUTE);
  const all = await told(key);
  expect(all).toHaveLength(22);
  expect(total(all)).toBe(200);
});

test('an event that could not be written is made up for', async () => {
  const other = await openStores();
  await other.close();
  const [key, broken] = [newKey(), start(other.log)];
  await refuse(broken, key, NOW);
  expect(faults.list()).toMatchObject([{ part: 'refused-attempts' }]);
  await stop(broken);
  expect(await told(key)).toEqual([]);
  await sweep(start(), NOW + 15 * MINUTE);
  expect(total(await told(key))).toBe(1);
});

test('whatever happens when, all are counted, and a window has two events for a place', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('refuse' as const), by: fc.nat(1), of: fc.nat(2) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 20 }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('sweep' as const), by: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), by: fc.nat(1) }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const names = [newKey(), newKey(), newKey()];
      const processes = [start(), start()];
      const refused = [0, 0, 0];
      let now = NOW;
      for (const one of steps) {
        if (one.do === 'wait') now += one.minutes * MINUTE;
        if (one.do === 'sweep') await sweep(processes[one.by]!, now);
        if (one.do === 'refuse') {
          await refuse(processes[one.by]!, names[one.of]!, now);
          refused[one.of]!++;
        }
        if (one.do === 'restart') {
          await stop(processes[one.by]!);
          processes[one.by] = start();
        }
      }
      await Promise.all(processes.map(stop));
      await Promise.all(processes.map((process) => sweep(process, now + 15 * MINUTE)));
      const windows = Math.ceil((now - NOW) / (15 * MINUTE)) + 1;
      for (const [index, name] of names.entries()) {
        const events = await told(name);
        expect(total(events)).toBe(refused[index]);
        expect(events.length).toBeLessThanOrEqual(2 * windows);
      }
    }),
    { numRuns: 60 },
  );
});
