// The changes of one process to one stream take turns; nobody waits for another stream, and nobody for ever.
import { Codec } from '../../../src/eventsourcing/codec';
import type { Decider } from '../../../src/eventsourcing/decider';
import { eventsOf, type Meta } from '../../../src/eventsourcing/event';
import type { EventStore } from '../../../src/eventsourcing/event-store';
import { AlreadyHeld, Reservations, type Holders } from '../../../src/eventsourcing/reservations';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import { Streams } from '../../../src/eventsourcing/streams';
import { Turns } from '../../../src/eventsourcing/turns';
import { folder } from '../../contract/event-stores';
import { eventsOfStream } from '../../support/log';
import { meta } from '../../support/spec';

type SeatEvents = { 'seat.given.v1': { seat: string }; 'seat.fenced.v1': object };
const ev = eventsOf<SeatEvents>();
const guest: Decider<string[], SeatEvents> = {
  initial: [],
  evolve: { 'seat.given.v1': (seats, { seat }) => [...seats, seat], 'seat.fenced.v1': (seats) => seats },
};

const place = folder();
let store: EventStore;
let streams: Streams;
let reservations: Reservations;
let commands = 0;
const command = (seconds = 0): Meta => ({
  ...meta,
  commandId: `turn-${++commands}`,
  at: new Date(Date.parse(meta.at) + seconds * 1_000).toISOString(),
});

beforeAll(async () => {
  store = await EmbeddedEventStore.open(place.at);
  streams = new Streams(store, new Codec());
  reservations = new Reservations(streams, (text) => text);
});
afterAll(async () => {
  await store.close();
  place.remove();
});

const give = (stream: string, seat: string) =>
  streams.change(guest, stream, () => [ev('seat.given.v1', { seat })], command());

describe('a hundred writers of one stream', () => {
  test('all come through, in their order, with one append each', async () => {
    const seats = Array.from({ length: 100 }, (_, n) => `seat ${n}`);
    const changed = await Promise.all(seats.map((seat) => give('guest-1', seat)));
    expect(changed.map(({ revision }) => revision)).toEqual([...seats.keys()]);
    expect((await streams.load(guest, 'guest-1')).state).toEqual(seats);
    expect(await eventsOfStream(store, 'guest-1')).toHaveLength(100);
  });

  test('decide once each, on what the one before has left', async () => {
    let decided = 0;
    const counting = (seats: string[]) => {
      decided++;
      return [ev('seat.given.v1', { seat: String(seats.length) })];
    };
    await Promise.all(
      Array.from({ length: 100 }, () => streams.change(guest, 'guest-2', counting, command())),
    );
    const { state } = await streams.load(guest, 'guest-2');
    expect(state).toEqual(Array.from({ length: 100 }, (_, n) => String(n)));
    expect(decided).toBe(100);
  });

  test('in two processes lose nothing either', async () => {
    const others = new Streams(store, new Codec());
    const add = (of: Streams) => async () => {
      for (;;)
        try {
          return await of.change(guest, 'guest-3', () => [ev('seat.given.v1', { seat: 'one' })], command());
        } catch (error) {
          expect(error).toMatchObject({ code: 'stream-contended' });
        }
    };
    const writers = Array.from({ length: 50 }, () => [add(streams)(), add(others)()]).flat();
    await Promise.all(writers);
    expect((await streams.load(guest, 'guest-3')).state).toHaveLength(100);
  });

  test('go on after one that is refused', async () => {
    const refuse = () => Promise.reject(new Error('no'));
    const [one, refused, other] = await Promise.allSettled([
      give('guest-4', 'a'),
      streams.change(guest, 'guest-4', refuse, command()),
      give('guest-4', 'b'),
    ]);
    expect([one.status, refused.status, other.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

test('a change that takes long holds up no other stream', async () => {
  let release = () => {};
  const until = new Promise<void>((resolve) => (release = resolve));
  const slow = streams.change(guest, 'guest-5', () => until.then(() => []), command());
  await give('guest-6', 'quick');
  release();
  await slow;
});

describe('changes that change other streams while they decide', () => {
  const holders = (seat: string): Holders => ({
    holds: async (holder) => (await streams.load(guest, holder)).state.at(-1) === seat,
    fence: async (holder) => {
      const fenced = () => [ev('seat.fenced.v1', {})];
      await streams.change(guest, holder, fenced, command(), { outOfTurn: true });
    },
  });
  /** The guest leaves the old seat once it has the new one. */
  async function sit(stream: string, seat: string, seconds = 0): Promise<void> {
    const asked = command(seconds);
    let old: string | undefined;
    const decide = async (seats: string[]) => {
      old = seats.at(-1);
      await reservations.take('seat', seat, stream, asked, holders(seat));
      return [ev('seat.given.v1', { seat })];
    };
    const { position } = await streams.change(guest, stream, decide, asked);
    if (old !== undefined && old !== seat) await reservations.release('seat', old, stream, asked, position);
  }

  test('two records that want each other’s value are both refused, and neither waits for the other', async () => {
    await sit('guest-10', 'north');
    await sit('guest-11', 'south');
    const swapped = await Promise.allSettled([sit('guest-10', 'south'), sit('guest-11', 'north')]);
    expect(swapped.map((one) => one.status === 'rejected' && (one.reason as AlreadyHeld).holder)).toEqual([
      'guest-11',
      'guest-10',
    ]);
  });

  test('one displaces a holder that is itself waiting for the value', async () => {
    // Taken, and the holder crashed before it sat down: both now want the seat, 40 s later.
    await reservations.take('seat', 'east', 'guest-12', command(), holders('east'));
    const outcomes = await Promise.allSettled([sit('guest-13', 'east', 40), sit('guest-12', 'east', 40)]);
    const seated = [await streams.load(guest, 'guest-12'), await streams.load(guest, 'guest-13')];
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(seated.filter(({ state }) => state.at(-1) === 'east')).toHaveLength(1);
  });

  test('a hundred that shuffle three seats end with no seat taken twice', async () => {
    const seats = ['red', 'green', 'blue'];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) => sit(`guest-2${n % 4}`, seats[(n * 7) % 3]!, n)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    const guests = ['guest-20', 'guest-21', 'guest-22', 'guest-23'];
    const taken = await Promise.all(guests.map(async (one) => (await streams.load(guest, one)).state.at(-1)));
    const held = taken.filter((seat) => seat !== undefined);
    expect(new Set(held).size).toBe(held.length);
  });
});

describe('a turn', () => {
  test('is not waited for without end', async () => {
    const turns = new Turns(1);
    expect(turns.enter('a')).toBe(true);
    // Its holder never leaves: the next goes without, and so passes no turn on.
    expect(await turns.enter('a')).toBe(false);
    turns.leave('a');
    expect(turns.enter('a')).toBe(true);
  });

  test('is refused where a thousand wait already', async () => {
    const turns = new Turns();
    expect(turns.enter('a')).toBe(true);
    const waiting = Array.from({ length: 1_000 }, async () => turns.enter('a'));
    expect(() => turns.enter('a')).toThrow(expect.objectContaining({ code: 'stream-contended' }) as Error);
    for (let n = 0; n <= 1_000; n++) turns.leave('a');
    expect(await Promise.all(waiting)).toEqual(Array(1_000).fill(true));
  });
});
