// Histories of values: each is what the events of its record say, and all of one request look back only so far.
import { randomUUID } from 'node:crypto';
import { HistoryBudget, historyOf } from '../../../../src/crm/records/record-history';
import { changeValues, createRecord, record } from '../../../../src/crm/records/record.decider';
import { Codec } from '../../../../src/eventsourcing/codec';
import { EmbeddedEventStore } from '../../../../src/eventsourcing/stores/embedded/event-store';
import { Streams } from '../../../../src/eventsourcing/streams';
import { folder } from '../../../contract/event-stores';
import { meta } from '../../../support/spec';

const place = folder();
let store: EmbeddedEventStore;
let streams: Streams;

beforeAll(async () => {
  store = await EmbeddedEventStore.open(place.at);
  streams = new Streams(store, new Codec());
});
afterAll(async () => {
  await store.close();
  place.remove();
});

const timeOf = (n: number): string => new Date(Date.UTC(2024, 0, 1) + n * 1_000).toISOString();

/** A contact whose city has had these values, one a second; its first name is `Ada` from the beginning. */
async function contact(cities: readonly string[]): Promise<{ objectType: string; recordId: string }> {
  const of = { objectType: 'contacts', recordId: String(Math.floor(Math.random() * 1e15)) };
  const stream = `contact-${of.recordId}`;
  for (const [n, city] of cities.entries()) {
    const at = timeOf(n);
    const own = { ...meta, at, commandId: randomUUID() };
    await streams.change(
      record,
      stream,
      (state, revision) =>
        n === 0
          ? createRecord(state, { ...of, values: { firstname: 'Ada', city }, at })
          : changeValues(state, revision, { values: { city }, at }),
      own,
    );
  }
  return of;
}

const values = (history: Awaited<ReturnType<typeof historyOf>>, name: string) =>
  history.values[name]!.map(({ value }) => value);

test('every value is told, the newest first, of the names asked for', async () => {
  const cities = Array.from({ length: 20 }, (_, n) => `city ${n}`);
  const told = await historyOf(streams, await contact(cities), ['city', 'phone'], new HistoryBudget(1));
  expect(values(told, 'city')).toEqual(cities.reverse());
  expect(told.values.phone).toEqual([]);
  expect(Object.keys(told.values)).toEqual(['city', 'phone']);
  expect(told.since).toBeUndefined();
});

test('where a record comes from is told once, and who changed it when that was somebody else', async () => {
  const of = await contact([]);
  for (const [n, id] of ['11', '11', '12', '12', '11'].entries()) {
    const own = { ...meta, actor: { type: 'user' as const, id, userId: id }, commandId: randomUUID() };
    const [at, city] = [timeOf(n), String(n)];
    await streams.change(
      record,
      `contact-${of.recordId}`,
      (state, revision) =>
        n === 0
          ? createRecord(state, { ...of, values: { city }, at })
          : changeValues(state, revision, { values: { city }, at }),
      { ...own, at },
    );
  }
  const names = ['hs_object_source', 'hs_updated_by_user_id'];
  const told = await historyOf(streams, of, names, new HistoryBudget(1));
  expect(values(told, 'hs_object_source')).toEqual(['API']);
  expect(told.values.hs_updated_by_user_id!.map(({ value, timestamp }) => [value, timestamp])).toEqual([
    ...[
      ['11', timeOf(4)],
      ['12', timeOf(2)],
      ['11', timeOf(0)],
    ],
  ]);
});

test('what takes too much is told from a time on', async () => {
  const cities = Array.from({ length: 100 }, (_, n) => `${n} `.padEnd(65_000, 'x'));
  const of = await contact(cities);
  const told = await historyOf(streams, of, ['city', 'firstname'], new HistoryBudget(1));
  const count = told.values.city!.length;
  expect(count).toBeGreaterThan(50);
  expect(count).toBeLessThan(100);
  expect(values(told, 'city')).toEqual(cities.slice(-count).reverse());
  expect(told.since).toBe(timeOf(100 - count));
  expect(told.values.firstname).toEqual([]);
});

test('many share what one may take, and what one leaves the others have', async () => {
  const long = await contact(Array.from({ length: 100 }, (_, n) => `${n} `.padEnd(65_000, 'x')));
  const short = await contact(['a', 'b']);
  const alone = (await historyOf(streams, long, ['city'], new HistoryBudget(1))).values.city!.length;
  const shared = new HistoryBudget(4);
  const counts: number[] = [];
  for (const one of [long, short, short, long])
    counts.push((await historyOf(streams, one, ['city'], shared)).values.city!.length);
  expect(counts.slice(1, 3)).toEqual([2, 2]);
  expect(counts[0]! + counts[3]!).toBeLessThanOrEqual(alone + 2);
  expect(counts[3]!).toBeGreaterThan(2 * counts[0]!);
});
