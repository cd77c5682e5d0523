// What every event store promises about its log as a whole: reading it from any position, and following it.
import { NO_STREAM, START, type EventStore } from '../../src/eventsourcing/event-store';
import type { StoredEvent } from '../../src/eventsourcing/event';
import { event, events, idsOf, newStream, open, places, type Place } from './event-stores';
import { eventsAfter, eventsOfStream } from '../support/log';

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

  describe('the whole log', () => {
    test('has positions that only grow, the one that the append named being the last', async () => {
      const before = await store.head();
      const [one, other] = [newStream(), newStream()];
      const first = await store.append(one, events(3), NO_STREAM);
      const second = await store.append(other, events(2), NO_STREAM);
      const third = await store.append(one, events(1), 2);
      const { events: all } = await store.readAll(before, 100);
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
      const streams = await Promise.all([eventsOfStream(store, one), eventsOfStream(store, other)]);
      expect(streams.flat().sort((a, b) => Number(a.position - b.position))).toEqual(all);
    });

    test('is read in pages of any size without gap or double', async () => {
      const before = await store.head();
      const stream = newStream();
      const written = events(25);
      await Promise.all(written.map((each, n) => store.append(`${stream}-${n % 5}-${n}`, [each], NO_STREAM)));
      const whole = await eventsAfter(store, before, 1_000);
      expect(new Set(idsOf(whole))).toEqual(new Set(idsOf(written)));
      for (const limit of [1, 7, 25, 26]) expect(await eventsAfter(store, before, limit)).toEqual(whole);
      expect(await store.readAll(whole.at(-1)!.position, 10)).toEqual({ events: [], end: true });
    });

    test('is read as it lies there, byte for byte', async () => {
      const before = await store.head();
      const stream = newStream();
      const texts = {
        a: 'Zoë 日本 \u0000\u001f "q" \\ \u2028',
        2: 1e21,
        1: -0.5,
        '': null,
        é: ['\ud83d\udc69'],
      };
      const written = [{ ...event(), data: texts }, event(7)];
      await store.append(stream, written, NO_STREAM);
      const plain = await eventsAfter(store, before);
      const { events: raw, end } = await store.readAllRaw(before, 10);
      expect(end).toBe(true);
      expect(raw.map(({ data }) => Buffer.from(data).toString())).toEqual(
        written.map(({ data }) => JSON.stringify(data)),
      );
      expect(raw.map(({ meta }) => Buffer.from(meta).toString())).toEqual(
        written.map(({ meta }) => JSON.stringify(meta)),
      );
      expect(raw.map(({ data: _, meta: __, ...rest }) => rest)).toEqual(
        plain.map(({ data: _, meta: __, ...rest }) => rest),
      );
      expect((await store.readRaw(stream)).events).toEqual(raw);
      expect((await store.readRaw(stream, 1)).events).toEqual(raw.slice(1));
      expect(await store.rawAt(raw[0]!.position)).toEqual(raw[0]);
      expect(await store.rawAt(raw[1]!.position + 1n)).toBeUndefined();
      expect((await store.readAllRaw(before, 1)).events).toEqual(raw.slice(0, 1));
    });

    test('is read after any number, and asked for the last event at any number', async () => {
      const before = await store.head();
      await store.append(newStream(), events(3), NO_STREAM);
      const all = await eventsAfter(store, before);
      for (const [index, stored] of all.entries()) {
        const next = all[index + 1]?.position ?? stored.position + 2n;
        expect(await store.lastAt(stored.position)).toEqual(stored);
        expect(await store.lastAt(next - 1n)).toEqual(stored);
        expect(await store.eventAt(stored.position)).toEqual(stored);
        expect(await eventsAfter(store, stored.position - 1n)).toEqual(all.slice(index));
        expect(await eventsAfter(store, next - 1n)).toEqual(all.slice(index + 1));
      }
      expect(await store.lastAt(all.at(-1)!.position + 1_000_000_000n)).toEqual(all.at(-1));
      expect(await store.lastAt(START)).toBeUndefined();
      expect(await store.eventAt(START)).toBeUndefined();
      expect(await store.eventAt(all.at(-1)!.position + 1n)).toBeUndefined();
    });

    test('begins with its first event when read from the start', async () => {
      await store.append(newStream(), [event()], NO_STREAM);
      const [first] = (await store.readAll(START, 1)).events;
      expect(first!.position).toBeGreaterThan(START);
      expect(first!.stream.startsWith('$')).toBe(false);
    });
  });

  describe('a subscription', () => {
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
      const [, middle] = (await store.readAll(before, 2)).events;
      let revision = 2;
      // Two more events answer each page, so that later ones can only arrive live.
      const collected = await collect(middle!.position, 41, async () => {
        if (revision < 42) ({ revision } = await store.append(stream, events(2), revision));
      });
      expect(collected.map((stored) => stored.revision)).toEqual(Array.from({ length: 41 }, (_, n) => n + 2));
      expect(collected).toEqual(await eventsAfter(store, middle!.position));
    });

    test('shows what many writers append at once in the order of the log', async () => {
      const before = await store.head();
      const collecting = collect(before, 300);
      await Promise.all(events(300).map((each) => store.append(newStream(), [each], NO_STREAM)));
      expect(await collecting).toEqual(await eventsAfter(store, before, 1_000));
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
});
