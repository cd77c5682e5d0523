// Bench of an export of the audit log with old and new values, made in its thread as in production, beside a peer: the
// sqlite3 command over the same entries and events, which masks nothing and finds no names.
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { audit } from '../../../projections/audit/audit';
import { collectionOf } from '../../../projections/projection';
import type { AuditExported, AuditExportTask } from '../../../src/audit/exports/files/audit-export.worker';
import { readBeside } from '../../../src/audit/exports/files/told-entries';
import type { ExportFormat } from '../../../src/audit/exports/audit-export.events';
import { standardProperties } from '../../../src/crm/properties/standard-properties';
import type { SealingTask } from '../../../src/audit/integrity/exports/sealing';
import { makeKeyFile, readKeyFile, type FileKey } from '../../../src/audit/integrity/checkpoints/key-file';
import { NoteKey } from '../../../src/audit/integrity/checkpoints/notes';
import { TreeBuilding } from '../../../src/audit/integrity/tree/tree-building';
import { Codec } from '../../../src/eventsourcing/codec';
import type { Meta } from '../../../src/eventsourcing/event';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import { runInThread } from '../../../src/jobs/thread.client';
import { EmbeddedDocumentStore } from '../../../src/read/stores/embedded/document-store';
import { upcasts } from '../../../src/upcasts';
import { FaultsSeen } from '../../support/faults-seen';
import { ReadSide } from '../../support/read-side';
import type { Figure } from '../run';

/** Entries of one contact: its creation, then changes, each after those of all others. */
const OF_EACH = 5;
const AT_ONCE = 2_000;
const ORIGIN = 'strata.example/bench';
const START_MS = Date.UTC(2026, 0, 1);

const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const idAt = (contact: number): string => String(1_854_000_000_000_000 + contact);

function metaAt(n: number): Meta {
  const userId = `${5_301_000 + (n % 50)}`;
  return {
    ...{ commandId: uuid(n), correlationId: uuid(n), actor: { type: 'user', id: userId, userId } },
    source: { type: n % 3 === 0 ? 'API' : 'CRM_UI' },
    client: {
      ...{ ip: `192.0.2.${n % 200}`, country: 'NO', region: 'Oslo', loginType: 'PASSWORD' },
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36',
    },
    at: new Date(START_MS + n * 1_000).toISOString(),
  };
}

function eventAt(contact: number, round: number, n: number) {
  const at = new Date(START_MS + n * 1_000).toISOString();
  const record = { objectType: 'contacts', recordId: idAt(contact) };
  const set = (values: Record<string, string>, from: string | null) =>
    Object.fromEntries(
      Object.entries(values).map(([name, to]) => [name, { from: from && `${to}-${from}`, to }]),
    );
  const [type, changes] =
    round === 0
      ? [
          'record.created.v1',
          set(
            { email: `person-${contact}@example.com`, firstname: 'Ada', lastname: 'Lovelace', city: 'Oslo' },
            null,
          ),
        ]
      : [
          'record.values-changed.v1',
          set({ phone: `+47 22 ${n}`, jobtitle: `Engineer, grade "${n}"` }, 'old'),
        ];
  const before =
    round === 0 ? null : { updatedAt: at, archived: false, archivedAt: null, revision: round - 1 };
  const data = { ...record, changes: { ...changes, hs_lastmodifieddate: { from: at, to: at } }, before };
  return { id: uuid(n), type, data, meta: metaAt(n) };
}

async function fill(dataDir: string, n: number): Promise<void> {
  const log = await EmbeddedEventStore.open(dataDir);
  const contacts = Math.ceil(n / OF_EACH);
  for (let from = 0; from < n; from += AT_ONCE) {
    const upTo = Math.min(from + AT_ONCE, n);
    const appends = Array.from({ length: upTo - from }, (_, i) => {
      const [contact, round] = [(from + i) % contacts, Math.floor((from + i) / contacts)];
      return log.append(`contact-${idAt(contact)}`, [eventAt(contact, round, from + i)], round - 1);
    });
    await Promise.all(appends);
  }
  const documents = await EmbeddedDocumentStore.open(dataDir, new FaultsSeen());
  const side = await new ReadSide(log, documents, readBeside).start();
  const head = await log.head();
  for (const one of readBeside) await side.models.waitFor(one, head, new AbortController().signal);
  await side.stop();
  const tree = await TreeBuilding.open(log, documents, new Codec(upcasts));
  while (!(await tree.step()).end);
  await documents.close();
  await log.close();
}

/** The last leaf is that of the last event. */
async function sealing(dataDir: string, n: number): Promise<SealingTask> {
  const keyFile = join(dataDir, 'checkpoint.key');
  await makeKeyFile(keyFile);
  const [{ key }] = (await readKeyFile(keyFile)) as [FileKey];
  const verifier = new NoteKey(ORIGIN, key).verifier.text;
  return { origin: ORIGIN, keyFile, verifier, keys: [{ verifier }], size: n };
}

async function exported(dataDir: string, n: number, format: ExportFormat) {
  const known = [...standardProperties('contacts').values()];
  const input: AuditExportTask = {
    stores: { DATA_DIR: dataDir, EVENTSTORE_URL: undefined, MONGODB_URL: undefined },
    ...{ filesDir: join(dataDir, 'files'), scratchDir: dataDir, file: `audit-exports/bench.${format}` },
    ...{ kind: 'entries', format, filter: { nonUser: false }, position: BigInt(n - 1) },
    viewer: { superAdmin: true, scopes: 'all' },
    shows: { details: true, departments: true },
    collections: Object.fromEntries(readBeside.map((one) => [one.name, collectionOf(one).name])),
    ...(format === 'jsonl' && { sealing: await sealing(dataDir, n) }),
    schemas: [],
    sensitivities: {
      contacts: Object.fromEntries(known.map(({ name, dataSensitivity }) => [name, dataSensitivity])),
    },
  };
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const started = performance.now();
  const module = require.resolve('../../../src/audit/exports/files/audit-export.worker');
  const { signal } = new AbortController();
  const made = await runInThread<AuditExported, AuditExportTask>({
    ...{ module, name: 'makeAuditExport', input, signal },
  });
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(watch);
  if (made.rows !== n) throw new Error(`${made.rows} of ${n} entries`);
  return { bytes: made.bytes, seconds, rssGrowthMb: Math.round((peak - idle) / 2 ** 20) };
}

/** Undefined where the command is not installed. */
function command(dataDir: string, n: number, format: ExportFormat): number | undefined {
  if (spawnSync('sqlite3', ['-version'], { stdio: 'ignore' }).error) return undefined;
  const paths = [
    'occurredAt',
    'category',
    'subCategory',
    'action',
    'actor.userId',
    'target.type',
    'target.id',
  ];
  const more = ['summary', 'client.ip', 'client.userAgent', 'source.type', 'causes.correlationId'];
  const columns = [...paths, ...more].map((path) => `json_extract(doc, '$.${path}')`).join();
  const told =
    format === 'csv'
      ? `${columns}, json_extract(data, '$.changes')`
      : `json_set(doc, '$.changes', json_extract(data, '$.changes'))`;
  const sql = `ATTACH '${join(dataDir, 'log.db')}' AS log; SELECT ${told} FROM "${collectionOf(audit).name}" a
    JOIN log.events e ON e.position = CAST(a.id AS INTEGER) ORDER BY a.id`;
  const started = performance.now();
  const mode = format === 'csv' ? '-csv' : '-list';
  execFileSync('sh', [
    ...['-c', 'sqlite3 "$4" "$1" "$2" > "$3"', 'sh', join(dataDir, 'read.db'), sql],
    ...[join(dataDir, `peer.${format}`), mode],
  ]);
  return n / ((performance.now() - started) / 1_000);
}

export async function run({ n = 200_000 }: { readonly n?: number }, emit: (figure: Figure) => void) {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  try {
    process.stderr.write(`audit-export: filling ${n} entries\n`);
    await once(fork(__filename, ['fill', dataDir, String(n)]), 'exit');
    for (const format of ['csv', 'jsonl'] as const) {
      const { seconds, ...made } = await exported(dataDir, n, format);
      const perSecond = n / seconds;
      const peer = command(dataDir, n, format);
      emit({
        ...{ n, what: `entries exported with old and new values, ${format}` },
        ...{ seconds: Number(seconds.toFixed(2)), perSecond: Math.round(perSecond), ...made },
        ...(peer !== undefined && {
          peer: { name: `sqlite3 ${format === 'csv' ? '-csv' : '-list'}`, perSecond: Math.round(peer) },
          ratio: Number((perSecond / peer).toFixed(2)),
        }),
      });
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

if (process.argv[2] === 'fill') void fill(process.argv[3]!, Number(process.argv[4]));
