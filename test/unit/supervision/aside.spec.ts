// What a sweep fails at is set aside, tried again later and later, and told until it works or is gone.
import { Aside, rounds, type Round } from '../../../src/supervision/aside';
import { StoreUnavailable } from '../../../src/store-unavailable';
import { FaultsSeen } from '../../support/faults-seen';

let now: number;
let faults: FaultsSeen;
let aside: Aside;
let failing: Set<string>;
beforeEach(() => {
  now = 0;
  faults = new FaultsSeen();
  aside = new Aside('chore:plans', faults, { leastMs: 100, now: () => now });
  failing = new Set();
});

/** A round over these items at a time; answers those that were worked on. */
async function round(time: number, ...ids: string[]): Promise<string[]> {
  now = time;
  const tried: string[] = [];
  const sweep = async ({ each }: Round): Promise<void> => {
    for (const id of ids)
      await each(id, async () => {
        tried.push(id);
        if (failing.has(id)) throw new Error(id);
      });
  };
  await aside.round(new AbortController().signal, sweep);
  return tried;
}

test('an item that fails keeps no other waiting, and comes back later and later', async () => {
  failing.add('2');
  expect(await round(0, '1', '2', '3')).toEqual(['1', '2', '3']);
  expect(await round(99, '2', '4')).toEqual(['4']);
  expect(await round(100, '2')).toEqual(['2']);
  expect(await round(299, '2')).toEqual([]);
  expect(await round(300, '2')).toEqual(['2']);
  expect(faults.reported).toHaveLength(3);
});

test('the sweep is failing until the item works', async () => {
  failing.add('2');
  await round(0, '1', '2');
  await round(50, '1', '2');
  expect([...faults.failing]).toEqual(['chore:plans']);
  failing.clear();
  await round(100, '1', '2');
  expect([...faults.failing]).toEqual([]);
  failing.add('2');
  await round(101, '2');
  expect(await round(201, '2')).toEqual(['2']);
});

test('the sweep is failing no more once the item is gone by other ways', async () => {
  failing.add('2');
  await round(0, '1', '2');
  await round(1, '1');
  expect([...faults.failing]).toEqual([]);
});

test('a round ends where the whole of it has no use', async () => {
  const away = new StoreUnavailable('The log');
  const broken = aside.round(new AbortController().signal, async ({ each }) => {
    await each('1', () => Promise.reject(away));
  });
  await expect(broken).rejects.toBe(away);
  const stopping = new AbortController();
  const stopped = aside.round(stopping.signal, async ({ each }) => {
    stopping.abort(new Error('stopped'));
    await each('1', () => Promise.resolve());
  });
  await expect(stopped).rejects.toThrow('stopped');
  let tried = 0;
  const all = aside.round(new AbortController().signal, async ({ each }) => {
    for (;;) await each(String(tried++), () => Promise.reject(new Error('all of them')));
  });
  await expect(all).rejects.toThrow('all of them');
  expect(tried).toBeLessThan(2_000);
});

test('what failed comes back soon, however seldom the rounds are', async () => {
  const HOUR_MS = 3_600_000;
  const stopping = new AbortController();
  const began: number[] = [];
  const clock = {
    now: () => now,
    pause: (ms: number) => {
      now += ms;
      return Promise.resolve();
    },
  };
  const sweep = async ({ each }: Round): Promise<void> => {
    began.push(now);
    if (began.length <= 2) throw new StoreUnavailable('The log');
    await each('1', () => (began.length <= 4 ? Promise.reject(new Error('1')) : Promise.resolve()));
    if (began.length === 6) stopping.abort();
  };
  await rounds('chore:plans', faults, HOUR_MS, stopping.signal, sweep, { clock });
  // The rounds that had no use, and then the item, after 5 s and 10 s; what works is left alone for an hour.
  expect(began).toEqual([0, 5_000, 15_000, 20_000, 30_000, 30_000 + HOUR_MS]);
  expect(faults.reported).toHaveLength(4);
  expect([...faults.failing]).toEqual([]);
});
