// Bench of the tree over the log, alone: how many events a second it takes in and has signed, what a proof takes, what
// counting a span takes, and how fast an auditor checks the log.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Signing } from '../../../src/audit/integrity/checkpoints/signing';
import { SigningKeys } from '../../../src/audit/integrity/checkpoints/signing-keys';
import { verifierOf } from '../../../src/audit/integrity/checkpoints/notes';
import { checkLog } from '../../../src/audit/integrity/checks/log-check';
import { storeSource } from '../../../src/audit/integrity/checks/log-sources';
import { LogTree } from '../../../src/audit/integrity/tree/log-tree';
import { TreeBuilding } from '../../../src/audit/integrity/tree/tree-building';
import type { Config } from '../../../src/config';
import { Codec } from '../../../src/eventsourcing/codec';
import type { Meta, NewEvent } from '../../../src/eventsourcing/event';
import { NO_STREAM } from '../../../src/eventsourcing/event-store';
import { EmbeddedEventStore } from '../../../src/eventsourcing/stores/embedded/event-store';
import { Streams } from '../../../src/eventsourcing/streams';
import { EmbeddedDocumentStore } from '../../../src/read/stores/embedded/document-store';
import { upcasts } from '../../../src/upcasts';
import type { Bench } from '../run';
import { quantile } from '../cases/quantile';

const USUAL = 100_000;
const PROOFS = 1_000;
const UNIT = 50;

const meta = (): Meta => ({
  ...{ commandId: randomUUID(), correlationId: randomUUID() },
  actor: { type: 'apiKey', id: 'bench', userId: 'bench' },
  source: { type: 'API' },
  client: { ip: '192.0.2.1', userAgent: 'bench' },
  at: '2024-05-01T10:00:00.000Z',
});
const event = (n: number): NewEvent => ({
  id: randomUUID(),
  type: 'record.values-changed.v1',
  data: {
    ...{ objectType: 'contacts', recordId: String(n) },
    changes: {
      email: { from: `a${n}@example.org`, to: `b${n}@example.org` },
      lastname: { from: 'Lee', to: 'Li' },
    },
    before: { updatedAt: '2024-05-01T10:00:00.000Z', archived: false, revision: n },
  },
  meta: meta(),
});

async function fill(store: EmbeddedEventStore, n: number): Promise<void> {
  let writing: Promise<unknown>[] = [];
  for (let at = 0; at < n; at += UNIT) {
    const events = Array.from({ length: Math.min(UNIT, n - at) }, (_, index) => event(at + index));
    writing.push(store.append(`contact-${at}`, events, NO_STREAM));
    if (writing.length < 100) continue;
    await Promise.all(writing);
    writing = [];
  }
  await Promise.all(writing);
}

export const run: Bench['run'] = async ({ n = USUAL }, emit) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'strata-tree-'));
  const store = await EmbeddedEventStore.open(dataDir);
  const documents = await EmbeddedDocumentStore.open(dataDir, {
    report: () => undefined,
    clear: () => undefined,
  });
  try {
    await fill(store, n);
    const codec = new Codec(upcasts);
    const keys = new SigningKeys({ DATA_DIR: dataDir } as Config, new Streams(store, codec), store);
    const signing = new Signing(store, keys);
    const tree = new LogTree(documents);
    const building = await TreeBuilding.open(store, documents, codec);
    let longest = 0;
    const cpu = process.cpuUsage();
    const started = performance.now();
    for (let end = false; !end;) {
      const begun = performance.now();
      const step = await building.step();
      ({ end } = step);
      longest = Math.max(longest, performance.now() - begun);
      await signing.consider(tree, { leaves: building.counts.leaves, since: 0, end });
    }
    const seconds = (performance.now() - started) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const figure = {
      seconds,
      perSecond: n / seconds,
      cpuUsPerEvent: (user + system) / n,
      longestStepMs: longest,
    };
    emit({ n, what: 'events into the tree, signed', ...figure });

    const took: number[] = [];
    const { leaves } = building.counts;
    for (let at = 0; at < PROOFS; at++) {
      const begun = performance.now();
      const fresh = new LogTree(documents);
      await fresh.inclusion((await fresh.indexOf(BigInt((at * 7_919) % n)))!, leaves);
      took.push(performance.now() - begun);
    }
    emit({ n, what: 'inclusion proof', p50Ms: quantile(took, 0.5), p99Ms: quantile(took, 0.99) });

    const checking = performance.now();
    const verifiers = (await keys.known()).map(({ verifier }) => verifierOf(verifier));
    const { events } = await checkLog(await storeSource(store), verifiers);
    const checked = (performance.now() - checking) / 1_000;
    emit({ n: events, what: 'events checked by verify-log', seconds: checked, perSecond: events / checked });
  } finally {
    await documents.close();
    await store.close();
    rmSync(dataDir, { recursive: true });
  }
};
