// How the thread of an export reads: the entries that a filter finds, and their events, however few or many are wanted.
import fc from 'fast-check';
import { Query } from 'mingo';
import { audit, type AuditEntry } from '../../../../projections/audit/audit';
import { collectionOf } from '../../../../projections/projection';
import { EntryPages } from '../../../../src/audit/exports/files/entry-pages';
import { EventsAlong, parsedEvents, rawEvents } from '../../../../src/audit/exports/files/events-along';
import type { RawEvent, StoredEvent } from '../../../../src/eventsourcing/event';
import type { Filter } from '../../../../src/read/document-store';
import { padded } from '../../../../src/read/time-index.vocabulary';
import { event, openStores, type Stores } from '../../../support/read-side';

let stores: Stores;
beforeAll(async () => void (stores = await openStores()));
afterAll(() => stores.close());

const collection = collectionOf(audit);

test('all that a filter finds up to a position is read, once and in order, few or many', async () => {
  await stores.documents.ensure(collection);
  const count = 3_000;
  // Long stretches of one category, then many of the other, then both by turns.
  const categoryOf = (n: number) => (n < 1_200 ? 'LOGIN' : n < 2_400 || n % 2 === 0 ? 'PROPERTY' : 'LOGIN');
  const writes = Array.from({ length: count }, (_, n) => {
    const doc = {
      ...{ id: padded(BigInt(n)), position: String(n), category: categoryOf(n), nonUser: n % 7 === 0 },
    };
    return { id: doc.id, stamp: BigInt(n), loaded: undefined, doc };
  });
  const checkpoint = { name: 'spec', from: undefined, to: BigInt(count) };
  await stores.documents.write(collection.name, writes, checkpoint);
  const filters: Filter[] = [
    ...[{}, { category: 'LOGIN' }, { category: 'PROPERTY', nonUser: false }, { category: 'NONE' }],
    { $or: [{ category: 'LOGIN', nonUser: true }, { position: '2401' }], $and: [{ category: 'LOGIN' }] },
    ...[{ id: { $in: [] } }, { id: { $in: [padded(7n), padded(1_500n)] } }],
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...filters),
      fc.integer({ min: -1, max: count + 10 }),
      async (filter, last) => {
        const found: string[] = [];
        const pages = new EntryPages(stores.documents, collection.name, filter, BigInt(last));
        let upTo = -1n;
        for await (const page of pages.all()) {
          found.push(...page.entries.map(({ position }: AuditEntry) => position));
          expect(page.upTo >= upTo).toBe(true);
          upTo = page.upTo;
        }
        const asked = new Query(filter);
        const isWanted = ({ doc }: (typeof writes)[number]) =>
          Number(doc.position) <= last && asked.test(doc);
        expect(found).toEqual(writes.filter(isWanted).map(({ doc }) => doc.position));
      },
    ),
    { numRuns: 40 },
  );
});

test('events are found by their positions, whichever are asked for', async () => {
  const first = (await stores.log.head()) + 1n;
  const count = 2_000;
  await stores.log.append(
    'contact-1',
    Array.from({ length: count }, (_, n) => event('record.archived.v1', { n })),
    -1,
  );
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 0, max: count - 1 }), { maxLength: 400 }),
      fc.boolean(),
      fc.boolean(),
      async (some, all, raw) => {
        const wanted = all ? Array.from({ length: count }, (_, n) => n) : some.sort((a, b) => a - b);
        const positions = wanted.map((n) => first + BigInt(n));
        const along = new EventsAlong<StoredEvent | RawEvent>((raw ? rawEvents : parsedEvents)(stores.log));
        const found: unknown[] = [];
        for (const [i, position] of positions.entries()) {
          let one = along.at(position);
          if (!one) {
            await along.read(positions.slice(i));
            one = along.at(position);
          }
          found.push((JSON.parse(raw ? String(one?.data) : JSON.stringify(one?.data)) as { n: number }).n);
        }
        expect(found).toEqual(wanted);
      },
    ),
    { numRuns: 20 },
  );
});
