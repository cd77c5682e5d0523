// Bench of an import of n contacts over HTTP into a running server, until every projection has applied it; beside the
// bare store with as many events of the same size, and plain inserts of the same rows into SQLite.
import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import Database from 'libsql';
import type { Meta } from '../../../src/eventsourcing/event';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import { pause } from '../../../src/supervision/pause';
import { Api } from '../../demo/api';
import { startApp } from '../../support/servers/app';
import { importForm, type ImportAnswer } from '../../support/importing';
import { inFlight } from '../../support/servers/inside';
import type { Figure } from '../run';
import { quantile } from '../cases/quantile';

const COLUMNS = ['email', 'firstname', 'lastname', 'phone', 'company', 'jobtitle', 'city', 'lifecyclestage'];
const IN_FLIGHT = 256;
const PEER_TRANSACTION = 1_000;
const LOOK_MS = 100;
const PROBE_MS = 10;
const SAMPLE_MS = 250;

/** Rows about as long as real ones, the same in every run. */
const rowAt = (series: string, n: number): string[] => [
  `anna.lindberg.${series}.${n}@example.com`,
  `Anna ${n % 997}`,
  `Lindberg ${n % 1_009}`,
  `+46 70 ${String(n).padStart(7, '0')}`,
  `Company ${n % 5_003} AB`,
  'Head of Procurement',
  'Göteborg',
  'lead',
];

function csvOf(series: string, n: number): Blob {
  const chunks: string[] = [COLUMNS.join()];
  for (let from = 0; from < n; from += 10_000) {
    const rows = Array.from({ length: Math.min(10_000, n - from) }, (_, i) => rowAt(series, from + i).join());
    chunks.push(`\r\n${rows.join('\r\n')}`);
  }
  return new Blob(chunks);
}

/** A server in a process of its own, so that its memory can be measured. */
class Served {
  readonly samples: number[] = [];
  api!: Api;

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message: { rss?: number }) => {
      if (message.rss !== undefined) this.samples.push(message.rss);
    });
  }

  static async start(): Promise<Served> {
    const served = new Served(fork(__filename, ['serve']));
    const { url, token } = await served.told<{ url: string; token: string }>('url');
    await served.told('rss');
    served.api = new Api(url);
    served.api.token = token;
    return served;
  }

  /** Resolves when every projection has applied the whole log. */
  async settled(): Promise<void> {
    this.child.send('settle');
    await this.told('settled');
  }

  async stop(): Promise<void> {
    this.child.send('stop');
    await once(this.child, 'exit');
  }

  private told<T extends object>(key: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const heard = (message: T) => {
        if (!(key in message)) return;
        this.child.off('message', heard);
        resolve(message);
      };
      this.child.on('message', heard);
      this.child.once('exit', () => reject(new Error('The server ended')));
    });
  }
}

async function serve(): Promise<void> {
  const app = await startApp({ LOG_LEVEL: 'error' });
  const say = (message: object) => process.send!(message);
  const sampling = setInterval(() => say({ rss: process.memoryUsage.rss() }), SAMPLE_MS);
  process.on('message', (asked: 'settle' | 'stop') => {
    const settle = async () => {
      const { eventStore, projector, readModels } = app.engine;
      const head = await eventStore.head();
      for (const projection of projector.projections)
        await readModels.waitFor(projection, head, AbortSignal.timeout(600_000));
      say({ settled: true });
    };
    const stop = async () => {
      clearInterval(sampling);
      await app.close();
      process.disconnect();
    };
    void (asked === 'settle' ? settle() : stop());
  });
  say({ url: app.url, token: app.admin.token });
}

const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
const perSecond = (n: number, seconds: number): number => Math.round(n / seconds);
/** Reads one record again and again while the import goes on: milliseconds that each read takes. */
async function probe(api: Api, id: string, signal: AbortSignal): Promise<number[]> {
  const taken: number[] = [];
  while (!signal.aborted) {
    const started = performance.now();
    await api.get(`/crm/v3/objects/contacts/${id}`);
    taken.push(performance.now() - started);
    await pause(PROBE_MS);
  }
  return taken;
}

async function ended(api: Api, id: string, n: number): Promise<void> {
  for (;;) {
    const { state, metadata } = await api.get<ImportAnswer>(`/crm/v3/imports/${id}`);
    if (state === 'DONE') {
      if (metadata.counters.CREATED_OBJECTS === n) return;
      throw new Error(`Not all rows were created: ${JSON.stringify(metadata.counters)}`);
    }
    if (state === 'FAILED' || state === 'CANCELED') throw new Error(`It ended as ${state}`);
    await pause(LOOK_MS);
  }
}

async function importing(served: Served, operation: 'CREATE' | 'UPSERT', n: number): Promise<Figure> {
  const { api, samples } = served;
  const { id: probed } = await api.post<{ id: string }>('/crm/v3/objects/contacts', {
    properties: { email: `probe.${operation}@example.com` },
  });
  const form = importForm({
    csv: csvOf(operation.toLowerCase(), n),
    type: '0-1',
    columns: Object.fromEntries(COLUMNS.map((name) => [name, name])),
    operation,
    ...(operation === 'UPSERT' && { key: { column: 'email', type: 'HUBSPOT_ALTERNATE_ID' } }),
  });
  const idle = samples.at(-1)!;
  samples.length = 0;
  const probing = new AbortController();
  const probes = probe(api, probed, probing.signal);
  const started = performance.now();
  const since = () => (performance.now() - started) / 1_000;
  const { id } = await api.call<{ id: string }>('POST', '/crm/v3/imports', form);
  await ended(api, id, n);
  const doneSeconds = since();
  await served.settled();
  const seconds = since();
  probing.abort();
  const taken = await probes;
  const step = Math.max(1, Math.floor(samples.length / 20));
  return {
    ...{ n, what: `contacts imported over HTTP, ${operation}, all projections caught up` },
    ...{ seconds: Number(seconds.toFixed(1)), perSecond: perSecond(n, seconds) },
    ...{ perSecondUntilDone: perSecond(n, doneSeconds) },
    ...{ probeP50Ms: quantile(taken, 0.5), probeP99Ms: quantile(taken, 0.99), probes: taken.length },
    ...{ idleRssMb: megabytes(idle), rssOverIdleMb: megabytes(Math.max(...samples) - idle) },
    rssMbOverTime: samples.filter((_, i) => i % step === 0).map(megabytes),
  };
}

const meta = (): Meta => ({
  ...{ commandId: randomUUID(), correlationId: randomUUID(), causationId: randomUUID() },
  actor: { type: 'import', id: randomUUID(), userId: randomUUID() },
  source: { type: 'IMPORT', id: randomUUID() },
  client: { ip: '127.0.0.1', userAgent: 'node', loginType: 'PASSWORD' },
  at: new Date().toISOString(),
});

/** The least that every import must do: two durable appends a row, one after the other. */
async function bareAppends(n: number): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-bench-import-'));
  const store = await EmbeddedEventStore.open(dataDir);
  const started = performance.now();
  await inFlight(Array(n).keys(), IN_FLIGHT, async (i) => {
    const holder = `contact-${1_000_000 + i}`;
    const taken = { id: randomUUID(), type: 'reservation.taken.v1', data: { holder }, meta: meta() };
    await store.append(`reservation_contact_email-${randomUUID()}${randomUUID()}`, [taken], -1);
    const values = rowAt('bare', i).map((to, column) => [COLUMNS[column]!, { from: null, to }] as const);
    const changes = {
      ...Object.fromEntries(values),
      createdate: { from: null, to: taken.meta.at },
      hs_lastmodifieddate: { from: null, to: taken.meta.at },
      lastmodifieddate: { from: null, to: taken.meta.at },
      hs_object_id: { from: null, to: String(1_000_000 + i) },
    };
    const data = { objectType: 'contacts', recordId: String(1_000_000 + i), changes, before: null };
    await store.append(holder, [{ id: randomUUID(), type: 'record.created.v1', data, meta: taken.meta }], -1);
  });
  const seconds = (performance.now() - started) / 1_000;
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
  return perSecond(n, seconds);
}

function plainInserts(n: number): number {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-bench-import-'));
  const db = new Database(join(dataDir, 'plain.db'));
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  db.exec(`CREATE TABLE contacts (id INTEGER PRIMARY KEY, ${COLUMNS.join()}, UNIQUE (email))`);
  const insert = db.prepare(`INSERT INTO contacts VALUES (?${',?'.repeat(COLUMNS.length)})`);
  const started = performance.now();
  for (let from = 0; from < n; from += PEER_TRANSACTION) {
    db.exec('BEGIN');
    for (let i = from; i < Math.min(n, from + PEER_TRANSACTION); i++)
      insert.run([1_000_000 + i, ...rowAt('p', i)]);
    db.exec('COMMIT');
  }
  const seconds = (performance.now() - started) / 1_000;
  db.close();
  rmSync(dataDir, { recursive: true, force: true });
  return perSecond(n, seconds);
}

export async function run({ n = 100_000 }: { n?: number }, emit: (figure: Figure) => void): Promise<void> {
  const peers = {
    'bare embedded store, 2 appends a row': await bareAppends(Math.min(n, 100_000)),
    'plain SQLite inserts, a transaction a thousand': plainInserts(Math.min(n, 100_000)),
  };
  const served = await Served.start();
  for (const operation of ['CREATE', 'UPSERT'] as const) {
    const figure = await importing(served, operation, n);
    for (const [name, peer] of Object.entries(peers))
      emit({
        ...figure,
        peer: { name, perSecond: peer },
        ratio: Number((figure.perSecond! / peer).toFixed(3)),
      });
  }
  await served.stop();
}

if (process.argv[2] === 'serve') void serve();
