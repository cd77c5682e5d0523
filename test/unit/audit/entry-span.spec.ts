// Which entries of the log a query may meet: whole up to a position, and no further than the time asked for.
import { audit } from '../../../projections/audit/audit';
import { auditHours } from '../../../projections/audit/audit-hours';
import { collectionOf } from '../../../projections/projection';
import { entryQuery } from '../../../src/audit/entry-filter';
import { EntrySpans } from '../../../src/audit/entry-span';
import { eventsAfter } from '../../support/log';
import { event, openStores, ReadSide, type Stores } from '../../support/read-side';
import { meta } from '../../support/spec';
import { samples } from './audit-samples';

const HOUR_MS = 3_600_000;
const START = Date.parse('2024-05-01T00:00:00.000Z');
const hours = (n: number) => new Date(START + n * HOUR_MS).toISOString();
const padded = (position: number) => String(position).padStart(20, '0');

let stores: Stores;
let side: ReadSide;
let spans: EntrySpans;
let positions: string[];
const idsOf = (query: Record<string, string>) =>
  spans.idsOf(entryQuery.parse({ sort: '-position', ...query }), {});

/** Done at these hours, in this order of the log. */
beforeAll(async () => {
  stores = await openStores();
  side = await new ReadSide(stores.log, stores.documents, [audit, auditHours]).start();
  spans = new EntrySpans(side.models);
  for (const [n, hour] of [0, 1, 5, 2, 3].entries())
    await stores.log.append(
      'apikey-1',
      [{ ...event('apikey.revoked.v1', samples['apikey.revoked.v1']), meta: { ...meta, at: hours(hour) } }],
      n - 1,
    );
  await side.settled(audit);
  await side.settled(auditHours);
  positions = (await eventsAfter(stores.log)).map(({ position }) => padded(Number(position)));
});
afterAll(async () => {
  await side.stop();
  await stores.close();
});

test('without a time, all that is whole', async () =>
  expect(await idsOf({})).toEqual({ $lte: positions[4] }));

test('by time, all that is whole: the time itself says where', async () =>
  expect(await idsOf({ from: hours(3), sort: '-occurredAt' })).toEqual({ $lte: positions[4] }));

test.each([
  ['from a time on', { from: hours(3) }, { first: 2, last: 4 }],
  ['up to a time', { to: hours(1.5) }, { last: 1 }],
  ['up to a time that clocks have passed and gone back to', { to: hours(2) }, { last: 3 }],
  ['between two', { from: hours(1), to: hours(2.5) }, { first: 1, last: 3 }],
  [
    'of all times',
    { from: '0000-01-01T00:00:00+12:00', to: '9999-12-31T23:59:59-12:00' },
    { first: 0, last: 4 },
  ],
])(
  '%s, from the first to the last done then',
  async (_, query, { first, last }: { first?: number; last: number }) =>
    expect(await idsOf(query)).toEqual({
      ...(first !== undefined && { $gte: positions[first] }),
      $lte: positions[last],
    }),
);

test.each([{ from: hours(6) }, { to: '2024-04-30T22:00:00Z' }])(
  'none where nothing was done: %j',
  async (query) => {
    const found = await side.models.find(audit, { filter: { id: await idsOf(query) }, limit: 10 });
    expect(found.docs).toEqual([]);
  },
);

test('after an entry, within the span', async () => {
  const [, second, third, , last] = positions as [string, string, string, string, string];
  const from = hours(3);
  expect(await idsOf({ after: second, sort: 'position' })).toEqual({ $gt: second, $lte: last });
  expect(await idsOf({ after: second, sort: '-position' })).toEqual({ $lt: second });
  expect(await idsOf({ after: second, sort: 'position', from })).toEqual({ $gte: third, $lte: last });
  expect(await idsOf({ after: '99', sort: '-position', from })).toEqual({ $gte: third, $lte: last });
});

test('an entry that is there before those that precede it is not shown yet', async () => {
  const early = padded(1_000_000);
  const some = (await side.models.get(audit, positions[0]!))!;
  await stores.documents.write(
    collectionOf(audit).name,
    [{ id: early, stamp: 1_000_000n, loaded: undefined, doc: { ...some, id: early } }],
    { name: 'a batch under way', from: undefined, to: 1n },
  );
  expect(await side.models.get(audit, early)).toBeDefined();
  const found = await side.models.find(audit, { filter: { id: await idsOf({}) }, limit: 10 });
  expect(found.docs.map(({ id }) => id)).toEqual(positions);
});
