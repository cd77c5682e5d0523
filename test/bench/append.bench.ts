// Bench of durable changes a second through streams.change(), beside the bare store with as many appends in flight;
// then over HTTP.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { Codec } from '../../src/eventsourcing/codec';
import type { Decider } from '../../src/eventsourcing/decider';
import type { Meta } from '../../src/eventsourcing/event';
import { NO_STREAM, type EventStore } from '../../src/eventsourcing/event-store';
import { EmbeddedEventStore } from '../../src/eventsourcing/stores/embedded/event-store';
import { EventStoreDbStore } from '../../src/eventsourcing/stores/eventstoredb/event-store';
import { Streams } from '../../src/eventsourcing/streams';
import { overHttp } from './cases/append-http';
import type { Bench } from './run';
import { quantile } from './cases/quantile';

type RecordEvents = { 'bench.changed.v1': ReturnType<typeof payload> };
const payload = (n: number) => ({
  changes: {
    email: { from: `a${n}@example.org`, to: `b${n}@example.org` },
    lastname: { from: 'Lee', to: 'Li' },
  },
  before: { updatedAt: '2024-05-01T10:00:00.000Z', archived: false, revision: n },
});
const record: Decider<number, RecordEvents> = {
  initial: 0,
  evolve: { 'bench.changed.v1': (_, { before }) => before.revision + 1 },
};
const metadata = (): Meta => ({
  commandId: randomUUID(),
  correlationId: randomUUID(),
  actor: { type: 'apiKey', id: 'bench', userId: 'bench' },
  source: { type: 'API' },
  at: '2024-05-01T10:00:00.000Z',
});

const IN_FLIGHT = [1, 64, 256];
/** With one append in flight, each waits for the disk: this share of the appends is enough to measure it. */
const ONE_IN_FLIGHT_SHARE = 20;
/** A request costs about as much as ten changes. */
const HTTP_SHARE = 10;

interface Measured {
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs `write(stream, n)` `count` times in all, by `inFlight` writers with a stream each. */
async function measure(
  count: number,
  inFlight: number,
  write: (stream: string, n: number) => Promise<unknown>,
): Promise<Measured> {
  const took = new Float64Array(count);
  let begun = 0;
  const started = performance.now();
  const writers = Array.from({ length: inFlight }, async () => {
    const stream = `bench-${randomUUID()}`;
    for (let n = 0; begun < count; n++) {
      const index = begun++;
      const since = performance.now();
      await write(stream, n);
      took[index] = performance.now() - since;
    }
  });
  await Promise.all(writers);
  const seconds = (performance.now() - started) / 1_000;
  const perSecond = Math.round(count / seconds);
  return {
    seconds: Number(seconds.toFixed(2)),
    perSecond,
    p50Ms: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
  };
}

const throughStreams = (store: EventStore) => {
  const streams = new Streams(store, new Codec());
  return (stream: string) =>
    streams.change(
      record,
      stream,
      (revision) => [{ type: 'bench.changed.v1', data: payload(revision) }],
      metadata(),
    );
};

const throughStore = (store: EventStore) => (stream: string, n: number) =>
  store.append(
    stream,
    [{ id: randomUUID(), type: 'bench.changed.v1', data: payload(n), meta: metadata() }],
    n - 1,
  );

const throughClient = (client: EventStoreDBClient) => (stream: string, n: number) =>
  client.appendToStream(
    stream,
    jsonEvent({ type: 'bench.changed.v1', data: payload(n), metadata: { ...metadata() } }),
    { expectedRevision: n - 1 === NO_STREAM ? 'no_stream' : BigInt(n - 1) },
  );

type Emit = Parameters<Bench['run']>[1];
type Write = (stream: string, n: number) => Promise<unknown>;

async function compare(emit: Emit, n: number, on: string, ours: Write, peer: Write, peerName: string) {
  // Each runs once beforehand: first runs compile code and grow files for all later ones.
  for (const write of [peer, ours]) await measure(Math.ceil(n / ONE_IN_FLIGHT_SHARE), 64, write);
  for (const inFlight of IN_FLIGHT) {
    const count = inFlight === 1 ? Math.ceil(n / ONE_IN_FLIGHT_SHARE) : n;
    process.stderr.write(`append: ${on}, ${inFlight} in flight\n`);
    const bare = await measure(count, inFlight, peer);
    const measured = await measure(count, inFlight, ours);
    emit({
      n: count,
      what: `changes through streams.change, ${on}, ${inFlight} in flight`,
      ...measured,
      peer: { name: `${peerName}, ${inFlight} in flight`, perSecond: bare.perSecond },
      ratio: Number((measured.perSecond / bare.perSecond).toFixed(2)),
    });
  }
}

async function throughChange(n: number, emit: Emit): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'strata-bench-'));
  const embedded = await EmbeddedEventStore.open(folder);
  try {
    await compare(
      emit,
      n,
      'embedded',
      throughStreams(embedded),
      throughStore(embedded),
      'bare embedded store',
    );
  } finally {
    await embedded.close();
    rmSync(folder, { recursive: true, force: true });
  }
  const url = process.env.EVENTSTORE_URL;
  if (!url) return;
  const store = await EventStoreDbStore.connect(url);
  const client = EventStoreDBClient.connectionString(url);
  try {
    const peer = throughClient(client);
    await compare(emit, n, 'EventStoreDB', throughStreams(store), peer, 'bare @eventstore/db-client');
  } finally {
    await store.close();
    await client.dispose();
  }
}

export const run: Bench['run'] = async ({ n = 100_000 }, emit) => {
  await throughChange(n, emit);
  await overHttp(Math.ceil(n / HTTP_SHARE), emit);
};
