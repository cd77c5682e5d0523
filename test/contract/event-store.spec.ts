// What every event store promises about its streams.
import { randomUUID } from 'node:crypto';
import { MAX_APPEND_BYTES, NO_STREAM, ORIGIN_BYTES } from '../../src/eventsourcing/event-store';
import { AppendTooLarge, WrongRevision, type EventStore } from '../../src/eventsourcing/event-store';
import { event, events, idsOf, newStream, open, places, type Place } from './event-stores';
import { eventsOfStream } from '../support/log';
import { meta } from '../support/spec';

describe.each(places)('event store: %s', (_, make) => {
  let place: Place;
  let store: EventStore;

  beforeAll(async () => {
    place = make();
    store = await open(place.at);
  });
  afterAll(async () => {
    await store.close();
    place.remove();
  });

  describe('a stream', () => {
    test('gives back what was appended, in order, with revisions from 0 on', async () => {
      const stream = newStream();
      const [first, second, third] = [event(1), event(2), event(3)];
      expect(await store.append(stream, [first, second], NO_STREAM)).toMatchObject({ revision: 1 });
      expect(await store.append(stream, [third], 1)).toMatchObject({ revision: 2 });
      const stored = await eventsOfStream(store, stream);
      expect(stored).toEqual(
        [first, second, third].map((appended, revision) => ({
          ...appended,
          stream,
          revision,
          position: expect.any(BigInt) as bigint,
          recordedAt: expect.any(Number) as number,
        })),
      );
      expect(idsOf(await eventsOfStream(store, stream, 1))).toEqual(idsOf([second, third]));
      expect(await eventsOfStream(store, stream, 3)).toEqual([]);
    });

    test('that nobody wrote has no events', async () => {
      expect(await eventsOfStream(store, newStream())).toEqual([]);
      expect(await eventsOfStream(store, newStream(), 5)).toEqual([]);
    });

    test('keeps every text as it is', async () => {
      const stream = newStream();
      const data = { text: 'Zoë 日本 👩‍👩‍👧 \u0000\u001f "quoted" \\ \u2028', é: 'not normalised', '': null };
      await store.append(stream, [{ ...event(), data }], NO_STREAM);
      expect((await eventsOfStream(store, stream))[0]?.data).toEqual(data);
    });

    test('is told when it was written, by a clock that fits ours', async () => {
      const stream = newStream();
      await store.append(stream, [event()], NO_STREAM);
      const [stored] = await eventsOfStream(store, stream);
      expect(Math.abs(stored!.recordedAt - Date.now())).toBeLessThan(60_000);
    });
  });

  describe('the expected revision', () => {
    test.each([
      ['a stream that should not be there', NO_STREAM],
      ['one that has moved on', 0],
      ['one that is not yet so far', 5],
    ])('refuses an append to %s and writes nothing', async (_case, expected) => {
      const stream = newStream();
      await store.append(stream, events(2), NO_STREAM);
      await expect(store.append(stream, [event()], expected)).rejects.toThrow(WrongRevision);
      expect(await eventsOfStream(store, stream)).toHaveLength(2);
    });

    test('refuses an append to a stream that is missing', async () => {
      const stream = newStream();
      await expect(store.append(stream, [event()], 0)).rejects.toThrow(WrongRevision);
      expect(await eventsOfStream(store, stream)).toEqual([]);
    });

    test('lets one of a hundred win who write to one stream at once', async () => {
      const stream = newStream();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 100 }, (_each, n) => store.append(stream, [event(n)], NO_STREAM)),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(WrongRevision);
      expect(await eventsOfStream(store, stream)).toHaveLength(1);
    });

    test('lets all writers through who try again', async () => {
      const stream = newStream();
      const write = async (n: number): Promise<void> => {
        for (;;) {
          const { length } = await eventsOfStream(store, stream);
          try {
            await store.append(stream, [event(n)], length - 1);
            return;
          } catch (error) {
            if (!(error instanceof WrongRevision)) throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: 30 }, (_each, n) => write(n)));
      const stored = await eventsOfStream(store, stream);
      expect(stored.map(({ revision }) => revision)).toEqual(Array.from({ length: 30 }, (_each, n) => n));
      expect(new Set(stored.map(({ data }) => (data as { n: number }).n)).size).toBe(30);
    });

    test('is judged for each append alone: one that comes too late does not fail its neighbours', async () => {
      const [taken, ...free] = [newStream(), newStream(), newStream()];
      await store.append(taken, [event()], NO_STREAM);
      const outcomes = await Promise.allSettled(
        [free[0], taken, free[1]].map((stream) => store.append(stream, events(2), NO_STREAM)),
      );
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    });
  });

  describe('a repeated append', () => {
    test('is answered like the first one and written once', async () => {
      const stream = newStream();
      await store.append(stream, [event()], NO_STREAM);
      const again = events(2);
      const first = await store.append(stream, again, 0);
      expect(await store.append(stream, again, 0)).toEqual(first);
      expect(await eventsOfStream(store, stream)).toHaveLength(3);
    });

    test('is recognised after later events too', async () => {
      const stream = newStream();
      const again = events(2);
      const first = await store.append(stream, again, NO_STREAM);
      await store.append(stream, events(3), 1);
      expect(await store.append(stream, again, NO_STREAM)).toEqual(first);
      expect(await eventsOfStream(store, stream)).toHaveLength(5);
    });

    test('is recognised while the first one is still under way', async () => {
      const stream = newStream();
      const again = events(2);
      const [first, second] = await Promise.all([
        store.append(stream, again, NO_STREAM),
        store.append(stream, again, NO_STREAM),
      ]);
      expect(second).toEqual(first);
      expect(await eventsOfStream(store, stream)).toHaveLength(2);
    });

    test('is refused when only part of it is there', async () => {
      const stream = newStream();
      const [first, second] = [event(1), event(2)];
      await store.append(stream, [first, event(3)], NO_STREAM);
      await expect(store.append(stream, [first, second], NO_STREAM)).rejects.toThrow(WrongRevision);
      expect(await eventsOfStream(store, stream)).toHaveLength(2);
    });
  });

  describe('the size of an append', () => {
    const sized = (bytes: number) => ({ ...event(), data: { text: 'x'.repeat(bytes) } });

    test('may come close to the limit', async () => {
      const stream = newStream();
      await store.append(stream, [sized(MAX_APPEND_BYTES - 2_000)], NO_STREAM);
      expect(await eventsOfStream(store, stream)).toHaveLength(1);
    });

    test('may not pass it, in one event or in all together', async () => {
      const stream = newStream();
      await expect(store.append(stream, [sized(MAX_APPEND_BYTES)], NO_STREAM)).rejects.toThrow(
        AppendTooLarge,
      );
      const third = MAX_APPEND_BYTES / 3;
      await expect(
        store.append(stream, [sized(third), sized(third), sized(third)], NO_STREAM),
      ).rejects.toThrow(AppendTooLarge);
      await expect(
        store.append(stream, [{ ...event(), data: { text: '日'.repeat(MAX_APPEND_BYTES / 3) } }], NO_STREAM),
      ).rejects.toThrow(AppendTooLarge);
      expect(await eventsOfStream(store, stream)).toEqual([]);
    });
  });

  test('an event that was brought from another log keeps its time, and has room for where it stood', async () => {
    const stream = newStream();
    const own = { ...event(), data: { text: 'x'.repeat(MAX_APPEND_BYTES - ORIGIN_BYTES - 1_000) } };
    const origin = { logId: randomUUID(), position: '9'.repeat(19), recordedAt: 1_700_000_000_000 };
    const brought = {
      ...own,
      data: { text: 'x'.repeat(MAX_APPEND_BYTES - 1_000) },
      meta: { ...meta, origin },
    };
    await store.append(stream, [own], NO_STREAM);
    await store.append(stream, [brought], 0);
    const [, stored] = await eventsOfStream(store, stream);
    expect(stored).toMatchObject({ recordedAt: origin.recordedAt, meta: brought.meta });
    expect((await store.lastAt(stored!.position))?.recordedAt).toBe(origin.recordedAt);
  });

  test('the log keeps its identity when it is opened again', async () => {
    const { logId } = store;
    const stream = newStream();
    const appended = await store.append(stream, [event()], NO_STREAM);
    await store.close();
    await expect(store.append(stream, [event()], 0)).rejects.toThrow();
    store = await open(place.at);
    expect(store.logId).toBe(logId);
    expect(await store.head()).toBe(appended.position);
    expect(await eventsOfStream(store, stream)).toHaveLength(1);
  });

  test('closing another store of the same process leaves appends under way alone', async () => {
    // An embedded log can be open only once.
    if (!store.shared) return;
    const other = await open(place.at);
    const appends = events(100).map((each) => store.append(newStream(), [each], NO_STREAM));
    await other.close();
    await Promise.all(appends);
  });
});
