// What every event store keeps to, whatever it is made of.
import { MAX_APPEND_BYTES, NO_STREAM, START } from '../../src/eventsourcing/event-store';
import { AppendTooLarge, WrongRevision, type EventStore } from '../../src/eventsourcing/event-store';
import type { StoredEvent } from '../../src/eventsourcing/event';
import { allAfter, event, events, idsOf, newStream, open, places, type Place } from './event-stores';

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
      const stored = await store.read(stream);
      expect(stored).toEqual(
        [first, second, third].map((appended, revision) => ({
          ...appended,
          stream,
          revision,
          position: expect.any(BigInt) as bigint,
          recordedAt: expect.any(Number) as number,
        })),
      );
      expect(idsOf(await store.read(stream, 1))).toEqual(idsOf([second, third]));
      expect(await store.read(stream, 3)).toEqual([]);
    });

    test('that nobody wrote has no events', async () => {
      expect(await store.read(newStream())).toEqual([]);
      expect(await store.read(newStream(), 5)).toEqual([]);
    });

    test('keeps every text as it is', async () => {
      const stream = newStream();
      const data = { text: 'Zoë 日本 👩‍👩‍👧 \u0000\u001f "quoted" \\ \u2028', é: 'not normalised', '': null };
      await store.append(stream, [{ ...event(), data }], NO_STREAM);
      expect((await store.read(stream))[0]?.data).toEqual(data);
    });

    test('is told when it was written, by a clock that fits ours', async () => {
      const stream = newStream();
      await store.append(stream, [event()], NO_STREAM);
      const [stored] = await store.read(stream);
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
      expect(await store.read(stream)).toHaveLength(2);
    });

    test('refuses an append to a stream that is missing', async () => {
      const stream = newStream();
      await expect(store.append(stream, [event()], 0)).rejects.toThrow(WrongRevision);
      expect(await store.read(stream)).toEqual([]);
    });

    test('lets one of a hundred win who write to one stream at once', async () => {
      const stream = newStream();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 100 }, (_each, n) => store.append(stream, [event(n)], NO_STREAM)),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(WrongRevision);
      expect(await store.read(stream)).toHaveLength(1);
    });

    test('lets all writers through who try again', async () => {
      const stream = newStream();
      const write = async (n: number): Promise<void> => {
        for (;;) {
          const { length } = await store.read(stream);
          try {
            await store.append(stream, [event(n)], length - 1);
            return;
          } catch (error) {
            if (!(error instanceof WrongRevision)) throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: 30 }, (_each, n) => write(n)));
      const stored = await store.read(stream);
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
      expect(await store.read(stream)).toHaveLength(3);
    });

    test('is recognised after later events too', async () => {
      const stream = newStream();
      const again = events(2);
      const first = await store.append(stream, again, NO_STREAM);
      await store.append(stream, events(3), 1);
      expect(await store.append(stream, again, NO_STREAM)).toEqual(first);
      expect(await store.read(stream)).toHaveLength(5);
    });

    test('is recognised while the first one is still under way', async () => {
      const stream = newStream();
      const again = events(2);
      const [first, second] = await Promise.all([
        store.append(stream, again, NO_STREAM),
        store.append(stream, again, NO_STREAM),
      ]);
      expect(second).toEqual(first);
      expect(await store.read(stream)).toHaveLength(2);
    });

    test('is refused when only part of it is there', async () => {
      const stream = newStream();
      const [first, second] = [event(1), event(2)];
      await store.append(stream, [first, event(3)], NO_STREAM);
      await expect(store.append(stream, [first, second], NO_STREAM)).rejects.toThrow(WrongRevision);
      expect(await store.read(stream)).toHaveLength(2);
    });
  });

  describe('the size of an append', () => {
    const sized = (bytes: number) => ({ ...event(), data: { text: 'x'.repeat(bytes) } });

    test('may come close to the limit', async () => {
      const stream = newStream();
      await store.append(stream, [sized(MAX_APPEND_BYTES - 2_000)], NO_STREAM);
      expect(await store.read(stream)).toHaveLength(1);
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
      expect(await store.read(stream)).toEqual([]);
    });
  });

  describe('the whole log', () => {
    test('has positions that only grow, the one that the append named being the last', async () => {
      const before = await store.head();
      const [one, other] = [newStream(), newStream()];
      const first = await store.append(one, events(3), NO_STREAM);
      const second = await store.append(other, events(2), NO_STREAM);
      const third = await store.append(one, events(1), 2);
      const all = await store.readAll(before, 100);
      expect(all.map(({ stream, revision }) => `${stream} ${revision}`)).toEqual([
        `${one} 0`,
        `${one} 1`,
        `${one} 2`,
        `${other} 0`,
        `${other} 1`,
        `${one} 3`,
      ]);
      for (const [index, { position }] of all.entries())
        expect(position).toBeGreaterThan(all[index - 1]?.position ?? before);
      expect([all[2], all[4], all[5]].map((stored) => stored?.position)).toEqual(
        [first, second, third].map(({ position }) => position),
      );
      expect(await store.head()).toBe(third.position);
      const streams = await Promise.all([store.read(one), store.read(other)]);
      expect(streams.flat().sort((a, b) => Number(a.position - b.position))).toEqual(all);
    });

    test('is read in pages of any size without gap or double', async () => {
      const before = await store.head();
      const stream = newStream();
      const written = events(25);
      await Promise.all(written.map((each, n) => store.append(`${stream}-${n % 5}-${n}`, [each], NO_STREAM)));
      const whole = await allAfter(store, before, 1_000);
      expect(new Set(idsOf(whole))).toEqual(new Set(idsOf(written)));
      for (const limit of [1, 7, 25, 26]) expect(await allAfter(store, before, limit)).toEqual(whole);
      expect(await store.readAll(whole.at(-1)!.position, 10)).toEqual([]);
    });

    test('is read after any number, and asked for the last event at any number', async () => {
      const before = await store.head();
      await store.append(newStream(), events(3), NO_STREAM);
      const all = await store.readAll(before, 10);
      for (const [index, stored] of all.entries()) {
        const next = all[index + 1]?.position ?? stored.position + 2n;
        expect(await store.lastAt(stored.position)).toEqual(stored);
        expect(await store.lastAt(next - 1n)).toEqual(stored);
        expect(await store.readAll(stored.position - 1n, 10)).toEqual(all.slice(index));
        expect(await store.readAll(next - 1n, 10)).toEqual(all.slice(index + 1));
      }
      expect(await store.lastAt(all.at(-1)!.position + 1_000_000_000n)).toEqual(all.at(-1));
      expect(await store.lastAt(START)).toBeUndefined();
    });

    test('begins with its first event when read from the start', async () => {
      await store.append(newStream(), [event()], NO_STREAM);
      const [first] = await store.readAll(START, 1);
      expect(first!.position).toBeGreaterThan(START);
      expect(first!.stream.startsWith('$')).toBe(false);
    });
  });

  describe('a subscription', () => {
    /** Collects events until it has `count` of them. */
    const collect = async (after: bigint, count: number, onPage?: () => Promise<unknown>) => {
      const aborter = new AbortController();
      const collected: StoredEvent[] = [];
      for await (const page of store.subscribe(after, aborter.signal)) {
        expect(page.length).toBeGreaterThan(0);
        collected.push(...page);
        await onPage?.();
        if (collected.length >= count) aborter.abort();
      }
      return collected;
    };

    test('begins after a position in the middle and goes on live, without gap or double', async () => {
      const before = await store.head();
      const stream = newStream();
      await store.append(stream, events(3), NO_STREAM);
      const [, middle] = await store.readAll(before, 2);
      let revision = 2;
      // Each page is answered by two more events, so that the later ones can only come live.
      const collected = await collect(middle!.position, 41, async () => {
        if (revision < 42) ({ revision } = await store.append(stream, events(2), revision));
      });
      expect(collected.map((stored) => stored.revision)).toEqual(Array.from({ length: 41 }, (_, n) => n + 2));
      expect(collected).toEqual(await store.readAll(middle!.position, 100));
    });

    test('shows what many writers append at once in the order of the log', async () => {
      const before = await store.head();
      const collecting = collect(before, 300);
      await Promise.all(events(300).map((each) => store.append(newStream(), [each], NO_STREAM)));
      expect(await collecting).toEqual(await allAfter(store, before, 1_000));
    });

    test('waits for the first event where there is none yet, and ends when it is told to', async () => {
      const head = await store.head();
      const aborter = new AbortController();
      const pages = store.subscribe(head, aborter.signal)[Symbol.asyncIterator]();
      const next = pages.next();
      const stream = newStream();
      await store.append(stream, [event()], NO_STREAM);
      expect(((await next).value as StoredEvent[]).map((stored) => stored.stream)).toEqual([stream]);
      const ended = pages.next();
      aborter.abort();
      expect((await ended).done).toBe(true);
    });

    test('never begins when it was told to end before', async () => {
      for await (const page of store.subscribe(START, AbortSignal.abort())) expect(page).toBe('nothing');
    });
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
    expect(await store.read(stream)).toHaveLength(1);
  });
});
