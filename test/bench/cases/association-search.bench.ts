// Bench of searches by associations: contacts by their companies, small ones and one that most are associated with, and
// by whether they have any, while some companies lie in the recycle bin. Beside each, a plain search on a property.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { associations } from '../../../projections/crm/associations';
import { records, type RecordDocument } from '../../../projections/crm/records';
import { collectionOf } from '../../../projections/projection';
import { associationDocumentId } from '../../../src/crm/associations/association.vocabulary';
import { AssociationTypes } from '../../../src/crm/associations/types/association-types';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import type { Viewer } from '../../../src/crm/properties/values/sensitivity';
import { recordDocumentId } from '../../../src/crm/records/record.vocabulary';
import { ObjectTypes } from '../../../src/crm/schemas/object-types-known';
import { AssociatedFilters } from '../../../src/crm/search/associated/associated-filters';
import { MOST_LOOKED_AT } from '../../../src/crm/search/associated/associated-now';
import type { Search, SearchFilter } from '../../../src/crm/search/filter-groups';
import { searchFilter, searchSort } from '../../../src/crm/search/search';
import type { Doc, Write } from '../../../src/read/document-store';
import { openStores, ReadSide } from '../../support/read-side';
import type { Figure } from '../run';
import { quantile } from './quantile';
import { documentAt } from './search.cases';

const [BATCH, LIMIT, ROUNDS] = [2_000, 100, 30];
/** Contacts of one company; each 100th company is in the bin, and each fifth contact has none. */
const [SIZE, BINNED, FREE] = [10, 100, 5];
const usual = { category: 'HUBSPOT_DEFINED', typeId: 279, inverseTypeId: 280 } as const;
const everybody: Viewer = { scopes: 'all', superAdmin: true };
const definitions = standardProperties('contacts');

/** The company that most contacts are associated with, too. */
const BIG = '1';
const companyId = (i: number): string => String(1_000 + Math.floor(i / SIZE));
const isFree = (i: number) => i % FREE === 0;

/** The first contacts are also associated with the big company, as many as one search may look at. */
const isOfBig = (i: number) => !isFree(i) && i < MOST_LOOKED_AT;

function* documentsOf(n: number): Generator<RecordDocument> {
  for (let i = 0; i < n; i++) {
    const count = isFree(i) ? 0 : isOfBig(i) && i % 2 === 0 ? 2 : 1;
    yield { ...documentAt(i), ...(count > 0 && { linked: { 279: count } }) };
  }
  const { values, ...bare } = documentAt(0);
  for (const [recordId, k] of [[BIG, 1], ...ids(n)] as const) {
    const own = { id: recordDocumentId('companies', recordId), objectType: 'companies', recordId };
    const archived = k % BINNED === 0;
    const at = archived ? { archived, archivedAt: values['createdate']! } : {};
    yield {
      ...bare,
      ...own,
      keys: {},
      numbers: {},
      values: { name: `Company ${k}` },
      linked: { 280: SIZE },
      ...at,
    };
  }
}

const ids = (n: number) =>
  Array.from({ length: Math.ceil(n / SIZE) }, (_, k) => [companyId(k * SIZE), k + 1] as const);

function* pairsOf(n: number): Generator<Doc> {
  for (let i = 0; i < n; i++) {
    if (isFree(i)) continue;
    const contact = { objectType: 'contacts', recordId: documentAt(i).recordId };
    const own = isOfBig(i) && i % 2 === 1 ? [] : [companyId(i)];
    for (const recordId of [...own, ...(isOfBig(i) ? [BIG] : [])]) {
      const company = { objectType: 'companies', recordId };
      for (const [from, to, link] of [
        [contact, company, usual],
        [company, contact, { ...usual, typeId: 280, inverseTypeId: 279 }],
      ] as const)
        yield {
          id: associationDocumentId(from, to),
          ...{ fromType: from.objectType, fromId: from.recordId },
          ...{ toType: to.objectType, toId: to.recordId, links: [link] },
        };
    }
  }
}

const filter = (
  propertyName: string,
  operator: SearchFilter['operator'],
  more: object = {},
): SearchFilter => ({
  ...{ propertyName, operator },
  ...more,
});
const all = (...filters: SearchFilter[]): Search => ({ filterGroups: [{ filters }] });
const cities = ['Göteborg', 'Stockholm', 'Malmö', 'Uppsala', 'Lund', 'Berlin', 'Paris'];
const city = (round: number) => filter('city', 'EQ', { value: cities[round % cities.length] });
const some = (round: number, n: number) => companyId(((round * 7_919) % n) + 1);
const hundred = (round: number, n: number) => Array.from({ length: 100 }, (_, i) => some(round + i, n));

const cases: readonly { readonly what: string; readonly search: (round: number, n: number) => Search }[] = [
  {
    what: 'EQ: ten contacts of a company',
    search: (r, n) => all(filter('associations.company', 'EQ', { value: some(r, n) })),
  },
  {
    what: 'EQ and a city, sorted by lastname',
    search: (r, n) => ({
      ...all(filter('associations.company', 'EQ', { value: some(r, n) }), city(r)),
      sorts: [{ propertyName: 'lastname', direction: 'ASCENDING' }],
    }),
  },
  {
    what: 'IN 100 companies',
    search: (r, n) => all(filter('associations.company', 'IN', { values: hundred(r, n) })),
  },
  {
    what: 'EQ: the company of most contacts, and a city',
    search: (r) => all(filter('associations.company', 'EQ', { value: BIG }), city(r)),
  },
  {
    what: 'HAS_PROPERTY, and a city',
    search: (r) => all(filter('associations.company', 'HAS_PROPERTY'), city(r)),
  },
  { what: 'NOT_HAS_PROPERTY', search: () => all(filter('associations.company', 'NOT_HAS_PROPERTY')) },
];

export async function run({ n = 1_000_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const stores = await openStores();
  const side = new ReadSide(stores.log, stores.documents, [records, associations]);
  try {
    await fill(stores.documents, collectionOf(records), documentsOf(n));
    await fill(stores.documents, collectionOf(associations), pairsOf(n));
    await side.start();
    const objectTypes = new ObjectTypes(stores.documents, side.models, () => stores.log.head());
    const types = new AssociationTypes(side.streams);
    const associated = new AssociatedFilters(objectTypes, types, side.models, side.streams);
    const ask = async (search: Search) => {
      const matches = await associated.matches('contacts', search.filterGroups, everybody);
      return side.models.find(records, {
        filter: searchFilter('contacts', definitions, search, { associated: matches }),
        sort: searchSort('contacts', definitions, search.sorts ?? []),
        ...{ limit: LIMIT, total: true },
      });
    };
    const plain = await timed((round) => ask(all(city(round))));
    emit({ n, what: 'a plain search: city EQ', ...plain });
    for (const { what, search } of cases) {
      const { total } = await ask(search(ROUNDS, n));
      const taken = await timed((round) => ask(search(round, n)));
      const peer = { name: 'a plain search on a property', p99Ms: plain.p99Ms };
      emit({ n, what, ...taken, total, peer, ratio: Math.round((taken.p99Ms / plain.p99Ms) * 100) / 100 });
    }
  } finally {
    await side.stop();
    await stores.close();
  }
}

type Store = Awaited<ReturnType<typeof openStores>>['documents'];

async function fill(store: Store, spec: Parameters<Store['ensure']>[0], docs: Iterable<Doc>): Promise<void> {
  await store.ensure(spec);
  let [batch, from]: [Write[], bigint | undefined] = [[], undefined];
  const write = async () => {
    await store.write(spec.name, batch, { name: `bench ${spec.name}`, from, to: (from ?? 0n) + 1n });
    [batch, from] = [[], (from ?? 0n) + 1n];
  };
  for (const doc of docs) {
    batch.push({ id: doc.id, stamp: 1n, loaded: undefined, doc });
    if (batch.length === BATCH) await write();
  }
  await write();
  process.stderr.write(`association-search: ${spec.name} filled\n`);
}

/** Percentiles, and the longest that the event loop was held up meanwhile, in milliseconds. */
async function timed(work: (round: number) => Promise<unknown>) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await work(round);
    taken.push(performance.now() - started);
  }
  delay.disable();
  const at = (share: number) => quantile(taken, share);
  return { p50Ms: at(0.5), p99Ms: at(0.99), eventLoopMs: Math.round(delay.max / 1e6) };
}
