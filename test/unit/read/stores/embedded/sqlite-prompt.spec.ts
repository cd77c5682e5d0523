// Pages that the embedded store fills by reading little: whichever way that is, they are those of the whole search.
import fc from 'fast-check';
import { join } from 'node:path';
import { records } from '../../../../../projections/crm/records';
import { collectionOf } from '../../../../../projections/projection';
import type { Filter } from '../../../../../src/read/document-store';
import { EmbeddedDocumentStore } from '../../../../../src/read/stores/embedded/document-store';
import { SqliteQueries } from '../../../../../src/read/stores/embedded/sqlite-queries';
import { FaultsSeen } from '../../../../support/faults-seen';
import { owned, ownedDocs, ownerSets, reachSorts } from '../../../../support/random/random-owners';
import { temporaryFolder } from '../../../../support/read-side';

/** So few that a handful of records goes through all of the ways. */
class Tight extends SqliteQueries {
  protected override readonly bounds = { firstWalk: 5, lastWalk: 12, gathered: 8 };
}

const limits = fc.integer({ min: 1, max: 5 });
const queries = fc.array(fc.tuple(ownerSets, reachSorts, limits, fc.boolean()), {
  minLength: 1,
  maxLength: 12,
});

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let store: EmbeddedDocumentStore;
let tight: Tight;
beforeAll(async () => {
  folder = await temporaryFolder();
  store = await EmbeddedDocumentStore.open(folder.path, new FaultsSeen());
  tight = new Tight(join(folder.path, 'read.db'));
});
afterAll(async () => {
  tight.close();
  await store.close();
  await folder.remove();
});

test('a page is the same by an index, by a bounded walk, by few entries and by all records', async () => {
  const { name: base, ...spec } = collectionOf(records);
  let made = 0;
  await fc.assert(
    fc.asyncProperty(ownedDocs, queries, async (docs, some) => {
      const name = `${base}${++made}`;
      await store.ensure({ name, ...spec });
      const writes = docs.map((doc, i) => ({ id: doc.id, stamp: BigInt(i + 1), loaded: undefined, doc }));
      await store.write(name, writes, { name, from: undefined, to: 99n });
      for (const [owners, sort, limit, total] of some)
        for (let after: string | undefined; ;) {
          const filter: Filter = { objectType: 'deals', archived: false, [owned]: { $in: owners } };
          const options = { filter, sort, limit, ...(total && { total }), ...(after && { after }) };
          const whole = tight.find(name, options);
          const { uncounted, ...page } = tight.quick(name, options) ?? { ...whole, docs: whole.docs };
          expect({ owners, sort, ...page, ...(uncounted && { total: whole.total }) }).toEqual({
            ...{ owners, sort },
            ...whole,
          });
          if ((after = whole.next) === undefined) break;
        }
      await store.drop(name);
    }),
    { numRuns: 60 },
  );
});
