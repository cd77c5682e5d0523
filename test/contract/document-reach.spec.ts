// What both document stores find for somebody who may see the records of some owners only: by the indexes of the
// records, and no other than a test of every record finds.
import fc from 'fast-check';
import { records } from '../../projections/crm/records';
import { collectionOf } from '../../projections/projection';
import { ownersFor, reaches, within } from '../../src/crm/records/reach';
import { recordIdRange } from '../../src/crm/records/record.vocabulary';
import type { Filter, FindOptions } from '../../src/read/document-store';
import { comparePositions, positionOf, sortKeys } from '../../src/read/filters/cursor';
import { matcher } from '../../src/read/filters/matcher';
import { owned, ownedDocs, ownerSets, reachSorts, type Owned } from '../support/random/random-owners';
import { ofEachStore } from './document-stores';

const { name: _, ...spec } = collectionOf(records);

const reachOf = (view: readonly string[]) => ({ reach: { deals: { view, edit: [], delete: [] } } });

const asked = (archived: boolean, more: Filter = {}): Filter => ({
  ...{ objectType: 'deals', id: recordIdRange('deals'), archived },
  ...more,
});

/** All that somebody may see, by a look at each record. */
function naive(docs: readonly Owned[], view: readonly string[], filter: Filter, sort: readonly string[]) {
  const matches = matcher(filter);
  const keys = sortKeys(sort);
  return docs
    .filter((doc) => matches(doc) && reaches(reachOf(view), 'deals', 'view', doc.values))
    .map((doc) => ({ id: doc.id, at: positionOf(doc, keys) }))
    .sort((one, other) => comparePositions(one.at, other.at, keys))
    .map(({ id }) => id);
}

ofEachStore((world) => {
  async function paged(name: string, options: Omit<FindOptions, 'after'>) {
    const ids: string[] = [];
    const totals = new Set<number | undefined>();
    for (let after: string | undefined; ;) {
      const page = await world.store.find(name, { ...options, ...(after !== undefined && { after }) });
      ids.push(...page.docs.map(({ id }) => id));
      totals.add(page.total);
      after = page.next;
      if (after === undefined) return { ids, totals: [...totals] };
    }
  }

  test('some owners’ records are those that a look at each finds, in any order, page by page, and as many', async () => {
    const filters = fc.oneof(
      fc.constant<Filter>({}),
      fc.constantFrom('1', '2', '9').map((owner): Filter => ({ $and: [{ [owned]: { $eq: owner } }] })),
      fc.constantFrom('a', 'b').map((stage): Filter => ({ $and: [{ 'keys.b': { $eq: stage } }] })),
      fc.constant<Filter>({ 'values.hs_lastmodifieddate': { $gte: '2026-02' } }),
    );
    const query = fc.tuple(ownerSets, filters, reachSorts, fc.boolean(), fc.integer({ min: 1, max: 7 }));
    await fc.assert(
      fc.asyncProperty(
        ownedDocs,
        fc.array(query, { minLength: 1, maxLength: 10 }),
        fc.boolean(),
        async (docs, queries, total) => {
          const name = await world.filled(docs, spec);
          for (const [view, more, sort, archived, limit] of queries) {
            const filter = within(reachOf(view), 'deals', 'view', asked(archived, more));
            const found = await paged(name, { filter, sort, limit, total });
            const ids = naive(docs, view, asked(archived, more), sort);
            const told = total ? ids.length : undefined;
            expect({ view, more, sort, ...found }).toEqual({ view, more, sort, ids, totals: [told] });
            expect(await world.store.count(name, filter)).toBe(ids.length);
          }
          await world.store.drop(name);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('nobody’s records are none, whosever are searched for', async () => {
    expect(ownersFor({ reach: {} }, 'deals', 'view')).toEqual([]);
    const docs = fc.sample(ownedDocs, { numRuns: 1, seed: 7 })[0]!;
    const name = await world.filled(docs, spec);
    for (const more of [{}, { $and: [{ [owned]: '1' }] }]) {
      const filter = within({ reach: {} }, 'deals', 'view', asked(false, more));
      expect(await world.store.find(name, { filter, limit: 9, total: true })).toEqual({ docs: [], total: 0 });
    }
  });

  test('records far behind many others are found as well, of few owners and of many', async () => {
    const docs = Array.from({ length: 9_000 }, (_, i) => {
      const owner = i < 300 ? '7' : i < 6_000 ? '8' : String(100 + (i % 90));
      const at = new Date(Date.UTC(2026, 0, 1) + Math.floor(i / 3) * 1_000).toISOString();
      return {
        ...{
          id: `deals/${String(i).padStart(16, '0')}`,
          objectType: 'deals',
          archived: false,
          archivedAt: null,
        },
        ...{ values: { hs_lastmodifieddate: at, createdate: at, hubspot_owner_id: owner }, keys: {} },
      } satisfies Owned;
    });
    const name = await world.filled(docs, spec);
    const some = Array.from({ length: 60 }, (_, i) => String(100 + i));
    for (const view of [['7'], ['8'], ['7', '100'], some, [...some, '7']])
      for (const sort of [[], ['-id'], ['-values.hs_lastmodifieddate'], ['values.createdate']]) {
        const filter = within(reachOf(view), 'deals', 'view', asked(false));
        const found = await paged(name, { filter, sort, limit: 1_500, total: true });
        const ids = naive(docs, view, asked(false), sort);
        expect(found).toEqual({ ids, totals: [ids.length] });
      }
  });
});
