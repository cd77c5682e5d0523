// Bench of a comparison of two instants between which a tenth of n contacts was changed, made in its thread as in
// production; against a peer in the same run that dumps all records at both instants and compares the dumps.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { collectionOf } from '../../projections/projection';
import { records } from '../../projections/crm/records';
import type { Changes } from '../../src/crm/records/record.events';
import { Codec } from '../../src/eventsourcing/codec';
import { EmbeddedEventStore } from '../../src/eventsourcing/stores/embedded/event-store';
import { runInThread } from '../../src/jobs/thread.client';
import { recordsAt } from '../../src/point-in-time/records-at';
import { EmbeddedDocumentStore } from '../../src/read/stores/embedded/document-store';
import { sideBySide } from '../../src/point-in-time/changes/side-by-side';
import type { MadeComparison } from '../../src/time-travel/comparisons/comparison-file';
import type { ComparisonTask } from '../../src/time-travel/comparisons/comparison.worker';
import { FaultsSeen } from '../support/faults-seen';
import { documentAt, fillContacts } from './cases/search.cases';
import type { Figure } from './run';

const SHARE = 10;
const BATCH = 1_000;
const spec = collectionOf(records);

/** Changes the city of every tenth contact, in the log and in the read model. */
async function change(dataDir: string, n: number): Promise<void> {
  const log = await EmbeddedEventStore.open(dataDir);
  const documents = await EmbeddedDocumentStore.open(dataDir, new FaultsSeen());
  await documents.ensure(spec, 'later');
  const actor = { type: 'system' as const, id: 'bench' };
  const meta = { commandId: 'c', correlationId: 'c', actor, source: { type: 'SYSTEM' as const } };
  let from = await log.head();
  const filled = from;
  for (let start = 0; start < n; start += BATCH * SHARE) {
    const places = Array.from(
      { length: Math.min(BATCH, Math.ceil((n - start) / SHARE)) },
      (_, i) => start + i * SHARE,
    );
    const writes = await Promise.all(
      places.map(async (i) => {
        const doc = documentAt(i);
        const { objectType, recordId, values, updatedAt, archived, archivedAt, revision } = doc;
        const changes: Changes = { city: { from: values['city'] ?? null, to: `Moved ${i}` } };
        const before = { updatedAt, archived, archivedAt, revision };
        const event = {
          id: `00000000-0000-4000-9000-${String(i).padStart(12, '0')}`,
          ...{ type: 'record.values-changed.v1', meta: { ...meta, at: '2026-02-01T00:00:00.000Z' } },
          data: { objectType, recordId, changes, before },
        };
        const { position } = await log.append(`contact-${recordId}`, [event], -1);
        const moved = { ...doc, values: { ...values, city: `Moved ${i}` } };
        return { id: doc.id, stamp: position, loaded: filled, doc: moved };
      }),
    );
    const to = await log.head();
    await documents.write(spec.name, writes, { name: spec.name, from, to });
    from = to;
  }
  await documents.close();
  await log.close();
}

/** The peer: all records at both instants, side by side. */
async function dumped(dataDir: string, from: bigint, to: bigint): Promise<number> {
  const eventStore = await EmbeddedEventStore.openReadOnly(dataDir);
  const documents = await EmbeddedDocumentStore.openReadOnly(dataDir);
  const at = (position: bigint) =>
    recordsAt({
      ...{ eventStore, documents, codec: new Codec(), collection: spec.name, checkpoint: to, position },
      ...{ objectTypes: ['contacts'], scratchDir: dataDir, signal: new AbortController().signal },
    });
  let changed = 0;
  for await (const pairs of sideBySide(at(from), at(to)))
    for (const { then, now } of pairs)
      if (JSON.stringify(then?.values) !== JSON.stringify(now?.values)) changed++;
  await documents.close();
  await eventStore.close();
  return changed;
}

async function measure(n: number, emit: (figure: Figure) => void): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  try {
    process.stderr.write(`compare: filling ${n} records\n`);
    await once(fork(__filename, ['fill', dataDir, String(n)]), 'exit');
    const log = await EmbeddedEventStore.openReadOnly(dataDir);
    const [from, to] = [0n, await log.head()];
    await log.close();
    const input: ComparisonTask = {
      stores: { DATA_DIR: dataDir, EVENTSTORE_URL: undefined, MONGODB_URL: undefined },
      ...{ filesDir: join(dataDir, 'files'), scratchDir: dataDir, file: 'comparisons/bench.jsonl' },
      ...{ collection: spec.name, from, to, objectTypes: null, properties: null },
    };
    const idle = process.memoryUsage.rss();
    let peak = idle;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20);
    const module = require.resolve('../../src/time-travel/comparisons/comparison.worker');
    const started = performance.now();
    const { signal } = new AbortController();
    const made = await runInThread<MadeComparison, ComparisonTask>({
      ...{ module, name: 'makeComparison', input, signal },
    });
    const seconds = (performance.now() - started) / 1_000;
    clearInterval(watch);
    const peerStarted = performance.now();
    const expected = await dumped(dataDir, from, to);
    const peer = (performance.now() - peerStarted) / 1_000;
    if (made.rows !== expected) throw new Error(`${made.rows} rows for ${expected} changes`);
    emit({
      ...{ n, what: 'two instants compared, a tenth of the records changed between them' },
      ...{ seconds: Number(seconds.toFixed(2)), perSecond: Math.round(made.rows / seconds), rows: made.rows },
      rssGrowthMb: Math.round((peak - idle) / 2 ** 20),
      peer: { name: 'all records at both instants, compared', perSecond: Math.round(made.rows / peer) },
      ratio: Number((peer / seconds).toFixed(2)),
    });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

export async function run({ n }: { readonly n?: number }, emit: (figure: Figure) => void): Promise<void> {
  for (const count of n === undefined ? [100_000, 1_000_000] : [n]) await measure(count, emit);
}

async function fill(dataDir: string, n: number): Promise<void> {
  await fillContacts(dataDir, n, documentAt);
  await change(dataDir, n);
}

if (process.argv[2] === 'fill') void fill(process.argv[3]!, Number(process.argv[4]));
