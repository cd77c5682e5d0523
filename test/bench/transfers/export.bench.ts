// Bench of an export of a million contacts, made in its thread as in production beside small requests; against two
// peers that write the same columns: csv-stringify over rows in memory, and the sqlite3 command over the documents.
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { stringify } from 'csv-stringify/sync';
import { collectionOf } from '../../../projections/projection';
import { records } from '../../../projections/crm/records';
import { searchFilter } from '../../../src/crm/search/search';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import { columnsOf, ID_COLUMN } from '../../../src/exports/files/export-columns';
import type { Exported, ExportTask } from '../../../src/exports/files/export.worker';
import { runInThread } from '../../../src/jobs/thread.client';
import { EmbeddedDocumentStore } from '../../../src/read/stores/embedded/document-store';
import { pause } from '../../../src/supervision/pause';
import type { Figure } from '../run';
import { columns as names, documentAt, fillContacts, idAt, valuesAt } from '../cases/search.cases';
import { quantile } from '../cases/quantile';

const IN_MEMORY = 100_000;
const CHUNK = 500;
/** Milliseconds between small requests. */
const PROBE_MS = 5;
const spec = collectionOf(records);
const definitions = standardProperties('contacts');
const properties = names.filter((name) => definitions.has(name) && name !== ID_COLUMN);
const columns = columnsOf(
  {
    ...{ properties, masked: [], filterGroups: [], sorts: [], query: null },
    ...{ labelledColumns: false, labelledValues: false },
    associated: { types: [], labels: false, all: false },
  },
  definitions,
);

type Asked = Pick<ExportTask, 'filter' | 'sort'>;

const all: Asked = { filter: undefined, sort: [] };
const sorted: Asked = {
  filter: searchFilter('contacts', definitions, {
    filterGroups: [{ filters: [{ propertyName: 'email', operator: 'HAS_PROPERTY' }] }],
  }),
  sort: [{ property: 'lastname', numeric: false, down: false }],
};

/** Reads records by id in this process, one every few milliseconds, until it is stopped: how long each read takes. */
function probe(store: EmbeddedDocumentStore, n: number) {
  const taken: number[] = [];
  let stopped = false;
  const probing = (async () => {
    for (let round = 0; !stopped; round++) {
      const started = performance.now();
      await store.getMany(spec.name, [idAt((round * 104_729) % n)]);
      taken.push(performance.now() - started);
      await pause(PROBE_MS);
    }
  })();
  return async () => {
    stopped = true;
    await probing;
    return quantile(taken, 0.99);
  };
}

async function exported(dataDir: string, n: number, asked: Asked) {
  const log = await EmbeddedEventStore.openReadOnly(dataDir);
  const position = await log.head();
  await log.close();
  const input: ExportTask = {
    stores: { DATA_DIR: dataDir, EVENTSTORE_URL: undefined, MONGODB_URL: undefined },
    ...{ filesDir: join(dataDir, 'files'), scratchDir: dataDir, file: 'exports/bench.csv' },
    ...{ collection: spec.name, checkpoint: position, position, objectType: 'contacts', columns },
    ...asked,
  };
  const store = await EmbeddedDocumentStore.openReadOnly(dataDir);
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const probed = probe(store, n);
  const started = performance.now();
  const module = require.resolve('../../../src/exports/files/export.worker');
  const { signal } = new AbortController();
  const made = await runInThread<Exported, ExportTask>({ module, name: 'makeExport', input, signal });
  const seconds = (performance.now() - started) / 1_000;
  const p99Ms = await probed();
  clearInterval(watch);
  await store.close();
  return { ...made, seconds, p99Ms, rssGrowthMb: Math.round((peak - idle) / 2 ** 20) };
}

/** The first peer: rows in memory, one call for each chunk of them, nothing is read. */
function inMemory(dataDir: string, n: number): number {
  const rows = Array.from({ length: n }, (_, i) => {
    const values = valuesAt(i);
    return columns.map(({ property }) => values[property] ?? '');
  });
  const started = performance.now();
  const file = openSync(join(dataDir, 'peer.csv'), 'w');
  for (let i = 0; i < n; i += CHUNK)
    writeSync(file, stringify(rows.slice(i, i + CHUNK), { record_delimiter: '\r\n', escape_formulas: true }));
  closeSync(file);
  return n / ((performance.now() - started) / 1_000);
}

/** The second peer; undefined where its command is not installed. */
function command(dataDir: string, n: number): number | undefined {
  if (spawnSync('sqlite3', ['-version'], { stdio: 'ignore' }).error) return undefined;
  const values = columns.map(({ property }) => `json_extract(doc,'$.values.${property}')`).join();
  const sql = `SELECT ${values} FROM "${spec.name}" ORDER BY id`;
  const started = performance.now();
  execFileSync('sh', [
    ...['-c', 'sqlite3 -csv "$1" "$2" > "$3"', 'sh', join(dataDir, 'read.db'), sql],
    join(dataDir, 'cli.csv'),
  ]);
  return n / ((performance.now() - started) / 1_000);
}

async function measure(n: number, emit: (figure: Figure) => void): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  try {
    process.stderr.write(`export: filling ${n} records\n`);
    await once(fork(__filename, ['fill', dataDir, String(n)]), 'exit');
    const rows = Math.min(n, IN_MEMORY);
    for (const [what, asked] of Object.entries({ all, sorted })) {
      const { seconds, ...made } = await exported(dataDir, n, asked);
      if (what === 'all' && made.rows !== n) throw new Error(`${made.rows} of ${n} records`);
      const perSecond = n / seconds;
      const peers = {
        [`csv-stringify/sync, ${rows} rows in memory`]: inMemory(dataDir, rows),
        'sqlite3 -csv': command(dataDir, n),
      };
      for (const [name, peer] of Object.entries(peers))
        if (peer !== undefined)
          emit({
            n,
            what: `records exported, ${columns.length} columns${what === 'all' ? '' : ', filtered and sorted'}`,
            ...{ seconds: Number(seconds.toFixed(2)), perSecond: Math.round(perSecond), ...made },
            peer: { name, perSecond: Math.round(peer) },
            ratio: Number((perSecond / peer).toFixed(2)),
          });
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

export async function run({ n }: { readonly n?: number }, emit: (figure: Figure) => void): Promise<void> {
  for (const count of n === undefined ? [100_000, 1_000_000] : [n]) await measure(count, emit);
}

if (process.argv[2] === 'fill') void fillContacts(process.argv[3]!, Number(process.argv[4]), documentAt);
