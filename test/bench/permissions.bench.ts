// Bench of what it costs to see a part of the records: lists and searches of a million deals as a super admin, and as
// somebody who sees a team's only, whose owner is indexed.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { records, type RecordDocument } from '../../projections/crm/records';
import { collectionOf } from '../../projections/projection';
import { standardProperties } from '../../src/crm/properties/standard-properties';
import { within } from '../../src/crm/records/reach';
import { recordDocumentId } from '../../src/crm/records/record.vocabulary';
import type { Search } from '../../src/crm/search/filter-groups';
import { searchFilter, searchSort } from '../../src/crm/search/search';
import { keysOf } from '../../src/crm/search/search-key.vocabulary';
import type { Reach } from '../../src/identity/reach.vocabulary';
import type { Filter } from '../../src/read/document-store';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded/document-store';
import { FaultsSeen } from '../support/faults-seen';
import { fillStore, spread } from './cases/search.cases';
import type { Figure } from './run';

const spec = collectionOf(records);
const definitions = standardProperties('deals');
const ROUNDS = 40;
const LIMIT = 100;
const LIMIT_RATIO = 2;
const FIRST_ID = 10_000_000_000;
const OWNERS = 200;
const TEAM = 20;
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
    ...{ keys: keysOf('deals', values), createdAt: at, updatedAt: at },
    ...{ archived: false, archivedAt: null, archivedBy: null, revision: 0 },
  };
}

interface Asked {
  readonly what: string;
  readonly filter: Filter;
  readonly sort?: readonly string[];
  readonly total?: true;
}
const searched = (what: string, search: Search): Asked => ({
  ...{ what, filter: searchFilter('deals', definitions, search), total: true },
  sort: searchSort('deals', definitions, search.sorts ?? []),
});
const equal = (propertyName: string, value: string) => ({
  filterGroups: [{ filters: [{ propertyName, operator: 'EQ' as const, value }] }],
});
const newest = [{ propertyName: 'hs_lastmodifieddate', direction: 'DESCENDING' as const }];

const cases: readonly Asked[] = [
  { what: 'list of 100', filter: { id: { $gte: 'deals/', $lt: 'deals0' }, archived: false } },
  searched('search by name, with total', equal('dealname', 'Deal 4711')),
  searched('search by stage, newest first, with total', {
    ...equal('dealstage', 'closedwon'),
    sorts: newest,
  }),
  searched('search by amount, with total', equal('amount', '4711')),
  searched('search of all, newest first, with total', { sorts: newest }),
];

async function times(work: () => Promise<unknown>): Promise<{ p50Ms: number; p99Ms: number }> {
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await work();
    taken.push(performance.now() - started);
  }
  taken.sort((a, b) => a - b);
  const at = (q: number) => Math.round(taken[Math.min(ROUNDS - 1, Math.floor(ROUNDS * q))]! * 100) / 100;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

export async function run({ n = 1_000_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-bench-permissions-'));
  const store = await EmbeddedDocumentStore.open(dataDir, new FaultsSeen());
  const team = Array.from({ length: TEAM }, (_, k) => ownerAt(k));
  const reach: Reach = { deals: { view: team, edit: [], delete: [] } };
  try {
    await fillStore(store, n, dealAt, 'permissions');
    for (const { what, filter, ...options } of cases) {
      const ask = (as: Filter) => store.find(spec.name, { filter: as, limit: LIMIT, ...options });
      const askMine = () => ask(within({ reach }, 'deals', 'view', filter));
      const [{ total: all }, { total }] = [await ask(filter), await askMine()];
      const peer = await times(() => ask(filter));
      const ours = await times(askMine);
      const ratio = Math.round((ours.p99Ms / peer.p99Ms) * 100) / 100;
      emit({
        ...{ n, what: `${what}, a team's ${TEAM} of ${OWNERS} owners`, ...ours },
        ...(total !== undefined && { total, ofAll: all }),
        peer: { name: 'the same as a super admin', ...peer },
        ...{ ratio, limitRatio: LIMIT_RATIO, isOver: ratio > LIMIT_RATIO },
      });
    }
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
