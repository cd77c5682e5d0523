// Bench of a backup, built in its thread as in production, beside two peers over the same records: csv-stringify and
// archiver over rows in memory, and the sqlite3 and zip commands over the documents.
import { execFileSync, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import archiver from 'archiver';
import { stringify } from 'csv-stringify/sync';
import type * as OpenPgp from 'openpgp' with { 'resolution-mode': 'import' };
import { associations } from '../../projections/crm/associations';
import { collectionOf } from '../../projections/projection';
import { records } from '../../projections/crm/records';
import { recordDocumentId } from '../../src/crm/records/record.vocabulary';
import { COMPRESSION_LEVEL } from '../../src/backups/archives/archive';
import { recipientOf, type Recipient } from '../../src/backups/archives/encryption';
import type { BuildInput, Built } from '../../src/backups/archives/backup.worker';
import { EmbeddedEventStore } from '../../src/eventsourcing/stores/embedded/event-store';
import { runInThread } from '../../src/jobs/thread.client';
import type { Figure } from './run';
import { fillContacts } from './cases/search.cases';

const COLUMNS = [
  ...['hs_object_id', 'city', 'company', 'createdate', 'email', 'firstname', 'hs_lastmodifieddate'],
  ...['hubspot_owner_id', 'jobtitle', 'lastname', 'lifecyclestage', 'phone'],
];
const IN_MEMORY = 100_000;
const CHUNK = 500;

const WORDS = ['Ada', 'Berger', 'Cole', 'Dvořák', 'Ewing', 'Fox, Sr.', 'Gray', 'Hill', 'Ivanov', 'Jones'];
const word = (i: number, salt: number): string =>
  `${WORDS[(i * 7 + salt * 3) % WORDS.length]!} ${(i * salt) % 997}`;

/** Values about as long as those of real contacts, the same in every run. */
function valuesOf(i: number): Record<string, string> {
  const at = new Date(1_700_000_000_000 + i * 1_000).toISOString();
  return {
    ...{
      hs_object_id: String(1_000_000_000_000_000 + i),
      city: word(i, 1),
      company: word(i, 2),
      createdate: at,
    },
    ...{ email: `person${i}@example${i % 500}.com`, firstname: word(i, 3), hs_lastmodifieddate: at },
    ...{ hubspot_owner_id: String(100 + (i % 40)), jobtitle: word(i, 5), lastname: word(i, 4) },
    ...{
      lifecyclestage: i % 3 ? 'lead' : 'customer',
      phone: `+49 30 ${1_000_000 + ((i * 7_919) % 8_999_999)}`,
    },
  };
}

function documentOf(i: number) {
  const values = valuesOf(i);
  const recordId = values.hs_object_id!;
  return {
    ...{ id: recordDocumentId('contacts', recordId), objectType: 'contacts', recordId, values },
    ...{ numbers: { hubspot_owner_id: Number(values.hubspot_owner_id) } },
    ...{ createdAt: values.createdate!, updatedAt: values.createdate!, archived: false, archivedAt: null },
    revision: 0,
  };
}

async function build(
  dataDir: string,
  recipient?: Recipient,
): Promise<Built & { seconds: number; growthMb: number }> {
  const log = await EmbeddedEventStore.openReadOnly(dataDir);
  const position = await log.head();
  await log.close();
  const input: BuildInput = {
    stores: { DATA_DIR: dataDir, EVENTSTORE_URL: undefined, MONGODB_URL: undefined },
    product: { name: 'strata', version: 'bench' },
    collection: collectionOf(records).name,
    associations: { collection: collectionOf(associations).name, checkpoint: position, labels: {} },
    ...{ checkpoint: position, position, columns: { contacts: COLUMNS } },
    ...{ definitions: '{}\n', recipient },
    ...{ filesDir: dataDir, file: 'backup.zip', scratchDir: dataDir },
  };
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
  const started = performance.now();
  const module = require.resolve('../../src/backups/archives/backup.worker');
  const { signal } = new AbortController();
  const built = await runInThread<Built, BuildInput>({ module, name: 'buildBackup', input, signal });
  const seconds = (performance.now() - started) / 1_000;
  clearInterval(watch);
  return { ...built, seconds, growthMb: Math.round((peak - idle) / 2 ** 20) };
}

async function anyRecipient(): Promise<Recipient> {
  const { generateKey } = createRequire(__filename)('openpgp') as typeof OpenPgp;
  const { publicKey } = await generateKey({ userIDs: { name: 'Bench' }, type: 'ecc' });
  return recipientOf(publicKey);
}

/** The first peer: rows in memory, one call for each chunk of them, nothing is read. */
async function inMemory(dataDir: string, n: number): Promise<number> {
  const rows = Array.from({ length: n }, (_, i) => {
    const values = valuesOf(i);
    return COLUMNS.map((column) => values[column]!);
  });
  const started = performance.now();
  const zip = archiver('zip', { zlib: { level: COMPRESSION_LEVEL } });
  const written = pipeline(zip, createWriteStream(join(dataDir, 'peer.zip')));
  function* csv() {
    for (let i = 0; i < n; i += CHUNK)
      yield stringify(rows.slice(i, i + CHUNK), { record_delimiter: '\r\n' });
  }
  zip.append(Readable.from(csv(), { objectMode: false }), { name: 'contacts.csv' });
  await zip.finalize();
  await written;
  return n / ((performance.now() - started) / 1_000);
}

/** The second peer; undefined where one of its two commands is not installed. */
function commands(dataDir: string, n: number): number | undefined {
  for (const command of ['sqlite3', 'zip'])
    if (spawnSync(command, ['-h'], { stdio: 'ignore' }).error) return undefined;
  const columns = COLUMNS.map((column) => `json_extract(doc,'$.values.${column}')`).join();
  const sql = `SELECT ${columns} FROM "${collectionOf(records).name}" ORDER BY id`;
  const started = performance.now();
  execFileSync('sh', [
    '-c',
    'sqlite3 -csv "$1" "$2" | zip -q -6 "$3" -',
    'sh',
    join(dataDir, 'read.db'),
    sql,
    join(dataDir, 'cli.zip'),
  ]);
  return n / ((performance.now() - started) / 1_000);
}

async function measure(n: number, emit: (figure: Figure) => void): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  try {
    process.stderr.write(`backup: filling ${n} records\n`);
    await once(fork(__filename, ['fill', dataDir, String(n)]), 'exit');
    const { seconds, bytes, growthMb, counts } = await build(dataDir);
    if (counts.contacts !== n) throw new Error(`${counts.contacts} of ${n} records`);
    const perSecond = n / seconds;
    const encrypted = await build(dataDir, await anyRecipient());
    emit({
      ...{ n, what: 'records backed up, encrypted', seconds: encrypted.seconds },
      ...{ perSecond: Math.round(n / encrypted.seconds), rssGrowthMb: encrypted.growthMb },
    });
    const rows = Math.min(n, IN_MEMORY);
    const peers = {
      [`csv-stringify/sync + archiver, ${rows} rows in memory`]: await inMemory(dataDir, rows),
      'sqlite3 -csv | zip': commands(dataDir, n),
    };
    for (const [name, peer] of Object.entries(peers))
      if (peer !== undefined)
        emit({
          ...{ n, what: 'records backed up, 12 properties', seconds, perSecond: Math.round(perSecond) },
          ...{ compressionLevel: COMPRESSION_LEVEL, zipBytesPerRow: Number((bytes / n).toFixed(1)) },
          storedBytesPerRow: Math.round(statSync(join(dataDir, 'read.db')).size / n),
          rssGrowthMb: growthMb,
          peer: { name, perSecond: Math.round(peer) },
          ratio: Number((perSecond / peer).toFixed(2)),
        });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

export async function run({ n }: { readonly n?: number }, emit: (figure: Figure) => void): Promise<void> {
  for (const count of n === undefined ? [100_000, 1_000_000] : [n]) await measure(count, emit);
}

if (process.argv[2] === 'fill') void fillContacts(process.argv[3]!, Number(process.argv[4]), documentOf);
