// Records at two positions: those that events have touched since, told as a look at all records then and now tells them.
import { join } from 'node:path';
import fc from 'fast-check';
import { records } from '../../../projections/crm/records';
import { Codec } from '../../../src/eventsourcing/codec';
import { recordsAt } from '../../../src/point-in-time/records-at';
import { recordsAtBoth } from '../../../src/point-in-time/changes/records-at-both';
import { sideBySide, type Pair } from '../../../src/point-in-time/changes/side-by-side';
import { openStores, ReadSide, type Stores } from '../../support/read-side';
import { History, steps } from '../../support/random/random-history';

const types = ['contacts', 'companies', 'deals'];
/** Pairs in all runs, by how they differ; `left`: those that were not looked at. */
const seen = { changed: 0, gone: 0, made: 0, left: 0 };
afterAll(() => expect(Object.values(seen)).not.toContain(0));

async function collected(pages: AsyncIterable<readonly Pair[]>): Promise<Map<string, Pair>> {
  const pairs = new Map<string, Pair>();
  for await (const page of pages)
    for (const pair of page) {
      const { objectType, recordId } = (pair.then ?? pair.now)!;
      expect(pairs.has(`${objectType}/${recordId}`)).toBe(false);
      pairs.set(`${objectType}/${recordId}`, pair);
    }
  return pairs;
}

const shown = (pair: Pair) =>
  [pair.then, pair.now].map((one) => one && [one.values, one.archived, one.revision]);

async function readBoth(stores: Stores, side: ReadSide, then: bigint, now: bigint) {
  const read = {
    ...{ eventStore: stores.log, documents: stores.documents, codec: new Codec(), objectTypes: types },
    collection: await side.models.collection(records),
    checkpoint: await side.models.checkpoint(records),
    scratchDir: join(stores.path, 'scratch'),
    signal: AbortSignal.timeout(60_000),
  };
  const erased = { both: [] as string[], full: [] as string[] };
  let most = 0;
  const both = await collected(
    recordsAtBoth({
      ...{ ...read, then, now, onCounted: (count) => (most = count) },
      onErased: (type, id) => erased.both.push(`${type}/${id}`),
    }),
  );
  const full = await collected(
    sideBySide(
      recordsAt({
        ...read,
        position: then,
        onErased: (type, id) => erased.full.push(`${type}/${id}`),
      }),
      recordsAt({ ...read, position: now }),
    ),
  );
  return { both, full, erased, most };
}

test('all records that differ are told, as they were at both, and none that no event has touched', () =>
  fc.assert(
    fc.asyncProperty(
      fc.oneof(steps(60, 4, 40), steps(60, 0, 40)),
      fc.oneof(steps(30, 20, 10), steps(30, 0, 10)),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (before, after, one, other) => {
        const stores = await openStores();
        const side = await new ReadSide(stores.log, stores.documents, [records]).start();
        try {
          const history = new History(stores.log);
          for (const step of before) await history.take(step);
          const middle = Number(await stores.log.head());
          for (const step of after) await history.take(step);
          const head = Number(await stores.log.head());
          if (middle < 0) return;
          // Late enough for records to be there that nothing touches any more.
          const then = Math.floor(middle * (0.5 + one / 2));
          const [first, second] = [BigInt(then), BigInt(then + Math.floor((head - then) * other))];
          await side.settled(records);
          const { both, full, erased, most } = await readBoth(stores, side, first, second);
          expect([...both.keys()].length).toBeLessThanOrEqual(most);
          for (const [id, pair] of both) expect([id, shown(pair)]).toEqual([id, shown(full.get(id)!)]);
          for (const [id, pair] of full) {
            const [was, is] = shown(pair);
            if (JSON.stringify(was) === JSON.stringify(is)) continue;
            seen[!was ? 'made' : !is ? 'gone' : 'changed']++;
            expect(both.has(id)).toBe(true);
          }
          // In the order of the records.
          expect([...both.keys()]).toEqual([...full.keys()].filter((id) => both.has(id)));
          seen.left += full.size - both.size;
          expect(erased.both.sort()).toEqual(erased.full.sort());
        } finally {
          await side.stop();
          await stores.close();
        }
      },
    ),
    { numRuns: 30, seed: 20260101 },
  ));
