// What every event store promises about its pages: their bytes are bounded, and a mark tells the end, whatever their
// length.
import {
  NO_STREAM,
  PAGE_BYTES,
  START,
  STREAM_PAGE_BYTES,
  type EventStore,
  type Page,
} from '../../src/eventsourcing/event-store';
import type { NewEvent } from '../../src/eventsourcing/event';
import { eventsAfter, eventsOfStream } from '../support/log';
import { event, events, idsOf, newStream, open, places, type Place } from './event-stores';

const BYTES = 400_000;
/** Events of BYTES that fill three pages. */
const MANY = Math.ceil((2.5 * PAGE_BYTES) / BYTES);

const large = (): NewEvent => ({ ...event(), data: { text: 'x'.repeat(BYTES) } });

describe.each(places)('event store: %s', (_, make) => {
  let place: Place;
  let store: EventStore;
  const stream = newStream();
  let before: bigint;
  const written: NewEvent[] = [];

  beforeAll(async () => {
    place = make();
    store = await open(place.at);
    before = await store.head();
    for (let revision = NO_STREAM; written.length < MANY;) {
      const two = [large(), large()];
      ({ revision } = await store.append(stream, two, revision));
      written.push(...two);
    }
  });
  afterAll(async () => {
    await store.close();
    place.remove();
  });

  const bounded = ({ events: page }: Page, bytes = PAGE_BYTES) => {
    expect(page.length).toBeGreaterThan(0);
    expect(page.length).toBeLessThanOrEqual(bytes / BYTES + 17);
  };

  test('large events make short pages, of the log and of a stream, with none lost or doubled', async () => {
    const first = await store.readAll(before, 2_000);
    bounded(first);
    expect(first.end).toBe(false);
    const all = await eventsAfter(store, before, 2_000);
    expect(idsOf(all.filter((each) => each.stream === stream))).toEqual(idsOf(written));

    const ofStream = await store.read(stream);
    bounded(ofStream, STREAM_PAGE_BYTES);
    expect(ofStream.end).toBe(false);
    expect(idsOf(await eventsOfStream(store, stream))).toEqual(idsOf(written));
  });

  test('a stream is read from its end, too, page by page', async () => {
    const found: string[] = [];
    for (let from: number | undefined; ;) {
      const page = await store.readBack(stream, from);
      bounded(page, STREAM_PAGE_BYTES);
      found.push(...idsOf(page.events));
      if (page.end) break;
      from = page.events.at(-1)!.revision - 1;
    }
    expect(found).toEqual(idsOf(written).reverse());
    expect(idsOf((await store.readBack(stream, 1)).events)).toEqual(idsOf(written.slice(0, 2)).reverse());
    expect(await store.readBack(newStream())).toEqual({ events: [], end: true });
  });

  test('a subscription gives them in short pages, too', async () => {
    const enough = new AbortController();
    const seen: string[] = [];
    for await (const page of store.subscribe(before, enough.signal)) {
      bounded({ events: page, end: false });
      seen.push(...idsOf(page.filter((each) => each.stream === stream)));
      if (seen.length >= written.length) enough.abort();
    }
    expect(seen).toEqual(idsOf(written));
  });

  test('the end is told by the page that reaches it, and by none before', async () => {
    const own = newStream();
    const { position } = await store.append(own, events(40), NO_STREAM);
    const from = (await store.read(own)).events[0]!.position - 1n;
    expect(await store.readAll(from, 39)).toMatchObject({ end: false });
    // Events that others append meanwhile come after these.
    const more = await store.readAll(from, 1_000);
    expect(more.events.some((each) => each.position === position)).toBe(true);
    expect(await store.readAll(await store.head(), 10)).toEqual({ events: [], end: true });
    for (const count of [0, 1, 15, 16, 17, 39, 40]) {
      const page = await store.read(own, 40 - count);
      expect(page.events).toHaveLength(count);
      expect(page.end).toBe(true);
    }
    expect(await store.read(newStream())).toEqual({ events: [], end: true });
  });

  test('the start is read in pages of one', async () => {
    const [first, second] = (await store.readAll(START, 2)).events;
    expect((await store.readAll(START, 1)).events).toEqual([first]);
    expect((await store.readAll(first!.position, 1)).events).toEqual([second]);
  });
});
