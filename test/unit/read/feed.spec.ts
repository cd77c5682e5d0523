// The feed gives every event once and in order, whatever the subscription does.
import { Codec } from '../../../src/eventsourcing/codec';
import type { StoredEvent } from '../../../src/eventsourcing/event';
import { EventStore, START, WrongRevision } from '../../../src/eventsourcing/event-store';
import { Feed, Undecodable } from '../../../src/read/feed';
import { FaultsSeen } from '../../support/faults-seen';
import { eventsAfter } from '../../support/log';
import { Line } from '../../support/servers/shared-stores';
import { event, openStores, type Stores } from '../../support/read-side';

let stores: Stores;
let faults: FaultsSeen;
beforeEach(async () => {
  faults = new FaultsSeen();
  stores = await openStores();
});
afterEach(() => stores.close());

const append = (stream: string, count: number, from = -1) =>
  stores.log.append(
    stream,
    Array.from({ length: count }, (_, i) => event('x.happened.v1', { i })),
    from,
  );

/** Reads on until a position. */
async function upTo(feed: Feed, position: bigint, after = START): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  while (after < position) {
    const page = await feed.next(after, AbortSignal.timeout(20_000));
    all.push(...page);
    after = all.at(-1)!.position;
  }
  return all;
}
const positions = (events: readonly StoredEvent[]) => events.map(({ position }) => position);
const whole = async () => positions(await eventsAfter(stores.log));

test('readers from anywhere get every event once, those to come too', async () => {
  await append('before', 5_000);
  const feed = new Feed(stores.log, new Codec(), faults);
  feed.start();
  const first = upTo(feed, 5_000n + 14_999n);
  const late = upTo(feed, 5_000n + 14_999n, 4_321n);
  for (let i = 0; i < 15; i++) await append('live', 1_000, 1_000 * i - 1);
  expect(positions(await first)).toEqual(await whole());
  expect(positions(await late)).toEqual((await whole()).slice(4_322));
  // Long after: most of it is no longer kept in memory.
  expect(positions(await upTo(feed, 19_999n, 100n))).toEqual((await whole()).slice(101));
  await feed.stop();
});

test('how many events are missing is known without a look at the log, or at least how many', async () => {
  const sparse = new Line().port<EventStore>(stores.log, { dense: false });
  const feeds = [stores.log, sparse].map((log) => new Feed(log, new Codec(), faults));
  const known = (...ends: [after: bigint, upTo: bigint]) => feeds.map((feed) => feed.leastBetween(...ends));
  await append('before', 10);
  expect(known(START, 9n)).toEqual([10n, 1n]);
  for (const feed of feeds) feed.start();
  for (const feed of feeds) await feed.next(START, AbortSignal.timeout(5_000));
  await append('live', 100);
  for (const feed of feeds) await upTo(feed, 109n, 9n);
  // The subscription began after the tenth event.
  expect(known(9n, 109n)).toEqual([100n, 100n]);
  expect(known(49n, 59n)).toEqual([10n, 10n]);
  expect(known(4n, 109n)).toEqual([105n, 100n]);
  expect(known(4n, 9n)).toEqual([5n, 1n]);
  for (const feed of feeds) await feed.stop();
});

test('a reader that waits says so, and is released when it gives up', async () => {
  const feed = new Feed(stores.log, new Codec(), faults);
  feed.start();
  const giveUp = new AbortController();
  let waits = 0;
  const waiting = () => {
    if (++waits === 1) giveUp.abort(new Error('enough'));
  };
  const next = feed.next(START, giveUp.signal, { waiting });
  await expect(next).rejects.toThrow('enough');
  await feed.stop();
});

test('a subscription that breaks goes on after the last event', async () => {
  class Breaking extends EventStore {
    readonly logId = stores.log.logId;
    broken = 0;
    append = stores.log.append.bind(stores.log);
    read = stores.log.read.bind(stores.log);
    readBack = stores.log.readBack.bind(stores.log);
    readAll = stores.log.readAll.bind(stores.log);
    eventAt = stores.log.eventAt.bind(stores.log);
    lastAt = stores.log.lastAt.bind(stores.log);
    head = stores.log.head.bind(stores.log);
    async close(): Promise<void> {}
    async *subscribe(after: bigint, signal: AbortSignal): AsyncIterable<StoredEvent[]> {
      for await (const page of stores.log.subscribe(after, signal)) {
        yield page.slice(0, 3);
        this.broken++;
        throw new Error('The connection broke');
      }
    }
  }
  const log = new Breaking();
  const feed = new Feed(log, new Codec(), faults);
  feed.start();
  await feed.next(START, AbortSignal.timeout(1)).catch(() => {});
  await append('live', 10);
  expect(positions(await upTo(feed, 9n))).toEqual(await whole());
  await append('live', 10, 9);
  expect(positions(await upTo(feed, 19n, 9n))).toEqual((await whole()).slice(10));
  expect(faults.reported[0]).toEqual({ part: 'feed', error: new Error('The connection broke') });
  await feed.stop();
});

test('an event that cannot be upcast stops readers there, after those before it', async () => {
  await append('fine', 3);
  await stores.log.append('odd', [event('odd.happened.v1', {})], -1);
  const codec = new Codec({
    'odd.happened.v1': () => {
      throw new Error('no such field');
    },
  });
  const feed = new Feed(stores.log, codec, faults);
  feed.start();
  expect(await upTo(feed, 2n)).toHaveLength(3);
  await expect(upTo(feed, 3n, 2n)).rejects.toThrow(Undecodable);
  await append('fine', 1, 2);
  await expect(upTo(feed, 3n, 2n)).rejects.toThrow(Undecodable);
  await feed.stop();
});

test('an event that comes while the subscription begins is not waited for', async () => {
  const log = Object.create(stores.log) as EventStore;
  // The first page is read before the event is written, and arrives when the subscription begins after it.
  const held = new Promise<void>((resolve) => {
    log.subscribe = (after, signal) => {
      resolve();
      return stores.log.subscribe(after, signal);
    };
  });
  let reads = 0;
  log.readAll = async (after, limit) => {
    if (reads++ > 0) return stores.log.readAll(after, limit);
    await held;
    return { events: [], end: true };
  };
  const feed = new Feed(log, new Codec(), faults);
  const next = feed.next(START, AbortSignal.timeout(5_000));
  await append('early', 1);
  feed.start();
  expect(positions(await next)).toEqual([0n]);
  await feed.stop();
});

test('an append that conflicts in an empty log leaves those who wait for events asleep', async () => {
  const giveUp = new AbortController();
  const pages = stores.log.subscribe(START, giveUp.signal)[Symbol.asyncIterator]();
  const first = pages.next();
  await expect(append('x', 1, 5)).rejects.toThrow(WrongRevision);
  await append('x', 1);
  expect(positions((await first).value as StoredEvent[])).toEqual([0n]);
  giveUp.abort();
  await pages.return?.();
});

test('large events are given once and in order too, though few of them are kept', async () => {
  const feed = new Feed(stores.log, new Codec(), faults);
  feed.start();
  const text = 'x'.repeat(500_000);
  const all = upTo(feed, 199n);
  for (let i = 0; i < 200; i++)
    await stores.log.append(`large-${i}`, [event('x.happened.v1', { i, text })], -1);
  expect(positions(await all)).toEqual(Array.from({ length: 200 }, (_, i) => BigInt(i)));
  // From the log again.
  expect((await feed.next(10n, AbortSignal.timeout(20_000)))[0]?.position).toBe(11n);
  await feed.stop();
});
