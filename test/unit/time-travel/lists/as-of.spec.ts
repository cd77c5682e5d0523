// Lists, searches and counts as of a position agree with a fold of the whole log up to there, whatever is written
// meanwhile.
import fc from 'fast-check';
import { properties } from '../../../../projections/crm/properties';
import { records } from '../../../../projections/crm/records';
import { schemas } from '../../../../projections/crm/schemas';
import { parseConfig } from '../../../../src/config';
import { Definitions } from '../../../../src/crm/properties/definitions';
import { SEES_ALL } from '../../../../src/crm/properties/values/sensitivity';
import type { RecordView } from '../../../../src/crm/records/record.view';
import { ObjectTypes } from '../../../../src/crm/schemas/object-types-known';
import { AssociationTypes } from '../../../../src/crm/associations/types/association-types';
import { AssociatedFilters } from '../../../../src/crm/search/associated/associated-filters';
import { AssociatedThen } from '../../../../src/crm/search/associated/associated-then';
import type { FilterGroup, SearchSort } from '../../../../src/crm/search/filter-groups';
import { Codec } from '../../../../src/eventsourcing/codec';
import { TimeIndex } from '../../../../src/read/time-index';
import {
  GetRecordAsOf,
  GetRecordAsOfHandler,
  ListRecordsAsOf,
  ListRecordsAsOfHandler,
  SearchRecordsAsOf,
  SearchRecordsAsOfHandler,
  type FoundThen,
} from '../../../../src/time-travel/lists/as-of.queries';
import { DefinitionsThen } from '../../../../src/time-travel/lists/definitions-then';
import { Thens } from '../../../../src/time-travel/lists/thens';
import { FaultsSeen } from '../../../support/faults-seen';
import { naiveFold } from '../../../support/random/naive-fold';
import { History, steps, type Step } from '../../../support/random/random-history';
import { openStores, ReadSide, type Stores } from '../../../support/read-side';

const wanted = { viewer: SEES_ALL, properties: ['phone', 'createdate'] };

async function world() {
  const stores = await openStores();
  const side = await new ReadSide(stores.log, stores.documents, [records, properties, schemas]).start();
  const { models, streams } = side;
  const definitions = new Definitions(stores.documents, models, streams);
  const parts = [
    streams,
    models,
    new TimeIndex(stores.log, models),
    new DefinitionsThen(models, streams, definitions),
  ] as const;
  const config = parseConfig({ DATA_DIR: stores.path });
  const thens = new Thens(stores.log, new Codec(), stores.documents, models, new FaultsSeen(), config);
  const types = new ObjectTypes(stores.documents, models, () => stores.log.head());
  const associated = new AssociatedFilters(types, new AssociationTypes(streams), models, streams);
  return {
    ...{ stores, side, thens, history: new History(stores.log) },
    lists: new ListRecordsAsOfHandler(...parts, thens),
    searches: new SearchRecordsAsOfHandler(
      ...parts,
      thens,
      types,
      new AssociatedThen(associated, models, streams),
    ),
    one: new GetRecordAsOfHandler(parts[0], parts[2], parts[3]),
    close: async () => {
      await thens.onApplicationShutdown();
      await side.stop();
      await stores.close();
    },
  };
}

/** All pages, with something written between them. */
async function all(
  find: (after?: string) => Promise<FoundThen>,
  meanwhile: () => Promise<void>,
): Promise<{ views: RecordView[]; totals: Set<number> }> {
  const [views, totals]: [RecordView[], Set<number>] = [[], new Set()];
  for (let after: string | undefined; ;) {
    const { docs, next, total } = await find(after);
    views.push(...docs);
    totals.add(total);
    if (next === undefined) return { views, totals };
    after = next;
    await meanwhile();
  }
}

type Naive = { id: string; values: Map<string, string>; archived: boolean };

/** The records of a type then that are not erased now, nor wait for it. */
async function naive({ log }: Stores, position: bigint, objectType: string): Promise<Naive[]> {
  const [then, now] = [await naiveFold(log, position), await naiveFold(log, await log.head())];
  const waits = (id: string) =>
    now.waiting.has(`${objectType}/${id}`) && !now.records.get(objectType)?.has(id);
  return [...(then.records.get(objectType) ?? [])]
    .filter(([id]) => !waits(id))
    .map(([id, record]) => ({ id, ...record }))
    .sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
}

const searchesOf = (given: string): [FilterGroup[], (values: Map<string, string>) => boolean][] => [
  [[], () => true],
  [[{ filters: [{ propertyName: 'phone', operator: 'HAS_PROPERTY' }] }], (values) => values.has('phone')],
  [
    [{ filters: [{ propertyName: 'phone', operator: 'NOT_HAS_PROPERTY' }] }],
    (values) => !values.has('phone'),
  ],
  [
    [{ filters: [{ propertyName: 'createdate', operator: 'GT', value: given }] }],
    (values) => (values.get('createdate') ?? '') > given,
  ],
];

const share = fc.double({ min: 0, max: 1, noNaN: true });

test('lists, searches, counts and single records as of a position are those of a fold up to there', () =>
  fc.assert(
    fc.asyncProperty(
      steps(60, 3, 30),
      steps(40, 3, 10),
      steps(30, 3, 12),
      fc.tuple(share, share),
      async (before, after, during, [place, time]) => {
        const { stores, side, history, lists, searches, one, close } = await world();
        try {
          for (const step of before) await history.take(step);
          const head = await stores.log.head();
          const position = BigInt(Math.max(0, Math.floor(Number(head) * place)));
          for (const step of after) await history.take(step);
          const left: Step[] = [...during];
          const meanwhile = async () => {
            for (const step of left.splice(0, 1)) await history.take(step);
          };
          const asOf = String(position);
          const given = new Date(Date.UTC(2026, 0, 1) + time * 60_000).toISOString();
          for (const objectType of ['contacts', 'companies']) {
            for (const archived of [false, true]) {
              const list = (cursor?: string) => {
                const paging = { limit: 2, archived, ...(cursor !== undefined && { after: cursor }) };
                // The cursor keeps the position.
                const first = cursor === undefined ? asOf : undefined;
                return lists.execute(new ListRecordsAsOf(objectType, first, paging, wanted, {}));
              };
              const { views } = await all(list, meanwhile);
              const erased = new Set((await naive(stores, position, objectType)).map(({ id }) => id));
              const expected = (await naive(stores, position, objectType)).filter(
                (record) => record.archived === archived,
              );
              // What has been erased while the pages were read may have been on a page before.
              const shown = views.filter(({ id }) => erased.has(id));
              expect(shown.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
              expect(shown.map(({ properties: values }) => values['phone'] ?? null)).toEqual(
                expected.map(({ values }) => values.get('phone') ?? null),
              );
            }
            for (const [filterGroups, matches] of searchesOf(given)) {
              const sorts: SearchSort[] = [{ propertyName: 'createdate', direction: 'DESCENDING' }];
              const search = (cursor?: string) => {
                const asked = {
                  filterGroups,
                  sorts,
                  limit: 2,
                  ...(cursor !== undefined && { after: cursor }),
                };
                return searches.execute(new SearchRecordsAsOf(objectType, asOf, asked, wanted, {}));
              };
              const { views, totals } = await all(search, async () => undefined);
              const expected = (await naive(stores, position, objectType))
                .filter(({ archived, values }) => !archived && matches(values))
                .sort((a, b) => (a.values.get('createdate')! < b.values.get('createdate')! ? 1 : -1));
              expect(views.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
              expect([...totals]).toEqual([expected.length]);
            }
            for (const { id, archived, values } of await naive(stores, position, objectType)) {
              const view = await one.execute(new GetRecordAsOf(objectType, id, asOf, wanted, archived));
              expect(view?.properties['phone'] ?? null).toBe(values.get('phone') ?? null);
            }
          }
          await side.settled(records);
        } finally {
          await close();
        }
      },
    ),
    { numRuns: 10, endOnFailure: true },
  ));

test('too much since then is refused, and so are cursors of other lists', async () => {
  const { stores, thens, history, lists, close } = await world();
  try {
    for (const step of fc.sample(steps(20, 0, 20), { numRuns: 3, seed: 1 }).flat()) await history.take(step);
    const list = (asOf: string | undefined, after?: string) =>
      lists.execute(
        new ListRecordsAsOf(
          ...(['contacts', asOf, { limit: 1, archived: false, ...(after && { after }) }] as const),
          ...([wanted, {}] as const),
        ),
      );
    await expect(list('0', 'abc')).rejects.toMatchObject({ code: 'cursor-invalid' });
    await expect(list(undefined, '999999~abc')).rejects.toMatchObject({ code: 'cursor-invalid' });
    await expect(list('0')).resolves.toMatchObject({ position: '0' });
    const { limits } = thens;
    thens.limits = { ...limits, changes: 5 };
    await expect(list('1')).rejects.toMatchObject({ code: 'as-of-too-far' });
    thens.limits = { ...limits, ids: 100 };
    await expect(list('2')).rejects.toMatchObject({ code: 'as-of-too-far' });
    await expect(list(String(await stores.log.head()))).resolves.toBeDefined();
  } finally {
    await close();
  }
});
