// A unique value has one holder, whatever crashes and whoever comes at the same time.
import { Codec } from '../../../src/eventsourcing/codec';
import type { Decider } from '../../../src/eventsourcing/decider';
import { eventsOf, type Meta } from '../../../src/eventsourcing/event';
import type { EventStore } from '../../../src/eventsourcing/event-store';
import {
  AboutToBeHeld,
  AlreadyHeld,
  Reservations,
  type Holders,
} from '../../../src/eventsourcing/reservations';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import { Streams } from '../../../src/eventsourcing/streams';
import { folder } from '../../contract/event-stores';
import { eventsAfter, eventsOfStream } from '../../support/log';
import { meta } from '../../support/spec';

/** The holders: badges with a number that no other badge has. */
type BadgeEvents = { 'badge.numbered.v1': { number: string | null }; 'badge.fenced.v1': object };
const ev = eventsOf<BadgeEvents>();
const badge: Decider<string | null, BadgeEvents> = {
  initial: null,
  evolve: { 'badge.numbered.v1': (_, { number }) => number, 'badge.fenced.v1': (state) => state },
};

const place = folder();
let store: EventStore;
let streams: Streams;
let reservations: Reservations;
let value = 0;
let number: string;
let commands = 0;

const digest = (text: string) => `digest-of-${text}`;
const seconds = (s: number) => new Date(Date.parse(meta.at) + s * 1_000).toISOString();
const command = (s = 0): Meta => ({ ...meta, commandId: `command-${++commands}`, at: seconds(s) });
const holders = (of = number): Holders => ({
  holds: async (holder) => (await streams.load(badge, holder)).state === of,
  fence: async (holder) => {
    const fenced = () => [ev('badge.fenced.v1', {})];
    await streams.change(badge, holder, fenced, command(), { outOfTurn: true });
  },
});
const take = (holder: string, s = 0, asked = holders()) =>
  reservations.take('badge_number', number, holder, command(s), asked);
const holder = () => reservations.holder('badge_number', number);
const held = (by: string) => expect.objectContaining({ holder: by }) as AlreadyHeld;

/** The whole protocol, as a capability keeps it. */
async function setNumber(stream: string, to: string | null, s = 0, afterTaking?: () => Promise<unknown>) {
  let before: string | null = null;
  const asked = command(s);
  const changed = await streams.change(
    badge,
    stream,
    async (state) => {
      before = state;
      if (state === to) return [];
      if (to !== null) await reservations.take('badge_number', to, stream, asked, holders(to));
      await afterTaking?.();
      return [ev('badge.numbered.v1', { number: to })];
    },
    asked,
  );
  if (before !== null && before !== to)
    await reservations.release('badge_number', before, stream, asked, changed.position);
}

beforeAll(async () => {
  store = await EmbeddedEventStore.open(place.at);
});
beforeEach(() => {
  number = `number-${++value}`;
  streams = new Streams(store, new Codec());
  reservations = new Reservations(streams, digest);
});
afterAll(async () => {
  await store.close();
  place.remove();
});

test('a free value is taken, under a digest of it', async () => {
  await take('badge-1');
  expect(await holder()).toBe('badge-1');
  expect(
    (await eventsOfStream(store, `reservation_badge_number-digest-of-${number}`)).map(({ data }) => data),
  ).toEqual([{ holder: 'badge-1' }]);
});

test('of two who take it at once exactly one gets it', async () => {
  const takers = Array.from({ length: 10 }, (_, n) => `badge-10${n}`);
  const outcomes = await Promise.allSettled(takers.map((taker) => take(taker)));
  const winners = takers.filter((_, n) => outcomes[n]?.status === 'fulfilled');
  expect(winners).toEqual([await holder()]);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(AboutToBeHeld);
});

test('a value that a record holds is not to be had, however long ago it was taken', async () => {
  await setNumber('badge-20', number);
  await expect(take('badge-21', 3_600)).rejects.toEqual(held('badge-20'));
});

test('taking what one holds already changes nothing', async () => {
  await setNumber('badge-22', number);
  const head = await store.head();
  await take('badge-22');
  expect(await store.head()).toBe(head);
});

describe('a value given up', () => {
  test('can be taken by another', async () => {
    await setNumber('badge-30', number);
    await setNumber('badge-30', null, 1);
    expect(await holder()).toBeUndefined();
    await setNumber('badge-31', number, 2);
    expect(await holder()).toBe('badge-31');
  });

  test('is not released by one who does not hold it', async () => {
    await setNumber('badge-32', number);
    await reservations.release('badge_number', number, 'badge-33', command(), await store.head());
    expect(await holder()).toBe('badge-32');
  });

  test('stays with the holder that has taken it again before the release came', async () => {
    await setNumber('badge-34', number);
    const given = await streams.change(
      badge,
      'badge-34',
      () => [ev('badge.numbered.v1', { number: null })],
      command(),
    );
    await setNumber('badge-34', number, 1);
    await reservations.release('badge_number', number, 'badge-34', command(), given.position);
    expect(await holder()).toBe('badge-34');
    await expect(take('badge-35', 60)).rejects.toEqual(held('badge-34'));
  });
});

describe('a holder that crashed before it came to hold the value', () => {
  test('keeps the value for 30 seconds', async () => {
    await take('badge-40');
    await expect(take('badge-41', 29.999)).rejects.toBeInstanceOf(AboutToBeHeld);
  });

  test('is not named as who holds it', async () => {
    await take('badge-38');
    await expect(take('badge-39')).rejects.not.toHaveProperty('holder');
  });

  test('gives way at once to the same command under another name, and is fenced', async () => {
    const asked = command();
    await reservations.take('badge_number', number, 'badge-60', asked, holders());
    await reservations.take('badge_number', number, 'badge-61', asked, holders());
    expect(await holder()).toBe('badge-61');
    expect((await store.read('badge-60')).events.map(({ type }) => type)).toEqual(['badge.fenced.v1']);
    await expect(take('badge-60', 1)).rejects.toBeInstanceOf(AboutToBeHeld);
  });

  test('keeps it before the same command under another name, if it has come to hold it by then', async () => {
    const asked = command();
    await reservations.take('badge_number', number, 'badge-62', asked, holders());
    await setNumber('badge-62', number, 1);
    const other = reservations.take('badge_number', number, 'badge-63', asked, holders());
    await expect(other).rejects.toEqual(held('badge-62'));
  });

  test('is displaced after that, once its stream is fenced', async () => {
    await take('badge-42');
    await setNumber('badge-43', number, 30);
    expect(await holder()).toBe('badge-43');
    expect((await eventsOfStream(store, 'badge-42')).map(({ type }) => type)).toEqual(['badge.fenced.v1']);
  });

  test('is displaced by one only', async () => {
    await take('badge-44');
    const outcomes = await Promise.allSettled([
      take('badge-45', 31),
      take('badge-46', 31),
      take('badge-47', 31),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('may go on by itself', async () => {
    await take('badge-48');
    await setNumber('badge-48', number, 5);
    await expect(take('badge-49', 60)).rejects.toEqual(held('badge-48'));
  });
});

describe('a holder that is only slow', () => {
  test('keeps the value if its record was written before the fence', async () => {
    await take('badge-50');
    const late: Holders = {
      ...holders(),
      fence: async (slow) => {
        await streams.change(badge, slow, () => [ev('badge.numbered.v1', { number })], command());
        await holders().fence(slow);
      },
    };
    await expect(take('badge-51', 40, late)).rejects.toEqual(held('badge-50'));
    expect(await holder()).toBe('badge-50');
  });

  test('loses the value if it was displaced before, and finds that out', async () => {
    let displaced = false;
    const slow = setNumber('badge-52', number, 0, async () => {
      if (!displaced) await setNumber('badge-53', number, 40);
      displaced = true;
    });
    await expect(slow).rejects.toEqual(held('badge-53'));
    expect((await streams.load(badge, 'badge-52')).state).toBeNull();
    expect((await streams.load(badge, 'badge-53')).state).toBe(number);
  });

  test('is not displaced if it takes the value again between the fence and the displacement', async () => {
    await take('badge-54');
    let asked = 0;
    const slowDisplacer: Holders = {
      ...holders(),
      holds: async (other) => {
        const holds = await holders().holds(other);
        if (++asked === 2) await setNumber('badge-54', number);
        return holds;
      },
    };
    // In another process: in one, the two would take turns.
    const elsewhere = new Reservations(new Streams(store, new Codec()), digest);
    const displacing = elsewhere.take('badge_number', number, 'badge-55', command(40), slowDisplacer);
    await expect(displacing).rejects.toEqual(held('badge-54'));
    expect(await holder()).toBe('badge-54');
  });
});

test('whoever sets and gives up numbers at random, no two records ever hold the same one', async () => {
  const numbers = ['random-1', 'random-2', 'random-3'];
  // A fixed sequence that looks random enough, so that a failure repeats.
  let seed = 7;
  const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  const badges = Array.from({ length: 6 }, (_, n) => `badge-9${n}`);
  for (let round = 0; round < 25; round++)
    await Promise.allSettled(
      badges.map((each) => setNumber(each, next(3) === 0 ? null : numbers[next(3)]!, round * 20)),
    );
  const holding = new Map<string, string>();
  for (const { stream, type, data } of await eventsAfter(store)) {
    if (!badges.includes(stream) || type !== 'badge.numbered.v1') continue;
    const to = (data as { number: string | null }).number;
    for (const [held, by] of holding) if (by === stream) holding.delete(held);
    if (to === null) continue;
    expect([stream, undefined]).toContain(holding.get(to));
    holding.set(to, stream);
  }
});
