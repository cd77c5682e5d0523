// Changing streams: once per command, on what is stored, and only at the revision it was decided on.
import { Codec } from '../../../src/eventsourcing/codec';
import type { Decider } from '../../../src/eventsourcing/decider';
import { eventsOf, type Meta } from '../../../src/eventsourcing/event';
import { MAX_APPEND_BYTES, NO_STREAM, START, type EventStore } from '../../../src/eventsourcing/event-store';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import { Streams } from '../../../src/eventsourcing/streams';
import { Refusal } from '../../../src/refusals';
import { StoreUnavailable } from '../../../src/store-unavailable';
import { folder } from '../../contract/event-stores';
import { eventsOfStream } from '../../support/log';
import { meta } from '../../support/spec';

type CounterEvents = {
  'counter.added.v1': { amount: number };
  'counter.named.v1': { name: string };
};
const ev = eventsOf<CounterEvents>();
const counter: Decider<{ total: number; positions: bigint[] }, CounterEvents> = {
  initial: { total: 0, positions: [] },
  evolve: {
    'counter.added.v1': ({ total, positions }, { amount }, { position }) => ({
      total: total + amount,
      positions: [...positions, position],
    }),
    'counter.named.v1': (state) => state,
  },
};
const add = (amount: number) => () => [ev('counter.added.v1', { amount })];

const place = folder();
let store: EventStore;
let streams: Streams;
/** Another process that works on the same log. */
let others: Streams;
let commands = 0;
const command = (): Meta => ({ ...meta, commandId: `command-${++commands}` });
const refusal = (code: string) => expect.objectContaining({ code }) as Refusal;

beforeAll(async () => {
  store = await EmbeddedEventStore.open(place.at);
});
beforeEach(() => {
  streams = new Streams(store, new Codec());
  others = new Streams(store, new Codec());
});
afterAll(async () => {
  await store.close();
  place.remove();
});

describe('a change', () => {
  test('asks a store that is out of reach once, and nothing of it again while the client waits', async () => {
    let asked = 0;
    const gone = () => {
      asked++;
      return Promise.reject(new StoreUnavailable('EventStoreDB'));
    };
    const unreachable = new Proxy(store, {
      get: (target, name) =>
        reachable || typeof Reflect.get(target, name) !== 'function'
          ? (Reflect.get(target, name, target) as unknown)
          : gone,
    });
    let reachable = true;
    const cut = new Streams(unreachable, new Codec());
    await cut.change(counter, 'counter-cut', add(1), command());
    reachable = false;
    await expect(cut.change(counter, 'counter-cut', add(1), command())).rejects.toThrow(StoreUnavailable);
    expect(asked).toBe(1);
  });

  test('begins a stream and goes on with it', async () => {
    const begun = await streams.change(counter, 'counter-1', add(2), command());
    expect(begun).toMatchObject({ state: { total: 2 }, revision: 0 });
    const gone = await streams.change(counter, 'counter-1', ({ total }) => add(total * 10)(), command());
    expect(gone).toMatchObject({ state: { total: 22 }, revision: 1, position: await store.head() });
    expect(streams.lastPosition).toBe(gone.position);
    expect(await streams.load(counter, 'counter-1')).toEqual({
      state: gone.state,
      revision: 1,
      position: gone.position,
    });
  });

  test('tells its events as they are stored', async () => {
    const three = () => [1, 2, 3].map((amount) => ev('counter.added.v1', { amount }));
    const { events, state } = await streams.change(counter, 'counter-2', three, command());
    const stored = await streams.history<CounterEvents>('counter-2');
    const anyTime = { recordedAt: expect.any(Number) as number };
    expect(events).toEqual(stored.map((each) => ({ ...each, ...anyTime })));
    expect(state.positions).toEqual(stored.map(({ position }) => position));
  });

  test('that decides nothing writes nothing and answers where the stream stands', async () => {
    const before = await streams.change(counter, 'counter-3', add(1), command());
    for (const fresh of [streams, others])
      expect(await fresh.change(counter, 'counter-3', () => [], command())).toEqual({
        ...before,
        events: [],
      });
    expect(await streams.change(counter, 'counter-4', () => [], command())).toMatchObject({
      revision: NO_STREAM,
      position: START,
    });
  });

  test('that is tried tells what it would write, and writes nothing', async () => {
    const { revision, position } = await streams.change(counter, 'counter-tried', add(1), command());
    const tried = await streams.change(counter, 'counter-tried', add(2), command(), { trial: true });
    expect(tried).toMatchObject({ state: { total: 3 }, revision, position });
    expect(tried.events.map(({ data }) => data)).toEqual([{ amount: 2 }]);
    expect((await streams.load(counter, 'counter-tried')).state.total).toBe(1);
    expect(await eventsOfStream(store, 'counter-tried')).toHaveLength(1);
  });

  test('that refuses is passed on and writes nothing', async () => {
    const refuse = () => {
      throw new Refusal('input-invalid');
    };
    await expect(streams.change(counter, 'counter-5', refuse, command())).rejects.toEqual(
      refusal('input-invalid'),
    );
    expect(await eventsOfStream(store, 'counter-5')).toEqual([]);
  });

  test('larger than an append may be is refused, and the next one is not', async () => {
    const name = () => [ev('counter.named.v1', { name: 'x'.repeat(MAX_APPEND_BYTES) })];
    await expect(streams.change(counter, 'counter-6', name, command())).rejects.toEqual(
      refusal('event-too-large'),
    );
    await streams.change(counter, 'counter-6', add(1), command());
    expect(await eventsOfStream(store, 'counter-6')).toHaveLength(1);
  });
});

describe('changes at once', () => {
  test('are decided one after the other', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        (n % 2 ? streams : others).change(counter, 'counter-10', add(2 ** n), command()),
      ),
    );
    expect(results.map(({ revision }) => revision).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect((await streams.load(counter, 'counter-10')).state.total).toBe(255);
  });

  test('that are always too late give up with a conflict', async () => {
    const overtaken = async () => {
      await others.change(counter, 'counter-11', add(1), command());
      return add(100)();
    };
    await expect(streams.change(counter, 'counter-11', overtaken, command())).rejects.toEqual(
      refusal('stream-contended'),
    );
    expect((await streams.load(counter, 'counter-11')).state.total % 100).toBe(8);
  });

  test('by one command count once', async () => {
    const same = command();
    const [one, other] = await Promise.all([
      streams.change(counter, 'counter-12', add(1), same),
      others.change(counter, 'counter-12', add(1), same),
    ]);
    expect(other.position).toBe(one.position);
    expect(await eventsOfStream(store, 'counter-12')).toHaveLength(1);
  });
});

describe('what is kept in memory', () => {
  const stale = async (stream: string) => {
    await streams.change(counter, stream, add(1), command());
    return others.change(counter, stream, add(10), command());
  };

  test('never hides the event of another writer from a change', async () => {
    await stale('counter-20');
    const seen = await streams.change(counter, 'counter-20', ({ total }) => add(total)(), command());
    expect(seen.state.total).toBe(22);
  });

  test('never makes "already so" out of what another writer changed', async () => {
    await stale('counter-21');
    const toOne = ({ total }: { total: number }) => (total === 1 ? [] : add(1 - total)());
    expect((await streams.change(counter, 'counter-21', toOne, command())).events).toHaveLength(1);
  });

  test('never refuses what another writer made possible', async () => {
    await stale('counter-22');
    const onlyOverTen = ({ total }: { total: number }) => {
      if (total <= 10) throw new Refusal('input-invalid');
      return add(1)();
    };
    expect((await streams.change(counter, 'counter-22', onlyOverTen, command())).state.total).toBe(12);
  });

  test('is not read again: only what came since', async () => {
    const stream = 'counter-long';
    await others.change(counter, stream, () => [...add(1)(), ...add(2)(), ...add(3)()], command());
    expect((await streams.load(counter, stream)).state.total).toBe(6);
    await others.change(counter, stream, add(4), command());
    const read = jest.spyOn(store, 'read');
    try {
      expect(await streams.load(counter, stream)).toEqual(await others.load(counter, stream));
      expect(read.mock.calls).toEqual([
        [stream, 3],
        [stream, 4],
      ]);
    } finally {
      read.mockRestore();
    }
  });

  test('is the state of one decider, not of another one on the same stream', async () => {
    const names: Decider<string[], CounterEvents> = {
      initial: [],
      evolve: {
        'counter.added.v1': (state) => state,
        'counter.named.v1': (state, { name }) => [...state, name],
      },
    };
    await streams.change(counter, 'counter-23', add(1), command());
    const named = await streams.change(
      names,
      'counter-23',
      (state) => [ev('counter.named.v1', { name: String(state.length) })],
      command(),
    );
    expect(named.state).toEqual(['0']);
  });
});

describe('a client that names a revision', () => {
  test('changes the stream it has read', async () => {
    const { revision } = await streams.change(counter, 'counter-30', add(1), command());
    const options = { expectedRevision: revision };
    expect(await streams.change(counter, 'counter-30', add(1), command(), options)).toMatchObject({
      revision: 1,
    });
  });

  test('is refused when the stream has moved on, here or elsewhere', async () => {
    await streams.change(counter, 'counter-31', add(1), command());
    await others.change(counter, 'counter-31', add(1), command());
    for (const behind of [streams, others])
      await expect(
        behind.change(counter, 'counter-31', add(1), command(), { expectedRevision: 0 }),
      ).rejects.toEqual(refusal('stream-moved-on'));
  });

  test('is not refused because of an old state in memory', async () => {
    await streams.change(counter, 'counter-32', add(1), command());
    await others.change(counter, 'counter-32', add(1), command());
    const options = { expectedRevision: 1 };
    expect(await streams.change(counter, 'counter-32', add(1), command(), options)).toMatchObject({
      revision: 2,
    });
  });
});

describe('a repeated command', () => {
  const again = { mayRepeat: true };

  test('returns what it did the first time, and does nothing', async () => {
    const repeated = command();
    const first = await streams.change(counter, 'counter-40', add(5), repeated, again);
    const second = await others.change(counter, 'counter-40', add(5), repeated, again);
    expect(second).toMatchObject({ state: { total: 5 }, revision: 0, position: first.position });
    expect(second.events.map(({ id }) => id)).toEqual(first.events.map(({ id }) => id));
  });

  test('returns it after later events too, with the state of that time', async () => {
    const repeated = command();
    const first = await streams.change(counter, 'counter-41', add(5), repeated, again);
    await streams.change(counter, 'counter-41', add(1), command());
    const second = await streams.change(counter, 'counter-41', add(5), repeated, again);
    expect(second).toMatchObject({ state: { total: 5 }, revision: 0, position: first.position });
    expect(await eventsOfStream(store, 'counter-41')).toHaveLength(2);
  });

  test('is not refused for the revision that it named itself the first time', async () => {
    const repeated = command();
    const options = { ...again, expectedRevision: NO_STREAM };
    await streams.change(counter, 'counter-42', add(5), repeated, options);
    expect((await streams.change(counter, 'counter-42', add(5), repeated, options)).revision).toBe(0);
  });

  test('that another process has carried out meanwhile is found at the conflict', async () => {
    const repeated = command();
    await streams.change(counter, 'counter-43', add(1), command());
    const first = await others.change(counter, 'counter-43', add(5), repeated);
    expect((await streams.change(counter, 'counter-43', add(5), repeated)).position).toBe(first.position);
    expect(await eventsOfStream(store, 'counter-43')).toHaveLength(2);
  });

  test.each([
    ['a stream that has events', {}],
    ['a new stream', { likelyNew: true, mayRepeat: true }],
  ])(
    'that two processes decide differently at once is what is stored, in either: %s',
    async (name, options) => {
      const stream = `counter-${name.replaceAll(' ', '')}`;
      if (!('likelyNew' in options)) await streams.change(counter, stream, add(1), command());
      const begins = (await streams.load(counter, stream)).state.total;
      await others.load(counter, stream);
      const repeated = command();
      const [first, second] = await Promise.all([
        streams.change(counter, stream, add(5), repeated, options),
        others.change(counter, stream, add(7), repeated, options),
      ]);
      expect(second).toMatchObject({
        state: first.state,
        revision: first.revision,
        position: first.position,
      });
      expect(second.events.map(({ id, data }) => [id, data])).toEqual(
        first.events.map(({ id, data }) => [id, data]),
      );
      const stored = (await eventsOfStream(store, stream)).at(-1)!.data as { amount: number };
      expect(first.events).toMatchObject([{ data: stored }]);
      for (const one of [streams, others])
        expect((await one.load(counter, stream)).state.total).toBe(begins + stored.amount);
    },
  );
});
