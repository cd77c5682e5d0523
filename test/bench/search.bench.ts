// Bench of searches of a million contacts, each with its total: by indexed properties and by others, beside small
// requests; against a table of typed columns with the same indexes, searched with hand-written SQL.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import Database from 'libsql';
import { collectionOf } from '../../projections/projection';
import { records } from '../../projections/crm/records';
import { searchFilter, searchSort } from '../../src/crm/search/search';
import type { Search } from '../../src/crm/search/filter-groups';
import { standardProperties } from '../../src/crm/properties/standard-properties';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded/document-store';
import { pause } from '../../src/supervision/pause';
import type { Figure } from './run';
import { cases, columns, documentAt, fillStore, idAt, valuesAt, type Case } from './cases/search.cases';
import { FaultsSeen } from '../support/faults-seen';
import { quantile } from './cases/quantile';

const BATCH = 2_000;
const LIMIT = 100;
const ROUNDS = { selective: 200, any: 12 };
/** Milliseconds between small requests while searches run. */
const PROBE_MS = 5;
const spec = collectionOf(records);
const definitions = standardProperties('contacts');

function buildPeer(file: string, n: number): { db: Database.Database; seconds: number } {
  const db = new Database(file);
  db.exec('PRAGMA page_size = 16384');
  db.prepare('PRAGMA journal_mode = WAL').all();
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec('PRAGMA cache_size = -131072');
  const started = performance.now();
  db.exec(`CREATE TABLE contacts (id PRIMARY KEY NOT NULL, ${columns.join()}) WITHOUT ROWID`);
  for (const name of ['email', 'phone', 'lastname', 'company'])
    db.exec(`CREATE INDEX by_${name} ON contacts (${name} COLLATE NOCASE)`);
  for (const name of ['createdate', 'hs_lastmodifieddate'])
    db.exec(`CREATE INDEX by_${name} ON contacts (${name})`);
  const insert = db.prepare(`INSERT INTO contacts VALUES (?${',?'.repeat(columns.length)})`);
  for (let from = 0; from < n; from += BATCH) {
    db.exec('BEGIN');
    for (let i = from; i < Math.min(from + BATCH, n); i++) {
      const values = valuesAt(i);
      insert.run([idAt(i), ...columns.map((name) => values[name] ?? null)]);
    }
    db.exec('COMMIT');
  }
  return { db, seconds: (performance.now() - started) / 1000 };
}

const ask = (store: EmbeddedDocumentStore, search: Search) =>
  store.find(spec.name, {
    filter: searchFilter('contacts', definitions, search),
    sort: searchSort('contacts', definitions, search.sorts ?? []),
    ...{ limit: LIMIT, total: true },
  });

async function times(work: (round: number) => unknown, rounds: number): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work(round);
    taken.push(performance.now() - started);
  }
  return taken;
}

/**
 * Reads by id and makes selective searches in turn until `work` is done: the 99th percentile of each, in milliseconds.
 */
async function beside<T>(store: EmbeddedDocumentStore, n: number, work: () => Promise<T>) {
  const gets: number[] = [];
  const searches: number[] = [];
  let done = false;
  const probing = (async () => {
    for (let round = 0; !done; round++) {
      const at = (round * 104_729) % n;
      gets.push(...(await times(() => store.getMany(spec.name, [idAt(at)]), 1)));
      const value = valuesAt(at)['email']!;
      const search = {
        filterGroups: [{ filters: [{ propertyName: 'email', operator: 'EQ' as const, value }] }],
      };
      searches.push(...(await times(() => ask(store, search), 1)));
      await pause(PROBE_MS);
    }
  })();
  const result = await work();
  done = true;
  await probing;
  return { result, getP99Ms: quantile(gets, 0.99), selectiveP99Ms: quantile(searches, 0.99) };
}

function askPeer(db: Database.Database, { sql }: Case, round: number, n: number) {
  const { where, order = 'id' } = sql(round, n);
  const found = db
    .prepare(`SELECT * FROM contacts WHERE ${where} ORDER BY ${order} LIMIT ${LIMIT + 1}`)
    .all();
  const [total] = db.prepare(`SELECT count(*) AS total FROM contacts WHERE ${where}`).all() as {
    total: number;
  }[];
  return { found, total: total!.total };
}

async function one(
  store: EmbeddedDocumentStore,
  db: Database.Database,
  asked: Case,
  n: number,
): Promise<Figure> {
  const rounds = asked.selective ? ROUNDS.selective : ROUNDS.any;
  const search = (round: number) => ask(store, asked.search(round, n));
  const first = await search(rounds);
  const peerTotal = askPeer(db, asked, rounds, n).total;
  if (first.total !== peerTotal)
    throw new Error(`${asked.what}: found ${first.total}, the peer ${peerTotal}`);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const ours = await times(search, rounds);
  delay.enable();
  const { getP99Ms, selectiveP99Ms } = await beside(store, n, () => times(search, Math.ceil(rounds / 2)));
  delay.disable();
  const theirs = await times((round) => askPeer(db, asked, round, n), Math.ceil(rounds / 4));
  const [p50Ms, p99Ms, peerP99] = [quantile(ours, 0.5), quantile(ours, 0.99), quantile(theirs, 0.99)];
  return {
    ...{ n, what: asked.what, p50Ms, p99Ms, total: first.total },
    limitMs: asked.selective ? 30 : 1_000,
    // Figures of the small requests that ran beside the search.
    ...{ getP99Ms, selectiveP99Ms, eventLoopMs: Math.round(delay.max / 1e6) },
    peer: { name: 'typed columns, the same indexes, SQL by hand', p99Ms: peerP99 },
    ratio: Math.round((p99Ms / peerP99) * 100) / 100,
  };
}

export async function run({ n = 1_000_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-bench-search-'));
  const store = await EmbeddedDocumentStore.open(dataDir, new FaultsSeen());
  try {
    const seconds = await fillStore(store, n, documentAt, 'search');
    const { db, seconds: peerSeconds } = buildPeer(join(dataDir, 'peer.db'), n);
    const perSecond = Math.round(n / seconds);
    const peer = { name: 'typed columns, the same indexes', perSecond: Math.round(n / peerSeconds) };
    emit({
      n,
      what: 'records written, with all that is searched',
      seconds,
      perSecond,
      peer,
      ratio: peerSeconds / seconds,
    });
    for (const asked of cases) emit(await one(store, db, asked, n));
    db.close();
  } finally {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
