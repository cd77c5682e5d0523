// Bench of what it costs to see a part of the records: lists and searches of a million deals as a super admin, and as
// somebody who sees their own only, a team's, or those of most owners.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { records, type RecordDocument } from '../../projections/crm/records';
import { collectionOf } from '../../projections/projection';
import { standardProperties } from '../../src/crm/properties/standard-properties';
import { within } from '../../src/crm/records/reach';
import { recordDocumentId, recordIdRange } from '../../src/crm/records/record.vocabulary';
import type { Search } from '../../src/crm/search/filter-groups';
import { searchFilter, searchSort } from '../../src/crm/search/search';
import { keysOf } from '../../src/crm/search/search-key.vocabulary';
import type { Reach } from '../../src/identity/reach.vocabulary';
import type { Filter } from '../../src/read/document-store';
import { cursorAfter, sortKeys } from '../../src/read/filters/cursor';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded/document-store';
import { FaultsSeen } from '../support/faults-seen';
import { fillStore, spread } from './cases/search.cases';
import type { Figure } from './run';
import { quantile } from './cases/quantile';

const spec = collectionOf(records);
const definitions = standardProperties('deals');
const ROUNDS = 200;
/** Of what takes longer than SLOW milliseconds. */
const SLOW_ROUNDS = 40;
const SLOW = 30;
const LIMIT = 100;
const LIMIT_RATIO = 2;
const FIRST_ID = 10_000_000_000;
const OWNERS = 200;
const VIEWS = [
  { owners: 20, of: `a team's 20 of ${OWNERS} owners` },
  { owners: 1, of: `one's own, of ${OWNERS} owners` },
  { owners: 150, of: `most, 150 of ${OWNERS} owners` },
];
const STAGES = ['appointmentscheduled', 'qualifiedtobuy', 'presentationscheduled', 'closedwon', 'closedlost'];
const ownerAt = (n: number): string => String(1_000 + n);

function dealAt(i: number): RecordDocument {
  const at = new Date(Date.UTC(2024, 0, 1) + i * 1_000).toISOString();
  const recordId = String(FIRST_ID + i);
  const values = {
    dealname: `Deal ${spread(i, 1) % 100_000}`,
    dealstage: STAGES[spread(i, 2) % STAGES.length]!,
    hubspot_owner_id: ownerAt(spread(i, 3) % OWNERS),
    amount: String(spread(i, 4) % 100_000),
    ...{ createdate: at, hs_lastmodifieddate: at, hs_object_id: recordId },
  };
  return {
    ...{ id: recordDocumentId('deals', recordId), objectType: 'deals', recordId, values },
    numbers: { hubspot_owner_id: Number(values.hubspot_owner_id), amount: Number(values.amount) },
    ...{ forms: {}, keys: keysOf('deals', values), createdAt: at, updatedAt: at },
    ...{ archived: false, archivedAt: null, archivedBy: null, revision: 0 },
  };
}

interface Asked {
  readonly what: string;
  readonly filter: Filter;
  readonly sort?: readonly string[];
  readonly total?: true;
  readonly after?: string;
}
const searched = (what: string, search: Search): Asked => ({
  ...{ what, filter: searchFilter('deals', definitions, search), total: true },
  sort: searchSort('deals', definitions, search.sorts ?? []),
});
const equal = (propertyName: string, value: string) => ({
  filterGroups: [{ filters: [{ propertyName, operator: 'EQ' as const, value }] }],
});
const newest = [{ propertyName: 'hs_lastmodifieddate', direction: 'DESCENDING' as const }];

const listed = { objectType: 'deals', id: recordIdRange('deals'), archived: false };
const half = (n: number) => ({ id: recordDocumentId('deals', String(FIRST_ID + (n >> 1))) });

const casesOf = (n: number): readonly Asked[] => [
  { what: 'list of 100', filter: listed },
  { what: 'list of 100, from the middle on', filter: listed, after: cursorAfter(half(n), sortKeys()) },
  searched('search by name, with total', equal('dealname', 'Deal 4711')),
  searched('search by stage, newest first, with total', {
    ...equal('dealstage', 'closedwon'),
    sorts: newest,
  }),
  searched('search by amount, with total', equal('amount', '4711')),
  searched('search of all, newest first, with total', { sorts: newest }),
];

/** What both take, in turns: whatever else the machine does meets both. */
async function times(works: readonly (() => Promise<unknown>)[]) {
  const taken: number[][] = works.map(() => []);
  for (let round = 0, rounds = ROUNDS; round < rounds; round++)
    for (const [i, work] of works.entries()) {
      const started = performance.now();
      await work();
      if (taken[i]!.push(performance.now() - started) === 2 && taken[i]![1]! > SLOW) rounds = SLOW_ROUNDS;
    }
  return taken.map((all) => ({ p50Ms: quantile(all, 0.5), p99Ms: quantile(all, 0.99) }));
}

export async function run({ n = 1_000_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-bench-permissions-'));
  const store = await EmbeddedDocumentStore.open(dataDir, new FaultsSeen());
  try {
    await fillStore(store, n, dealAt, 'permissions');
    for (const { owners, of } of VIEWS)
      for (const { what, filter, ...options } of casesOf(n)) {
        const view = Array.from({ length: owners }, (_, k) => ownerAt(k));
        const reach: Reach = { deals: { view, edit: [], delete: [] } };
        const asked = [filter, within({ reach }, 'deals', 'view', filter)].map(
          (as) => () => store.find(spec.name, { filter: as, limit: LIMIT, ...options }),
        );
        const [{ total: ofAll }, { total }] = [await asked[0]!(), await asked[1]!()];
        const [peer, ours] = (await times(asked)) as [Times, Times];
        const ratios = { p50: ratio(ours.p50Ms, peer.p50Ms), p99: ratio(ours.p99Ms, peer.p99Ms) };
        emit({
          ...{ n, what: `${what}, ${of}`, ...ours },
          ...(total !== undefined && { total, ofAll }),
          peer: { name: 'the same as a super admin', ...peer },
          ...{ ratio: ratios.p99, ratioOfP50: ratios.p50, limitRatio: LIMIT_RATIO },
          isOver: ratios.p99 > LIMIT_RATIO,
        });
      }
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Times {
  readonly p50Ms: number;
  readonly p99Ms: number;
}
const ratio = (ours: number, peer: number): number => Math.round((ours / peer) * 100) / 100;
